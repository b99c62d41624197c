"""From the text of a fleet file to its groups and sites."""

from wattos_testkit.errors import FleetError
from wattos_testkit.fleet.form import Form, form_of
from wattos_testkit.fleet.plain import PlainError, data_of, text_of


def read(source: str) -> Form:
    """Return what a file describes.

    Raises
    ------
    FleetError
        If it has mistakes: all of them.
    UsageError
        If it cannot be read.
    """
    return parse(source, text_of("fleet", source))


def parse(source: str, text: str) -> Form:
    """Return what a text describes.

    Raises
    ------
    FleetError
        If it has mistakes: all of them.
    """
    mistakes: list[str] = []
    try:
        data = data_of(text)
    except PlainError as error:
        raise FleetError(source, [str(error)]) from None
    form = form_of(data, mistakes)
    if mistakes:
        raise FleetError(source, mistakes)
    return form
