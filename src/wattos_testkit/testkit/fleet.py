"""A fleet as tests use it: who exists, and their series."""

from collections.abc import Iterator, Mapping
from os import PathLike, fspath
from typing import TYPE_CHECKING, Any

from wattos_testkit.errors import UnknownIdError, UsageError
from wattos_testkit.fleet import model
from wattos_testkit.fleet.model import Group, Kind, Placed, Site
from wattos_testkit.fleet.open import open_fleet

if TYPE_CHECKING:
    from wattos_testkit.faults.scenario.model import Scenario
    from wattos_testkit.telemetry.engine import Telemetry
    from wattos_testkit.testkit.series import Series
    from wattos_testkit.testkit.times import Instant

_KINDS = {
    "meter": Kind.METER,
    "bess": Kind.BESS,
    "pv": Kind.PV,
    **{kind.value.lower(): kind for kind in Kind},
}


class Fleet:
    """The demo fleet, the fleet that a file describes, or a procedural one of so many sites.

    It is also what every room of the testkit takes for a fleet.
    """

    def __init__(  # noqa: PLR0913 - who exists, what goes wrong, and until when
        self,
        file: str | PathLike[str] | None = None,
        *,
        sites: int | None = None,
        seed: int | None = None,
        held: model.Fleet | None = None,
        scenario: str | PathLike[str] | Mapping[str, Any] | None = None,
        now: "Instant | None" = None,
    ) -> None:
        """Open a fleet.

        Parameters
        ----------
        file, sites, seed, held
            Who exists: a file, a procedural fleet, or one that is held already; the demo fleet unless said.
        scenario
            What goes wrong: a ready scenario by its name, a file, or what a file would say.
        now
            The instant at which rows end; late ones are still to come.

        Raises
        ------
        FleetError
            If the file of the fleet has mistakes.
        ScenarioError
            If the scenario has mistakes.
        UsageError
            If the arguments do not go together, or something cannot be read.
        """
        if held is not None and (file, sites, seed) != (None, None, None):
            raise UsageError("held is a whole fleet: it takes no file, sites or seed beside it")
        self._held = held or open_fleet(None if file is None else fspath(file), sites, seed)
        self._telemetry: Telemetry | None = None
        self._now = now
        self.now: int | None = None
        """The UTC minute at which rows end."""
        self.scenario: Scenario | None = None
        """What goes wrong."""
        if now is not None:
            from wattos_testkit.testkit.times import minute_of  # noqa: PLC0415 - see `telemetry`

            self.now = minute_of("now", now)
        if scenario is not None:
            self.scenario = self._open_scenario(scenario)

    def _open_scenario(self, scenario: str | PathLike[str] | Mapping[str, Any]) -> "Scenario":
        # Imported here: a healthy fleet has no use for it.
        from wattos_testkit.faults.scenario.reading import (  # noqa: PLC0415
            open_scenario,
            read_scenario,
        )

        if isinstance(scenario, Mapping):
            return read_scenario(dict(scenario), "scenario", self._held, self.now)
        return open_scenario(fspath(scenario), self._held, self.now)

    def with_scenario(
        self, scenario: str | PathLike[str] | Mapping[str, Any], *, now: "Instant | None" = None
    ) -> "Fleet":
        """Return the same fleet with something going wrong.

        Examples
        --------
        >>> bad = Fleet().with_scenario("bad-day@2024-06-21")
        >>> "FA" in bad.series("PV000001", "2024-06-21", "2024-06-22")["status"]
        True

        Raises
        ------
        ScenarioError
            If the scenario has mistakes.
        UsageError
            If there is no such scenario, or it cannot be read.
        """
        return Fleet(held=self._held, scenario=scenario, now=self._now if now is None else now)

    @property
    def seed(self) -> int:
        """The seed of every series of this fleet."""
        return self._held.seed

    @property
    def digest(self) -> str:
        """A hash of all that the answers depend on; equal for equal fleets."""
        return self._held.digest

    @property
    def telemetry(self) -> "Telemetry":
        """The series of this fleet, made when first asked for."""
        if self._telemetry is None:
            # Imported here: who only lists sites need not wait for the physics.
            if self.scenario is not None:
                from wattos_testkit.faults.observed import FaultyTelemetry  # noqa: PLC0415

                self._telemetry = FaultyTelemetry(self._held, self.scenario.plan(), self.now)
            else:
                from wattos_testkit.telemetry.engine import Telemetry  # noqa: PLC0415

                self._telemetry = Telemetry(self._held)
        return self._telemetry

    def summary(self) -> str:
        """Return one line for people: groups, sites, resources."""
        return self._held.summary()

    def groups(self) -> Iterator[Group]:
        """Yield the groups by id."""
        return self._held.groups()

    def sites(self, group_id: str | None = None) -> Iterator[Site]:
        """Yield the sites by id: all, or those of a group."""
        return self._held.sites(group_id)

    def site(self, site_id: str) -> Site | None:
        """Return a site, or None."""
        return self._held.site(site_id)

    def resource(self, resource_id: str) -> Placed | None:
        """Return a resource with its place, or None."""
        return self._held.resource(resource_id)

    def resources(self, kind: Kind, group_ids: frozenset[str] | None = None) -> Iterator[Placed]:
        """Yield the resources of a kind by resource id, of all groups or of some."""
        return self._held.resources(kind, group_ids)

    def count(self, kind: Kind, group_ids: frozenset[str] | None = None) -> int:
        """Return how many `resources` would yield."""
        return self._held.count(kind, group_ids)

    def nearest_ids(self, wrong: str, limit: int = 3) -> list[str]:
        """Return the ids that look most like a wrong one."""
        return self._held.nearest_ids(wrong, limit)

    def find(self, resource_id: str, kind: str | Kind | None = None) -> Placed:
        """Return a resource with its place.

        Raises
        ------
        UnknownIdError
            If there is none of this id and kind; the message names the nearest.
        """
        placed = self._held.resource(resource_id)
        if placed is None:
            near = ", ".join(self._held.nearest_ids(resource_id))
            raise UnknownIdError(
                f"there is no resource {resource_id!r}" + (f"; there are {near}" if near else "")
            )
        if kind is not None and placed.kind is not kind_of(kind):
            raise UnknownIdError(f"{resource_id} is of type {placed.kind.value}, not {kind_of(kind).value}")
        return placed

    def series(
        self,
        resource: str | None,
        start: "Instant",
        end: "Instant",
        interval: int = 15,
        *,
        kind: str | Kind | None = None,
    ) -> "Series":
        """Return the series of a resource; of all resources of a kind where the resource is None.

        Raises
        ------
        UnknownIdError
            If there is no such resource.
        UsageError
            If the window or the interval is none.
        """
        from wattos_testkit.testkit.series import Series  # noqa: PLC0415 - see `telemetry`
        from wattos_testkit.testkit.times import window_of  # noqa: PLC0415 - the same

        window = window_of(start, end, interval)
        if self.now is not None:
            window = window._replace(end=min(window.end, self.now))
        if resource is not None:
            placed = self.find(resource, kind)
            return Series(self.telemetry, placed.kind, (placed,), window)
        if kind is None:
            raise UsageError("say which resource, or of which kind: meter, bess or pv")
        one = kind_of(kind)
        return Series(self.telemetry, one, tuple(self.resources(one)), window)


def kind_of(name: str | Kind) -> Kind:
    """Return a kind by the name that the API or a person gives it.

    Raises
    ------
    UsageError
        If it is none.
    """
    found = _KINDS.get(str(name).lower())
    if found is None:
        raise UsageError(f"kind: {str(name)[:40]!r} is not one of meter, bess, pv")
    return found
