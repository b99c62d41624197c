"""The door to fleets: the demo fleet, one from a file, or a procedural one."""

from importlib.resources import files

from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.listed import ListedFleet
from wattos_testkit.fleet.model import Fleet
from wattos_testkit.fleet.procedural import MOST_SITES, ProceduralFleet
from wattos_testkit.fleet.reader import parse, read

DEFAULT_SEED = 1


def open_fleet(source: str | None = None, sites: int | None = None, seed: int | None = None) -> Fleet:
    """Return the demo fleet, the fleet that a file describes, or a procedural one.

    Parameters
    ----------
    source
        A YAML or JSON file.
    sites
        The size of a procedural fleet.
    seed
        The seed of every series; where absent that of the file, or `DEFAULT_SEED`. `Fleet.seed` tells it.

    Raises
    ------
    FleetError
        If the file has mistakes.
    UsageError
        If the file cannot be read, or the arguments do not go together.
    """
    if source is not None and sites is not None:
        raise UsageError("--fleet names the sites of a file, --sites invents some: give one of them")
    if sites is not None:
        if not 1 <= sites <= MOST_SITES:
            raise UsageError(f"--sites: {sites} is out of bounds: 1 to {MOST_SITES:,}")
        return ProceduralFleet(sites, DEFAULT_SEED if seed is None else seed)
    if source is None:
        name, text = "demo fleet", files("wattos_testkit.fleet").joinpath("demo.yaml").read_text("utf-8")
        form = parse("demo.yaml", text)
    else:
        name, form = f"fleet of {source}", read(source)
    given = form.seed if seed is None else seed
    return ListedFleet(form.groups, form.sites, DEFAULT_SEED if given is None else given, name)
