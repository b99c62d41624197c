"""A hash of rows that depends on their values only: not on the format, the writer, the files or their order.

Of each row, ``x = sum of key(field) * word(value)``, modulo 2**64; the hash of a set of rows is the number of
rows and, modulo 2**64, the sums of ``mix(x)`` and of ``mix(x ^ SECOND)``, `mix` being the output function of
SplitMix64. `key` is the hash of the field's name, made odd; `word` of a text is the first eight bytes of its
SHA-256, little-endian; of a number with a fixed count of decimals the integer of its last decimal (45.700 kW
is 45700); of a timestamp its minutes since 1970; of any other number the hash of its JSON text; of what
has no value, null or absent, the hash of `null`. Sums make the hash independent of how rows are cut into
files: that of a whole is the sum of the parts.
"""

import json
from collections.abc import Iterable, Mapping
from functools import lru_cache
from hashlib import sha256
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from wattos_testkit.telemetry.columns import Codes, Columns

SECOND = np.uint64(0xD1B54A32D192ED03)
NAME = "wattos-rows-1"
_MASK = (1 << 64) - 1
_NOTHING = "null"
_CHUNK = 8192
_MIX = (
    (np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)),
    (np.uint64(27), np.uint64(0x94D049BB133111EB)),
)
_LAST = np.uint64(31)
Words = npt.NDArray[np.uint64]


class RowHash(NamedTuple):
    """The hash of a set of rows."""

    rows: int = 0
    first: int = 0
    second: int = 0

    def plus(self, other: "RowHash") -> "RowHash":
        """Return the hash of both sets together."""
        return RowHash(
            self.rows + other.rows, (self.first + other.first) & _MASK, (self.second + other.second) & _MASK
        )

    def __str__(self) -> str:
        """Return the form that manifests have."""
        return f"{NAME}:{self.first:016x}{self.second:016x}"


@lru_cache(maxsize=65536)
def text_word(text: str) -> int:
    """Return the first eight bytes of the SHA-256 of a text, little-endian."""
    return int.from_bytes(sha256(text.encode()).digest()[:8], "little")


@lru_cache(maxsize=256)
def field_key(name: str) -> int:
    """Return the odd number that the values of a field are multiplied with."""
    return text_word(name) | 1


def _mix(x: Words) -> Words:
    for shift, factor in _MIX:
        x ^= x >> shift
        x *= factor
    x ^= x >> _LAST
    return x


def hash_words(x: Words) -> RowHash:
    """Return the hash of rows from the weighted sum of each; the array is used up."""
    other = _mix(x ^ SECOND)
    return RowHash(len(x), int(_mix(x).sum(dtype=np.uint64)), int(other.sum(dtype=np.uint64)))


def hash_columns(columns: Columns) -> RowHash:
    """Return the hash of the rows of one resource."""
    fixed = (
        field_key("resource_id") * text_word(columns.resource_id)
        + field_key("unit_controller_id") * text_word(columns.unit_controller_id)
        + field_key("agg_interval") * columns.interval
    )
    total = RowHash()
    for start in range(0, len(columns), _CHUNK):
        # Pieces that stay in the processor's cache: half the time of whole columns.
        inside = slice(start, start + _CHUNK)
        x = columns.minutes[inside].astype(np.uint64)
        x *= np.uint64(field_key("timestamp"))
        x += np.uint64(fixed & _MASK)
        for name, column in columns.fields.items():
            key = field_key(name)
            if isinstance(column, Codes):
                known = [key * text_word(word) & _MASK for word in column.vocabulary]
                words = np.array(known, dtype=np.uint64)[column.codes[inside]]
            else:
                words = column.values[inside].astype(np.uint64) * np.uint64(key)
            if column.holes is not None:
                words[column.holes[inside] > 0] = key * text_word(_NOTHING) & _MASK
            x += words
        total = total.plus(hash_words(x))
    return total


def hash_catalogue(rows: Iterable[Mapping[str, str | float]]) -> RowHash:
    """Return the hash of rows of sites or resources."""
    total = RowHash()
    for row in rows:
        x = 0
        for name, value in row.items():
            text = value if isinstance(value, str) else json.dumps(value)
            x += field_key(name) * text_word(text)
        total = total.plus(hash_words(np.array([x & _MASK], dtype=np.uint64)))
    return total
