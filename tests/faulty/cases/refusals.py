"""Requests that must be refused, and are not, or not properly."""

import unicodedata
from dataclasses import replace

from werkzeug.datastructures import MultiDict

from tests.faulty.fleet import Resource
from tests.faulty.registry import fault
from tests.faulty.server import Healthy
from tests.faulty.wire import Query, Refusal, Row

FAMILY = "request validation"
FAILED = "The server failed"


@fault(FAMILY)
class LowerCaseIdsAccepted(Healthy):
    """An id in lower case is answered as if it were in capitals."""

    def identifier(self, name: str, text: str) -> str:
        return super().identifier(name, text.upper())


@fault(FAMILY)
class LongIdsCut(Healthy):
    """Of an id with more than eight characters the rest is ignored."""

    def identifier(self, name: str, text: str) -> str:
        return super().identifier(name, text[:8])


@fault(FAMILY)
class ShortIdsArePrefixes(Healthy):
    """A shorter id finds all resources that begin with it."""

    def identifier(self, name: str, text: str) -> str:
        return text if name == "resource_id" and 0 < len(text) < 8 else super().identifier(name, text)

    def selected(self, query: Query) -> list[Resource]:
        every = super().selected(replace(query, resource=None))
        found = [one for one in every if query.resource is None or one.resource_id.startswith(query.resource)]
        return found or list(super().selected(query))


@fault(FAMILY)
class BlanksAroundIdsIgnored(Healthy):
    """Blanks and line ends around an id are ignored."""

    def identifier(self, name: str, text: str) -> str:
        return super().identifier(name, text.strip())


@fault(FAMILY)
class FinalNewlineAccepted(Healthy):
    """An id with a newline at its end passes the pattern."""

    def identifier(self, name: str, text: str) -> str:
        return super().identifier(name, text.removesuffix("\n"))


@fault(FAMILY)
class FullWidthIdsAccepted(Healthy):
    """Letters of full width are taken for Latin ones."""

    def identifier(self, name: str, text: str) -> str:
        return super().identifier(name, unicodedata.normalize("NFKC", text))


@fault(FAMILY)
class EmptyResourceMeansAll(Healthy):
    """An empty resource_id is answered with all resources."""

    def query(self, operation: str, given: MultiDict[str, str]) -> Query:
        kept = [(key, value) for key, value in given.items(multi=True) if (key, value) != ("resource_id", "")]
        return super().query(operation, MultiDict(kept))


@fault(FAMILY)
class NulCrashes(Healthy):
    """A NUL character in an id makes the server fail."""

    def identifier(self, name: str, text: str) -> str:
        if "\0" in text:
            raise Refusal(500, FAILED)
        return super().identifier(name, text)


@fault(FAMILY)
class LongIdsCrash(Healthy):
    """An id of more than 255 characters makes the server fail."""

    def identifier(self, name: str, text: str) -> str:
        if len(text) > 255:
            raise Refusal(500, FAILED)
        return super().identifier(name, text)


@fault(FAMILY)
class AccentsCrash(Healthy):
    """An id that is not ASCII makes the server fail."""

    def identifier(self, name: str, text: str) -> str:
        if not text.isascii():
            raise Refusal(500, FAILED)
        return super().identifier(name, text)


@fault(FAMILY)
class AnyIntervalAccepted(Healthy):
    """An interval that does not exist is answered with the next one that does."""

    def interval(self, text: str) -> int:
        if text.isdecimal() and int(text) > 0:
            return min((one for one in (1, 5, 15, 30) if one >= int(text)), default=30)
        return super().interval(text)


@fault(FAMILY)
class HourAccepted(Healthy):
    """An interval of 60 minutes is answered, although it is none of the document's."""

    def interval(self, text: str) -> int:
        return 60 if text == "60" else super().interval(text)


@fault(FAMILY)
class ZeroIntervalCrashes(Healthy):
    """An interval of 0 makes the server divide by it."""

    def interval(self, text: str) -> int:
        if text == "0":
            raise Refusal(500, "ZeroDivisionError")
        return super().interval(text)


@fault(FAMILY)
class NegativeIntervalAccepted(Healthy):
    """The sign of an interval is ignored."""

    def interval(self, text: str) -> int:
        return super().interval(text.removeprefix("-"))


@fault(FAMILY)
class DecimalIntervalAccepted(Healthy):
    """15.0 and +15 are taken for 15."""

    def interval(self, text: str) -> int:
        return super().interval(text.removeprefix("+").removesuffix(".0"))


@fault(FAMILY)
class AnyDigitsAccepted(Healthy):
    """Digits of other scripts are taken for an interval."""

    def interval(self, text: str) -> int:
        return super().interval(str(int(text)) if text.isdecimal() else text)


@fault(FAMILY)
class TextIntervalMeansDefault(Healthy):
    """An interval that is no number is taken for 15 minutes."""

    def interval(self, text: str) -> int:
        return super().interval(text if text.lstrip("-").isdecimal() else "15")


@fault(FAMILY)
class MalformedSiteHasNothing(Healthy):
    """A site id that breaks the pattern is answered with an empty list."""

    def resources(self, site_id: str) -> list[Row]:
        return [] if site_id == "MALFORMD" else super().resources(site_id)

    def identifier(self, name: str, text: str) -> str:
        return super().identifier(name, "MALFORMD" if name == "site_id" and len(text) != 8 else text)
