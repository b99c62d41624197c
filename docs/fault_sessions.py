"""Records `docs/fault_sessions.json`: what curl sees of each fault of the wire, from a mock that runs."""

import json
import subprocess
import sys
from pathlib import Path
from time import monotonic
from typing import NamedTuple

from wattos_testkit.faults.catalogue import CATALOGUE
from wattos_testkit.faults.model import Family

FILE = Path(__file__).parent / "fault_sessions.json"
SHORT = "/pv/data?resource_id=PV000001&start=2024-03-20T19:00:00Z&end=2024-03-20T19:30:00Z&agg_interval=15"
DAY = "/pv/data?resource_id=PV000001&start=2024-03-20T00:00:00Z&end=2024-03-21T00:00:00Z&agg_interval=5"
_UNSAID = {"date", "etag", "x-request-id", "vary", "cache-control", "timing-allow-origin"}
_UNSAID |= {"access-control-expose-headers"}
_WIDTH, _LINES, _BINARY = 150, 7, 2
_ENDS = {
    18: "the answer ended before its length",
    28: "curl's patience ended",
    47: "too many redirects",
    52: "no answer at all",
    56: "the connection broke",
    61: "curl cannot decode what came",
}
_SLOW = 0.5


class Told(NamedTuple):
    """How a fault is asked for, so that one can see it."""

    values: str = ""
    times: int = 1
    options: tuple[str, ...] = ()
    target: str = SHORT


TOLD = {
    "error-share": Told("code=502"),
    "rate-limit": Told("requests=1", 2),
    "dropped-connection": Told("when=body"),
    "stalled-connection": Told("when=head", options=("-m", "3")),
    "slow-bytes": Told("bytes_per_second=200"),
    "broken-cors": Told("how=twice", options=("-H", "Origin: https://app.example")),
    "broken-coding": Told(options=("--compressed",), target=DAY),
    "redirect-loop": Told(options=("-L", "--max-redirs", "2")),
}


def session(base: str, name: str, told: Told) -> list[str]:
    """Return the lines of a session: the command, what came, and how it ended."""
    prefer = f"Prefer: fault={name}{f'; {told.values}' if told.values else ''}"
    shown = " ".join(one if one.startswith("-") or one.isdigit() else f"'{one}'" for one in told.options)
    address = told.target.replace("resource_id=PV000001&", "...&", 1).split("&start", 1)[0] + "'"
    lines = [f"$ curl -si {f'{shown} ' if shown else ''}-H '{prefer}' 'http://127.0.0.1:8080{address}"]
    for turn in range(told.times):
        began = monotonic()
        done = subprocess.run(  # noqa: S603 - a mock of our own
            [  # noqa: S607 - whichever curl the machine has
                "curl",
                "-si",
                "-m",
                "20",
                "-H",
                "Authorization: Bearer demo",
                "-H",
                prefer,
                *told.options,
                base + told.target,
            ],
            capture_output=True,
            check=False,
        )
        took = monotonic() - began
        if turn + 1 == told.times:
            lines += _said(done.stdout)
            if done.returncode:
                lines.append(
                    f"({_ENDS.get(done.returncode, 'curl gave up')}: curl's exit code {done.returncode})"
                )
            if took > _SLOW:
                lines.append(f"(after {took:.1f} s)")
        else:
            lines.append(f"{done.stdout.split(maxsplit=2)[1].decode()}, then again:")
    return lines


def _said(raw: bytes) -> list[str]:
    """Return the telling headers and the beginning of the body."""
    text = raw.decode("latin-1").replace("\r", "")
    blocks = text.split("\n\n")
    head: list[str] = []
    while blocks and blocks[0].startswith("HTTP/"):
        head += [line for line in blocks.pop(0).split("\n") if line.split(":")[0].lower() not in _UNSAID]
    body = "\n\n".join(blocks).strip("\n").split("\n") if blocks else []
    printable = [
        "".join(one if one.isascii() and one.isprintable() else "." for one in line) for line in body
    ]
    most = _LINES if printable == body else _BINARY
    cut = [line if len(line) <= _WIDTH else f"{line[:_WIDTH]}..." for line in (*head, "", *printable[:most])]
    return "\n".join([*cut, "..."] if len(body) > most else cut).strip().split("\n")


def main() -> None:
    """Start a mock, meet every fault of the wire, write down what was seen."""
    with subprocess.Popen(
        [sys.executable, "-m", "wattos_testkit", "serve", "--port", "0"], stdout=subprocess.PIPE, text=True
    ) as mock:
        try:
            line = mock.stdout.readline() if mock.stdout else ""
            base = line.split(" on ", 1)[1].split()[0]
            wire = [one.name for one in CATALOGUE.values() if one.family is Family.WIRE]
            seen = {name: session(base, name, TOLD.get(name, Told())) for name in wire}
        finally:
            mock.terminate()
    FILE.write_text(json.dumps(seen, indent=1, ensure_ascii=True) + "\n", "utf-8")
    print("docs/fault_sessions.json")


if __name__ == "__main__":
    main()
