"""Reads the small words of the command line: rules, levels, pins."""

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from wattos_testkit.errors import UsageError
from wattos_testkit.harness.events import Severity

_RULE = re.compile(r"WT[0-9]{0,3}")
_IGNORED = re.compile(r"(WT[0-9]{0,3})(@[A-Z0-9]{8})?")


def rules(texts: Iterable[str], option: str) -> tuple[str, ...]:
    """Return rules and beginnings of rules, given apart or with commas.

    Raises
    ------
    UsageError
        If one is none.
    """
    found = []
    for text in _split(texts):
        if not _RULE.fullmatch(text):
            raise UsageError(f"{option} {text!r}: a rule is written WT301, several by their beginning: WT3")
        _known(text, option)
        found.append(text)
    return tuple(found)


def ignored(texts: Iterable[str]) -> tuple[str, ...]:
    """Return what is to be ignored: rules, beginnings, or a rule on one resource.

    Raises
    ------
    UsageError
        If one is none.
    """
    found = []
    for text in _split(texts):
        match = _IGNORED.fullmatch(text)
        if not match:
            raise UsageError(f"--ignore {text!r}: write WT301, WT3 or WT301@PV000001")
        _known(match[1], "--ignore")
        found.append(text)
    return tuple(found)


def levels(given: Iterable[str] | Mapping[str, str]) -> Mapping[str, Severity]:
    """Return the severities that were set.

    Raises
    ------
    UsageError
        If an entry is not RULE=error or RULE=warning.
    """
    pairs = given.items() if isinstance(given, Mapping) else (one.split("=", 1) for one in _split(given))
    found: dict[str, Severity] = {}
    for pair in pairs:
        rule, level = (*pair, "")[:2]
        if not _RULE.fullmatch(rule) or level not in {"error", "warning"}:
            raise UsageError(
                f"--severity {'='.join(pair)!r}: write RULE=error or RULE=warning, such as WT801=error"
            )
        _known(rule, "--severity")
        found[rule] = Severity(level)
    return MappingProxyType(found)


def pinned(given: Iterable[str] | Mapping[str, object]) -> Mapping[str, str]:
    """Return the conventions that were pinned.

    Raises
    ------
    UsageError
        If one is not NAME=VALUE.
    """
    found: dict[str, str] = {}
    if isinstance(given, Mapping):
        found = {name: str(value) for name, value in given.items()}
    else:
        for text in given:
            name, equals, value = (part.strip() for part in text.partition("="))
            if not equals or not name or not value:
                raise UsageError(f"--pin {text!r}: write NAME=VALUE, such as bucket_label=start")
            found[name] = value
    for name in found:
        _custom(name)
    return MappingProxyType(found)


def _custom(name: str) -> None:
    """Refuse a convention that nobody detects: a typing error must not pass for a pin that holds."""
    from wattos_testkit.invariants.customs import CUSTOMS  # noqa: PLC0415 - the judge loads numpy

    if name not in CUSTOMS:
        raise UsageError(f"--pin {name}: there is no such convention; there are {', '.join(CUSTOMS)}")


def _split(texts: Iterable[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


def _known(beginning: str, option: str) -> None:
    """Refuse what no rule begins with: a typing error must not hide findings."""
    from wattos_testkit.harness.rulebook import all_rules  # noqa: PLC0415 - the rules of the judge load numpy

    if not any(rule.startswith(beginning) for rule in all_rules()):
        raise UsageError(f"{option}: there is no rule {beginning} (`wattos-testkit rules` lists them)")
