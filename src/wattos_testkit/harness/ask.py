"""One request that is made up to be judged by the rules of the wire."""

from dataclasses import dataclass

from wattos_testkit.harness.transport import TOKEN


@dataclass(frozen=True, slots=True)
class Ask:
    """What is asked, and where the harness has it from."""

    what: str
    url: str
    place: tuple[str, str] | None = None
    """Operation and parameter, of a malformed spelling."""
    family: str = ""
    """Of that spelling."""
    rule: str = ""
    """Of a probe of the credentials."""
    credentials: str = TOKEN
