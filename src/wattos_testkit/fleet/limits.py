"""What cannot be, although each number by itself could."""

from collections import Counter
from collections.abc import Iterator

from wattos_testkit.fleet.model import UnitController


def controller_mistakes(controller: UnitController) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with a unit controller as a whole: the name of the part, and the reason."""
    roles = Counter(meter.role for meter in controller.meters)
    for role, count in roles.items():
        if count > 1:
            yield "meters", f"{count} meters of role {role!r}; a point of common coupling has one"
    if roles["load"] and controller.load is None:
        yield "meters", "a meter of role 'load' needs a load"
    if not controller.may_export and controller.load is None and (controller.pv or controller.batteries):
        yield "may_export", "without leave to export and without a load nothing could be generated"
