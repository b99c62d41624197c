"""WT6xx: what several operations say of the same thing."""

from wattos_testkit.harness.events import Severity
from wattos_testkit.invariants.rule import Rule

_FAMILY = "across operations"

RULES = (
    Rule(
        "WT601",
        _FAMILY,
        Severity.ERROR,
        "Rows belong to another resource than was asked for",
        "Data of a neighbour is taken for one's own; at worst a leak.",
        "With resource_id given, every row must carry it.",
        "None known.",
    ),
    Rule(
        "WT602",
        _FAMILY,
        Severity.ERROR,
        "An operation answers with rows of a resource of another type",
        "A battery is billed as a meter.",
        "The resource_type of the list must be that of the operation, for rows without a filter and when a "
        "resource of another type is asked for on purpose.",
        "Only resources that are listed with a type of ours are judged; 404, 400 and an empty list are "
        "all fine.",
    ),
    Rule(
        "WT603",
        _FAMILY,
        Severity.ERROR,
        "The unit controller of a row is not that of the list",
        "Sums per point of common coupling put the resource in the wrong place.",
        "unit_controller_id of every row against the list of resources.",
        "A resource that moved once (one change, the list shows the later) is a warning.",
    ),
    Rule(
        "WT604",
        _FAMILY,
        Severity.ERROR,
        "An id is listed twice",
        "A sum over the list counts it twice; a lookup finds either.",
        "Each site_id, and each resource_id over all sites, may be listed once.",
        "None known.",
    ),
    Rule(
        "WT605",
        _FAMILY,
        Severity.WARNING,
        "A resource stands far from its site",
        "Weather, sun and maps are taken from the wrong place; often latitude and longitude are swapped.",
        "More than 100 km between the coordinates of a resource and those of its site.",
        "Coordinates 0/0 mean unknown and are left out; a site may spread far, hence a warning.",
    ),
    Rule(
        "WT606",
        _FAMILY,
        Severity.ERROR,
        "Rows of a resource that does not exist",
        "Sums over everything contain something that cannot be explained.",
        "An unfiltered answer has rows of an id that no list has and that cannot be asked for on its own. "
        "A warning: it can, and stands behind a unit controller of just one of the listed sites, which "
        "does not list it.",
        "Resources of other groups, which can be asked for on their own, are no finding, unless they share"
        " a unit controller with ours.",
    ),
    Rule(
        "WT607",
        _FAMILY,
        Severity.WARNING,
        "A listed resource is unknown to its operation",
        "A client that walks the list runs into errors.",
        "A resource that is listed is answered with a 4xx for windows in which others have data.",
        "A deployment that answers 404 for an empty window; hence a warning, and it says so.",
    ),
    Rule(
        "WT608",
        _FAMILY,
        Severity.ERROR,
        "agg_interval of a row is not the one asked for",
        "The caller multiplies power by the wrong duration.",
        "agg_interval of every row against the request.",
        "None known.",
    ),
    Rule(
        "WT609",
        _FAMILY,
        Severity.ERROR,
        "A site of another group is listed",
        "The filter is ignored: one tenant sees another's sites.",
        "group_id of every site against the one that was asked for.",
        "None known.",
    ),
)
