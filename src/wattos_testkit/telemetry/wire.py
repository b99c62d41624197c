"""The bytes of the answers, one definition for all who write them.

A body of series is ``{"datas":[`` + rows + ``]}``. Every row of one resource and interval has the same
number of bytes: numbers are padded with blanks on the left (white space between tokens is legal JSON), so
the length of a body is known before a single row has been computed, and rows are written field by field
into one array of bytes, four digits at a time from tables. Rows that are not `regular` have no such
width: `telemetry.freely` writes them.
"""

import json
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from wattos_testkit.fleet.model import Kind, Placed, Site
from wattos_testkit.telemetry.calendar import EPOCH, MINUTES_PER_DAY
from wattos_testkit.telemetry.columns import Codes, Columns, Integers, Numbers, Window
from wattos_testkit.telemetry.digits import hundredths, tenths, thousandths
from wattos_testkit.telemetry.existence import row_count
from wattos_testkit.telemetry.fields import NUMERIC_FIELDS, STATUSES, Field, largest, signed
from wattos_testkit.telemetry.freely import encode_freely

DATAS_OPEN = b'{"datas":[\n'
DATAS_SEPARATOR = b",\n"
DATAS_CLOSE = b"\n]}\n"
EMPTY_DATAS = b'{"datas":[]}\n'


class Layout:
    """Where everything stands in the rows of one resource and interval."""

    def __init__(self, placed: Placed, interval: int) -> None:
        resource, controller = placed.resource.resource_id, placed.controller.unit_controller_id
        self._text = f'{{"resource_id":"{resource}","timestamp":"'
        self._formats: dict[str, tuple[str, int]] = {}
        self._place("date", "S10", 10)
        self._place("time", "<u8", 8)
        self._text += f'0Z","agg_interval":{interval},"unit_controller_id":"{controller}"'
        self.powers: list[str] = []
        self.registers: list[str] = []
        self.others: list[tuple[str, npt.NDArray[np.uint64]]] = []
        self.signed = placed.kind is Kind.METER
        self.power_groups = self.register_groups = 0
        for field in NUMERIC_FIELDS[placed.kind]:
            self._number(placed, field)
        self.status = STATUSES[placed.kind]
        if self.status:
            self._text += ',"status":"'
            self._place("status", "<u2", 2)
            self._text += '"'
        self._text += "}" + DATAS_SEPARATOR.decode()
        self.width = len(self._text)
        self.skeleton = np.frombuffer(self._text.encode(), dtype=np.uint8)
        self.dtype = np.dtype(
            {
                "names": list(self._formats),
                "formats": [form for form, _ in self._formats.values()],
                "offsets": [offset for _, offset in self._formats.values()],
                "itemsize": self.width,
            }
        )
        self.statuses = np.frombuffer("".join(self.status).encode(), dtype="<u2")

    def _place(self, name: str, form: str, length: int) -> None:
        self._formats[name] = form, len(self._text)
        self._text += " " * length

    def _number(self, placed: Placed, field: Field) -> None:
        self._text += f',"{field.name}":'
        if field.decimals == 3:  # noqa: PLR2004 - powers and registers, in thousandths
            most = largest(placed, field) // 1000
            # The sign needs a place of its own beside the digits of the first group.
            groups = -(-(len(str(most)) + signed(placed.kind, field)) // 4)
            if field.quantity == "power":
                self.powers.append(field.name)
                self.power_groups = groups
            else:
                self.registers.append(field.name)
                self.register_groups = groups
            for group in range(groups):
                self._place(f"{field.name} {group}", "<u4", 4)
            self._place(f"{field.name} .", "<u4", 4)
        else:
            # Fewer digits than bytes: the eight bytes reach back over the blanks before the number.
            self._place(field.name, "<u8", 8)
            self.others.append((field.name, tenths() if field.decimals == 1 else hundredths()))


_HELD = 4096
_LAYOUTS: OrderedDict[tuple[str, int], tuple[Placed, Layout]] = OrderedDict()


def _layout(placed: Placed, interval: int) -> Layout:
    """Return a layout, the one held when it is of this very resource; a whole site would be slow to hash."""
    key = placed.resource.resource_id, interval
    held = _LAYOUTS.get(key)
    if held is not None and (held[0] is placed or held[0] == placed):
        return held[1]
    layout = Layout(placed, interval)
    _LAYOUTS[key] = placed, layout
    if len(_LAYOUTS) > _HELD:
        _LAYOUTS.popitem(last=False)
    return layout


def row_width(placed: Placed, interval: int) -> int:
    """Return the bytes of one row, the separator behind it included."""
    return _layout(placed, interval).width


def datas_length(resources: Iterable[Placed], window: Window) -> int:
    """Return the bytes of the whole body of a series without computing it."""
    total = 0
    for placed in resources:
        count = row_count(placed, window)
        if count:
            total += count * row_width(placed, window.interval)
    if not total:
        return len(EMPTY_DATAS)
    return len(DATAS_OPEN) + total - len(DATAS_SEPARATOR) + len(DATAS_CLOSE)


@lru_cache(maxsize=1024)
def _date(day: int) -> bytes:
    return (EPOCH + timedelta(days=day)).isoformat().encode()


@lru_cache(maxsize=8)
def _times(interval: int) -> npt.NDArray[np.uint64]:
    texts = b"".join(b"T%02d:%02d:0" % divmod(minute, 60) for minute in range(0, MINUTES_PER_DAY, interval))
    return np.frombuffer(texts * 2, dtype="<u8")


def encode_rows(placed: Placed, columns: Columns) -> bytes:
    """Return rows, each followed by the separator (the last row of a body drops it).

    Raises
    ------
    ValueError
        If the rows are called regular, and a number is larger than the resource's ratings allow.
    """
    if not columns.regular:
        return encode_freely(columns, DATAS_SEPARATOR)
    layout = _layout(placed, columns.interval)
    count = len(columns)
    text = np.empty((count, layout.width), dtype=np.uint8)
    text[:] = layout.skeleton
    rows = text.reshape(-1).view(layout.dtype)
    _write_timestamps(rows, int(columns.minutes[0]), count, columns.interval)
    _write_thousandths(rows, columns, layout.powers, layout.power_groups, with_sign=layout.signed)
    _write_thousandths(rows, columns, layout.registers, layout.register_groups, with_sign=layout.signed)
    for name, table in layout.others:
        rows[name] = table[_numbers(columns, name)]
    if layout.status:
        rows["status"] = layout.statuses[_codes(columns, "status")]
    return text.tobytes()


def _numbers(columns: Columns, name: str) -> Integers:
    column = columns.fields[name]
    if isinstance(column, Numbers):
        return column.values
    raise TypeError(f"{name} is no number")


def _codes(columns: Columns, name: str) -> npt.NDArray[np.uint8]:
    column = columns.fields[name]
    if isinstance(column, Codes):
        return column.codes
    raise TypeError(f"{name} is no code")


def _write_timestamps(rows: npt.NDArray[np.void], first: int, count: int, interval: int) -> None:
    per_day = MINUTES_PER_DAY // interval
    day, minute = divmod(first, MINUTES_PER_DAY)
    skip = minute // interval
    dates, times = rows["date"], rows["time"]
    done = 0
    while done < count:
        more = min(count - done, per_day - skip)
        dates[done : done + more] = _date(day)
        times[done : done + more] = _times(interval)[skip : skip + more]
        done, day, skip = done + more, day + 1, 0


def _write_thousandths(
    rows: npt.NDArray[np.void], columns: Columns, names: list[str], groups: int, *, with_sign: bool
) -> None:
    stacked = np.stack([_numbers(columns, name) for name in names])
    fraction, whole = thousandths(stacked, groups, with_sign=with_sign)
    for place, name in enumerate(names):
        rows[f"{name} ."] = fraction[place]
        for group in range(groups):
            rows[f"{name} {group}"] = whole[group][place]


def sites_body(sites: Iterable[Site]) -> bytes:
    """Return the body that `get_sites` answers."""
    return _list_body("sites", (_dump(site_row(site)) for site in sites))


def resources_body(site: Site) -> bytes:
    """Return the body that `get_resources` answers."""
    return _list_body("resources", (_dump(row) for row in resource_rows(site)))


def site_row(site: Site) -> dict[str, str | float]:
    """Return a site as the API lists it."""
    return {
        "site_id": site.site_id,
        "group_id": site.group_id,
        "site_name": site.name,
        "site_latitude": site.latitude,
        "site_longitude": site.longitude,
    }


def resource_rows(site: Site) -> Iterator[dict[str, str | float]]:
    """Yield the resources of a site as the API lists them, by id."""
    for kind, controller, resource in sorted(site.resources(), key=lambda one: one[2].resource_id):
        yield {
            "resource_id": resource.resource_id,
            "resource_type": kind.value,
            "unit_controller_id": controller.unit_controller_id,
            "resource_name": resource.name,
            "resource_latitude": resource.latitude,
            "resource_longitude": resource.longitude,
        }


def _dump(row: dict[str, str | float]) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def _list_body(name: str, rows: Iterable[bytes]) -> bytes:
    inside = DATAS_SEPARATOR.join(rows)
    if not inside:
        return b'{"%s":[]}\n' % name.encode()
    return b'{"%s":[\n' % name.encode() + inside + DATAS_CLOSE
