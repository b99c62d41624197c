"""Parameters of a request, checked strictly against what was compiled from the document."""

from collections.abc import Callable, Mapping
from urllib.parse import unquote_plus

from wattos_testkit.contract import Operation, Parameter, ParameterError
from wattos_testkit.contract.parameters import SHOWN, Value, shown
from wattos_testkit.server.window import utc_minute

INSTANTS = frozenset({"start", "end"})
"""Parameters that become minutes since 1970, whatever the document calls their type."""
Parse = Callable[[str], Value]


class Guard:
    """What one operation takes."""

    def __init__(self, operation: Operation) -> None:
        places: dict[str, list[Parameter]] = {"query": [], "path": []}
        for parameter in operation.parameters:
            places[parameter.place].append(parameter)
        self._query = {one.name: _parser(one) for one in places["query"]}
        self._path = {one.name: _parser(one) for one in places["path"]}
        self._required = tuple(one for one in places["query"] if one.required)

    def values(self, query: bytes, path: Mapping[str, str]) -> dict[str, Value]:
        """Return the values of all parameters that are given.

        Raises
        ------
        ParameterError
            If one is unknown, repeated, missing, or not what the document allows.
        """
        values: dict[str, Value] = {}
        for name, parse in self._path.items():
            values[name] = parse(str(path[name]))
        parsers = self._query
        for pair in query.decode("utf-8", "replace").split("&") if query else ():
            if not pair:
                continue
            name, _, text = pair.partition("=")
            if "%" in pair or "+" in pair:
                name, text = unquote_plus(name), unquote_plus(text)
            known = parsers.get(name)
            if known is None:
                raise ParameterError(_cut(name), self._unknown())
            if name in values:
                raise ParameterError(name, "is given more than once; once is right")
            values[name] = known(text)
        for parameter in self._required:
            if parameter.name not in values:
                raise ParameterError(parameter.name, f"is missing{_such_as(parameter)}")
        return values

    def _unknown(self) -> str:
        known = ", ".join(self._query) or "none in the query"
        return f"is no parameter of this operation; it takes {known}"


def _parser(parameter: Parameter) -> Parse:
    if parameter.name not in INSTANTS:
        return parameter.parse

    def parse(text: str) -> Value:
        # First the rule that can say what is wrong in words, then the document's own pattern.
        try:
            minute = utc_minute(text)
        except ValueError as error:
            raise ParameterError(parameter.name, f"{shown(text)} {error}") from None
        parameter.parse(text)
        return minute

    return parse


def _cut(name: str) -> str:
    """Return an unknown parameter's name as it may be shown."""
    return shown(name)[1:-1] if len(name) <= SHOWN else shown(name)[1:-1][: SHOWN + 1]


def _such_as(parameter: Parameter) -> str:
    schema = parameter.schema
    if schema.get("enum"):
        return f"; allowed are {', '.join(map(str, schema['enum']))}"
    example = "2024-03-20T00:00:00Z" if parameter.name in INSTANTS else parameter.example
    return f"; a right one is {example}" if example is not None else "; it is required"
