"""A provider for Faker: ids, names, sites, resources and rows, from the same seed the same.

::

    from faker import Faker
    from wattos_testkit.faker import Provider

    fake = Faker()
    fake.add_provider(Provider)
    fake.wattos_site()
"""

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from faker.providers import BaseProvider

from wattos_testkit.errors import UsageError
from wattos_testkit.fleet.model import Kind, Placed, Site
from wattos_testkit.fleet.procedural import MOST_SITES
from wattos_testkit.telemetry.columns import INTERVALS
from wattos_testkit.testkit.fleet import Fleet, kind_of

if TYPE_CHECKING:
    from wattos_testkit.testkit.times import Instant

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ID_LENGTH = 8
_PREFIXES = {"group": "GROUP", "site": "SITE", "controller": "UC", "meter": "ME", "bess": "BE", "pv": "PV"}
_MOST_TRIES = 1000
_MOST_ROWS = 100_000
_YEARS = 5


@lru_cache(maxsize=1)
def _world() -> Fleet:
    """Return the sites that are drawn from; nothing of them is held."""
    return Fleet(sites=MOST_SITES, seed=0)


class Provider(BaseProvider):
    """What an energy management system knows, as Faker gives it.

    Sites and resources are drawn from one procedural fleet of 100,000 sites, so that ids, names, places and
    rows belong together: the rows of a resource that was drawn are those of its site's weather.
    """

    def wattos_id(self, noun: str | None = None) -> str:
        """Return an id: any, or one that begins as those of a group, site, controller, meter, bess or pv do.

        Nobody need have it.
        """
        if noun is not None and noun not in _PREFIXES:
            raise UsageError(f"noun: {noun[:40]!r} is not one of {', '.join(_PREFIXES)}")
        prefix = _PREFIXES[noun] if noun else ""
        letters = "0123456789" if noun else _ALPHABET
        return prefix + "".join(self.random_elements(letters, length=_ID_LENGTH - len(prefix), unique=False))

    def wattos_site_name(self) -> str:
        """Return the name of a site, in the language of some country."""
        return self._site().name

    def wattos_site(self) -> dict[str, Any]:
        """Return a site as the API lists it."""
        # Imported here: names and ids need no physics.
        from wattos_testkit.telemetry.wire import site_row  # noqa: PLC0415

        return dict(site_row(self._site()))

    def wattos_resource(self, kind: str | Kind | None = None) -> dict[str, Any]:
        """Return a resource as the API lists it: any, or of a kind (meter, bess, pv)."""
        from wattos_testkit.telemetry.wire import resource_rows  # noqa: PLC0415 - see above

        placed = self._placed(kind)
        rows = {row["resource_id"]: row for row in resource_rows(placed.site)}
        return dict(rows[placed.resource.resource_id])

    def wattos_rows(
        self,
        kind: str | Kind | None = None,
        count: int = 96,
        interval: int = 15,
        start: "Instant | None" = None,
    ) -> list[dict[str, Any]]:
        """Return consecutive rows of a resource, as a client reads them: they obey every rule of the API."""
        if not 1 <= count <= _MOST_ROWS:
            raise UsageError(f"count: {count} is out of bounds: 1 to {_MOST_ROWS:,}")
        if interval not in INTERVALS:
            raise UsageError(f"interval: {interval!r} is not one of {', '.join(map(str, INTERVALS))}")
        placed = self._placed(kind)
        if start is None:
            start = placed.resource.commissioned + timedelta(days=self.random_int(2, 365 * _YEARS))
        from wattos_testkit.testkit.times import minute_of, written  # noqa: PLC0415 - see above

        # On the grid, however odd the start: else the last bucket would be cut off.
        first = -(-minute_of("start", start) // interval) * interval
        end = written(first + count * interval)
        return _world().series(placed.resource.resource_id, written(first), end, interval).rows

    def wattos_row(self, kind: str | Kind | None = None, interval: int = 15) -> dict[str, Any]:
        """Return one row of a resource."""
        return self.wattos_rows(kind, 1, interval)[0]

    def _site(self) -> Site:
        site = _world().site(f"ST{self.random_int(0, MOST_SITES - 1):06d}")
        if site is None:
            raise AssertionError("every number below the size of the fleet has a site")
        return site

    def _placed(self, kind: str | Kind | None) -> Placed:
        wanted = None if kind is None else kind_of(kind)
        for _ in range(_MOST_TRIES):
            site = self._site()
            found = [
                Placed(kind=own, site=site, controller=controller, resource=resource)
                for own, controller, resource in site.resources()
                if wanted in {None, own}
            ]
            if found:
                return found[self.random_int(0, len(found) - 1)]
        raise AssertionError("every third site has one of every kind")
