"""Where the sites of a procedural fleet lie: around these towns, each with its climate and clocks."""

from typing import NamedTuple

from wattos_testkit.fleet.model import ClimateName


class Place(NamedTuple):
    """A town; sites lie within some fifteen kilometres of it."""

    latitude: float
    longitude: float
    altitude: float
    timezone: str
    country: str
    climate: ClimateName
    locale: str
    """The language of the names around it."""


# Towns from public gazetteers, rounded to hundredths of a degree; none so near a border or a coast that the
# surroundings would lie under another clock.
PLACES: tuple[Place, ...] = (
    Place(34.05, -118.00, 80, "America/Los_Angeles", "US", "mediterranean", "en_US"),
    Place(37.35, -121.90, 25, "America/Los_Angeles", "US", "mediterranean", "en_US"),
    Place(33.45, -112.07, 331, "America/Phoenix", "US", "desert", "en_US"),
    Place(39.74, -104.99, 1609, "America/Denver", "US", "continental", "en_US"),
    Place(29.76, -95.37, 15, "America/Chicago", "US", "subtropical", "en_US"),
    Place(41.85, -87.90, 180, "America/Chicago", "US", "continental", "en_US"),
    Place(28.54, -81.38, 25, "America/New_York", "US", "subtropical", "en_US"),
    Place(40.75, -74.30, 60, "America/New_York", "US", "continental", "en_US"),
    Place(43.70, -79.60, 150, "America/Toronto", "CA", "continental", "en_US"),
    Place(20.67, -103.35, 1560, "America/Mexico_City", "MX", "highland", "es_ES"),
    Place(4.65, -74.10, 2550, "America/Bogota", "CO", "highland", "es_ES"),
    Place(-23.55, -46.63, 760, "America/Sao_Paulo", "BR", "subtropical", "pt_BR"),
    Place(-8.05, -34.95, 10, "America/Recife", "BR", "tropical", "pt_BR"),
    Place(-33.45, -70.67, 570, "America/Santiago", "CL", "mediterranean", "es_ES"),
    Place(-34.60, -58.50, 25, "America/Argentina/Buenos_Aires", "AR", "subtropical", "es_ES"),
    Place(51.51, -0.13, 20, "Europe/London", "GB", "oceanic", "en_GB"),
    Place(53.35, -6.40, 50, "Europe/Dublin", "IE", "oceanic", "en_GB"),
    Place(48.85, 2.35, 40, "Europe/Paris", "FR", "oceanic", "fr_FR"),
    Place(43.60, 1.44, 145, "Europe/Paris", "FR", "mediterranean", "fr_FR"),
    Place(40.42, -3.70, 650, "Europe/Madrid", "ES", "mediterranean", "es_ES"),
    Place(38.75, -9.10, 60, "Europe/Lisbon", "PT", "mediterranean", "pt_BR"),
    Place(52.52, 13.40, 34, "Europe/Berlin", "DE", "continental", "de_DE"),
    Place(48.14, 11.58, 520, "Europe/Berlin", "DE", "continental", "de_DE"),
    Place(51.45, 7.00, 70, "Europe/Berlin", "DE", "oceanic", "de_DE"),
    Place(55.68, 12.35, 15, "Europe/Copenhagen", "DK", "oceanic", "en_GB"),
    Place(59.33, 17.90, 25, "Europe/Stockholm", "SE", "nordic", "en_GB"),
    Place(61.50, 23.76, 110, "Europe/Helsinki", "FI", "nordic", "en_GB"),
    Place(60.90, 10.80, 180, "Europe/Oslo", "NO", "nordic", "en_GB"),
    Place(50.06, 19.94, 220, "Europe/Warsaw", "PL", "continental", "en_GB"),
    Place(41.90, 12.50, 25, "Europe/Rome", "IT", "mediterranean", "it_IT"),
    Place(38.05, 23.75, 150, "Europe/Athens", "GR", "mediterranean", "en_GB"),
    Place(30.05, 31.25, 25, "Africa/Cairo", "EG", "desert", "en_GB"),
    Place(-1.29, 36.82, 1660, "Africa/Nairobi", "KE", "highland", "en_GB"),
    Place(6.60, 3.40, 20, "Africa/Lagos", "NG", "tropical", "en_GB"),
    Place(-26.20, 28.05, 1700, "Africa/Johannesburg", "ZA", "highland", "en_GB"),
    Place(-33.90, 18.65, 60, "Africa/Johannesburg", "ZA", "mediterranean", "en_GB"),
    Place(24.70, 46.70, 610, "Asia/Riyadh", "SA", "desert", "en_GB"),
    Place(25.15, 55.30, 10, "Asia/Dubai", "AE", "desert", "en_GB"),
    Place(28.60, 77.20, 215, "Asia/Kolkata", "IN", "subtropical", "en_GB"),
    Place(12.97, 77.59, 900, "Asia/Kolkata", "IN", "tropical", "en_GB"),
    Place(27.70, 85.32, 1330, "Asia/Kathmandu", "NP", "highland", "en_GB"),
    Place(13.75, 100.55, 5, "Asia/Bangkok", "TH", "tropical", "en_GB"),
    Place(1.37, 103.80, 20, "Asia/Singapore", "SG", "tropical", "en_GB"),
    Place(14.60, 121.05, 30, "Asia/Manila", "PH", "tropical", "en_GB"),
    Place(22.60, 120.40, 30, "Asia/Taipei", "TW", "subtropical", "en_GB"),
    Place(35.75, 139.50, 60, "Asia/Tokyo", "JP", "subtropical", "ja_JP"),
    Place(34.75, 135.60, 20, "Asia/Tokyo", "JP", "subtropical", "ja_JP"),
    Place(37.50, 127.00, 40, "Asia/Seoul", "KR", "continental", "en_GB"),
    Place(-33.85, 150.95, 35, "Australia/Sydney", "AU", "subtropical", "en_GB"),
    Place(-37.85, 145.10, 70, "Australia/Melbourne", "AU", "oceanic", "en_GB"),
    Place(-34.90, 138.65, 60, "Australia/Adelaide", "AU", "mediterranean", "en_GB"),
    Place(-31.95, 115.95, 25, "Australia/Perth", "AU", "mediterranean", "en_GB"),
    Place(-27.50, 152.95, 40, "Australia/Brisbane", "AU", "subtropical", "en_GB"),
    Place(-37.00, 174.85, 30, "Pacific/Auckland", "NZ", "oceanic", "en_GB"),
    Place(-43.53, 172.55, 20, "Pacific/Auckland", "NZ", "oceanic", "en_GB"),
)
