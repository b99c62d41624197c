"""A whole answer of series: resource after resource, piece after piece."""

from collections.abc import Iterable, Iterator

from wattos_testkit.fleet.model import Placed
from wattos_testkit.telemetry.columns import Window
from wattos_testkit.telemetry.engine import PIECE_DAYS, Telemetry
from wattos_testkit.telemetry.existence import row_count
from wattos_testkit.telemetry.wire import (
    DATAS_CLOSE,
    DATAS_OPEN,
    DATAS_SEPARATOR,
    EMPTY_DATAS,
    encode_rows,
)


def datas_pieces(
    telemetry: Telemetry, resources: Iterable[Placed], window: Window, days: int = PIECE_DAYS
) -> Iterator[bytes]:
    """Yield the body that the series operations answer, in pieces of bounded size, some of them empty."""
    held = b""
    for placed in resources:
        if not row_count(placed, window):
            # A server has other things to do while a hundred thousand resources turn out to have no rows.
            yield b""
            continue
        for columns in telemetry.stream(placed, window, days):
            if len(columns):
                yield held or DATAS_OPEN
                held = encode_rows(placed, columns)
            else:
                # Faults may leave nothing of a piece.
                yield b""
    yield held[: -len(DATAS_SEPARATOR)] + DATAS_CLOSE if held else EMPTY_DATAS
