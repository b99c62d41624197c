"""Rows of a series as lines of text, all rows of a resource at once.

A template says what stands between the values. Numbers are written into lines of equal length from tables of
digits; the blanks before them are taken out afterwards, in the pass that puts blanks back where the template
itself has some.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.calendar import EPOCH, MINUTES_PER_DAY
from wattos_testkit.telemetry.columns import Codes, Columns, Numbers
from wattos_testkit.telemetry.digits import hundredths, tenths, thousandths
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES, Field, largest, signed

CHUNK = 4096
"""Rows that are written in one go: few enough to stay in the processor's cache."""
_KEPT = "\x01"
_FREE = b" "
_BACK = bytes.maketrans(_KEPT.encode(), b" ")
_THOUSANDTHS = 3
_SECOND_GROUPS = 3
Words8 = npt.NDArray[np.uint64]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place for the value of a field; `form` tells ISO 8601 ("iso") from nanoseconds ("ns") for times."""

    name: str
    form: str = ""


Template = Sequence[str | Slot]


class Lines:
    """The lines of one resource and interval."""

    def __init__(self, placed: Placed, template: Template) -> None:
        self._text = ""
        self._formats: dict[str, tuple[str, int]] = {}
        self._decimals = {field.name: field for field in NUMERIC_FIELDS[placed.kind]}
        self._grouped: dict[int, list[str]] = {}
        self._small: list[tuple[str, Words8]] = []
        self._iso = self._ns = self._status = False
        self._back = _BACK if any(isinstance(part, str) and " " in part for part in template) else None
        self._placed = placed
        for part in template:
            if isinstance(part, str):
                self._text += part.replace(" ", _KEPT)
            else:
                self._slot(part)
        self._skeleton = np.frombuffer(self._text.encode(), dtype=np.uint8)
        self._dtype = np.dtype(
            {
                "names": list(self._formats),
                "formats": [form for form, _ in self._formats.values()],
                "offsets": [offset for _, offset in self._formats.values()],
                "itemsize": len(self._text),
            }
        )
        self._statuses = np.frombuffer("".join(STATUSES[placed.kind]).encode(), dtype="<u2")

    def _place(self, name: str, form: str, length: int) -> None:
        self._formats[name] = form, len(self._text)
        self._text += " " * length

    def _slot(self, slot: Slot) -> None:
        if slot.form == "iso":
            self._iso = True
            self._place("date", "S10", 10)
            self._place("time", "<u8", 8)
            self._text += "0Z"
        elif slot.form == "ns":
            self._ns = True
            for group in range(_SECOND_GROUPS):
                self._place(f"second {group}", "<u4", 4)
            self._text += "0" * 9
        elif slot.name == "status":
            self._status = True
            self._place("status", "<u2", 2)
        else:
            self._number(self._decimals[slot.name])

    def _number(self, field: Field) -> None:
        if field.decimals == _THOUSANDTHS:
            most = largest(self._placed, field) // 1000
            # The sign needs a place of its own beside the digits of the first group.
            groups = -(-(len(str(most)) + signed(self._placed.kind, field)) // 4)
            self._grouped.setdefault(groups, []).append(field.name)
            for group in range(groups):
                self._place(f"{field.name} {group}", "<u4", 4)
            self._place(f"{field.name} .", "<u4", 4)
        else:
            self._place(field.name, "<u8", 8)
            self._small.append((field.name, tenths() if field.decimals == 1 else hundredths()))

    def write(self, columns: Columns, rows: int = CHUNK) -> Iterator[bytes]:
        """Yield the lines in pieces of so many rows.

        Raises
        ------
        ValueError
            If a number is larger than the resource's ratings allow.
        """
        for start in range(0, len(columns), rows):
            yield self._piece(columns, slice(start, start + rows))

    def _piece(self, columns: Columns, inside: slice) -> bytes:
        minutes = columns.minutes[inside]
        text = np.empty((len(minutes), len(self._text)), dtype=np.uint8)
        text[:] = self._skeleton
        rows = text.reshape(-1).view(self._dtype)
        if self._iso:
            _write_times(rows, int(minutes[0]), columns.interval)
        if self._ns:
            _, whole = thousandths(minutes * 60_000, _SECOND_GROUPS, with_sign=False)
            for group, digits in enumerate(whole):
                rows[f"second {group}"] = digits
        with_sign = signed(columns.kind, NUMERIC_FIELDS[columns.kind][0])
        for groups, names in self._grouped.items():
            stacked = np.stack([_values(columns, name)[inside] for name in names])
            fraction, whole = thousandths(stacked, groups, with_sign=with_sign)
            for place, name in enumerate(names):
                rows[f"{name} ."] = fraction[place]
                for group in range(groups):
                    rows[f"{name} {group}"] = whole[group][place]
        for name, table in self._small:
            rows[name] = table[_values(columns, name)[inside]]
        if self._status:
            rows["status"] = self._statuses[_codes(columns)[inside]]
        return text.tobytes().translate(self._back, _FREE)


def _values(columns: Columns, name: str) -> npt.NDArray[np.int64]:
    column = columns.fields[name]
    if isinstance(column, Numbers):
        return column.values
    raise TypeError(f"{name} is no number")


def _codes(columns: Columns) -> npt.NDArray[np.uint8]:
    column = columns.fields["status"]
    if isinstance(column, Codes):
        return column.codes
    raise TypeError("status is no code")


@lru_cache(maxsize=1024)
def _date(day: int) -> bytes:
    return (EPOCH + timedelta(days=day)).isoformat().encode()


@lru_cache(maxsize=8)
def _times(interval: int) -> Words8:
    texts = b"".join(b"T%02d:%02d:0" % divmod(minute, 60) for minute in range(0, MINUTES_PER_DAY, interval))
    return np.frombuffer(texts, dtype="<u8")


def _write_times(rows: npt.NDArray[np.void], first: int, interval: int) -> None:
    day, minute = divmod(first, MINUTES_PER_DAY)
    done, count = 0, len(rows)
    while done < count:
        times = _times(interval)[minute // interval :]
        more = slice(done, done + len(times))
        rows["date"][more] = _date(day)
        rows["time"][more] = times[: count - done]
        done, day, minute = done + len(times), day + 1, 0
