"""The bytes of the answers, one definition for all who write them.

(Interface; lands next.) A body of series is ``{"datas":[`` + rows + ``]}``. Every row of one resource and
interval has the same number of bytes: numbers are padded with blanks on the left (white space between
tokens is legal JSON), so the length of a body is known before a single row has been computed.
"""

from collections.abc import Iterable

from wattos_testkit.fleet.model import Placed, Site
from wattos_testkit.telemetry.columns import Columns, Window

DATAS_OPEN = b'{"datas":[\n'
DATAS_SEPARATOR = b",\n"
DATAS_CLOSE = b"\n]}\n"
EMPTY_DATAS = b'{"datas":[]}\n'


def row_width(placed: Placed, interval: int) -> int:
    """Return the bytes of one row, the separator behind it included."""
    raise NotImplementedError


def datas_length(resources: Iterable[Placed], window: Window) -> int:
    """Return the bytes of the whole body of a series without computing it."""
    raise NotImplementedError


def encode_rows(placed: Placed, columns: Columns) -> bytes:
    """Return rows, each followed by the separator (the last row of a body drops it)."""
    raise NotImplementedError


def sites_body(sites: Iterable[Site]) -> bytes:
    """Return the body that `get_sites` answers."""
    raise NotImplementedError


def resources_body(site: Site) -> bytes:
    """Return the body that `get_resources` answers."""
    raise NotImplementedError
