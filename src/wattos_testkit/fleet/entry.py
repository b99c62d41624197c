"""One mapping of a fleet file as it is read: what is wrong is noted by its path, and reading goes on."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_SHOWN = 60
_MOST_ITEMS = 100_000


class WrongValueError(ValueError):
    """A value of a fleet file that cannot be; the message follows its path."""


@dataclass(frozen=True, slots=True)
class Scalar(Generic[T]):
    """A type of value: how it is read, and what stands for it where it was wrong, so that reading goes on."""

    read: Callable[[Any], T]
    """Returns the value, or raises WrongValueError with what is wrong."""
    stand_in: T


def shown(value: object) -> str:
    """Return a wrong value for a message: quoted where it is text, printable, cut."""
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
    text = repr(value)
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def did_you_mean(wrong: object, known: list[str]) -> str:
    """Return a hint, or nothing."""
    near = get_close_matches(str(wrong)[:_SHOWN], known, 1)
    return f"; did you mean {near[0]!r}?" if near else ""


class Entry:
    """A mapping of the file, its path, and the mistakes of the whole file."""

    def __init__(self, path: str, value: object, mistakes: list[str]) -> None:
        self.path = path
        self.mistakes = mistakes
        self._known: list[str] = []
        self._values: dict[str, Any] = {}
        self._readable = isinstance(value, dict)
        if isinstance(value, dict):
            self._values = {str(key): one for key, one in value.items()}
        else:
            self.wrong("", "is empty" if value is None else f"{shown(value)} is no mapping")

    def place(self, name: str) -> str:
        """Return the path of one of its values."""
        return ".".join(part for part in (self.path, name) if part)

    def wrong(self, name: str, reason: str) -> None:
        """Note a mistake of one of its values, or of itself where the name is empty."""
        self.mistakes.append(f"{self.place(name) or 'the file'}: {reason}")

    def broken(self, since: int) -> set[str]:
        """Return the names of its values in which mistakes were noted since there were so many."""
        inside = [one[len(self.path) + 1 :] for one in self.mistakes[since:]]
        return {re.split(r"[.:\[]", one, maxsplit=1)[0] for one in inside}

    def given(self, name: str) -> bool:
        """Return whether there is a value."""
        return self._values.get(name) is not None

    def ask(self, name: str) -> None:
        """Remember that a name may stand here."""
        self._known.append(name)

    def plain(self, name: str) -> object:
        """Return a value as it stands, whatever it is; None where it is absent."""
        self._known.append(name)
        return self._values.get(name)

    def take(self, name: str, scalar: Scalar[T], default: T | None = None) -> T:
        """Return a value; where it is absent the default, and without one that is a mistake."""
        self._known.append(name)
        value = self._values.get(name)
        if value is None:
            if default is None:
                if self._readable:
                    self.wrong(name, "is missing")
                return scalar.stand_in
            return default
        try:
            return scalar.read(value)
        except WrongValueError as error:
            self.wrong(name, str(error))
            return scalar.stand_in

    def entry(self, name: str) -> "Entry | None":
        """Return the mapping under a name, or None where there is none."""
        self._known.append(name)
        value = self._values.get(name)
        return None if value is None else Entry(self.place(name), value, self.mistakes)

    def entries(self, name: str) -> Iterator["Entry"]:
        """Yield the mappings of the list under a name."""
        self._known.append(name)
        value = self._values.get(name)
        if value is None:
            return
        if not isinstance(value, list):
            self.wrong(name, f"{shown(value)} is no list")
            return
        if len(value) > _MOST_ITEMS:
            self.wrong(name, f"holds {len(value):,} items; at most {_MOST_ITEMS:,} are read")
            return
        for index, one in enumerate(value):
            yield Entry(f"{self.place(name)}[{index}]", one, self.mistakes)

    def close(self) -> None:
        """Note every name that was not asked for."""
        for name in self._values:
            if name not in self._known:
                said = name if name.isprintable() else repr(name)
                self.wrong(said[:_SHOWN], f"is not known{did_you_mean(name, self._known)}")
