"""Names from Faker, seeded by what bears the name: one more site changes no other's."""

from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING

from wattos_testkit.physics.hashing import stream_key

if TYPE_CHECKING:
    from faker import Generator

_ENGLISH = {
    "house": "{{street_address}}",
    "office": "{{company}} Offices",
    "school": "{{last_name}} School",
    "shop": "{{last_name}} Stores",
    "factory": "{{company}} Works",
    "cold store": "{{last_name}} Cold Store",
    "hospital": "{{city}} Hospital",
    "data centre": "{{last_name}} Data Centre",
    "solar plant": "{{city}} Solar Park",
    "battery park": "{{city}} Battery Park",
    "site in planning": "{{city}} Lot",
}
_TEMPLATES = {
    "en": _ENGLISH,
    "de": {
        "house": "{{street_address}}",
        "office": "Bürohaus {{company}}",
        "school": "{{last_name}}-Schule",
        "shop": "Kaufhaus {{last_name}}",
        "factory": "Werk {{company}}",
        "cold store": "Kühlhaus {{last_name}}",
        "hospital": "Klinikum {{city}}",
        "data centre": "Rechenzentrum {{last_name}}",
        "solar plant": "Solarpark {{city}}",
        "battery park": "Batteriepark {{city}}",
        "site in planning": "Baufeld {{city}}",
    },
    "es": {
        "house": "{{street_address}}",
        "office": "Oficinas {{company}}",
        "school": "Colegio {{last_name}}",
        "shop": "Almacenes {{last_name}}",
        "factory": "Planta {{company}}",
        "cold store": "Frigorífico {{last_name}}",
        "hospital": "Hospital de {{city}}",
        "data centre": "Centro de Datos {{last_name}}",
        "solar plant": "Parque Solar {{city}}",
        "battery park": "Parque de Baterías {{city}}",
        "site in planning": "Parcela {{city}}",
    },
    "fr": {
        "house": "{{street_address}}",
        "office": "Bureaux {{company}}",
        "school": "École {{last_name}}",
        "shop": "Magasins {{last_name}}",
        "factory": "Usine {{company}}",
        "cold store": "Entrepôt frigorifique {{last_name}}",
        "hospital": "Hôpital de {{city}}",
        "data centre": "Centre de données {{last_name}}",
        "solar plant": "Parc solaire de {{city}}",
        "battery park": "Parc de batteries de {{city}}",
        "site in planning": "Terrain de {{city}}",
    },
    # Faker keeps the towns of Italy in a set, whose order differs from process to process: none of them here.
    "it": {
        "house": "{{street_address}}",
        "office": "Uffici {{company}}",
        "school": "Scuola {{last_name}}",
        "shop": "Grandi Magazzini {{last_name}}",
        "factory": "Stabilimento {{company}}",
        "cold store": "Magazzino frigorifero {{last_name}}",
        "hospital": "Ospedale {{last_name}}",
        "data centre": "Centro dati {{last_name}}",
        "solar plant": "Parco solare {{last_name}}",
        "battery park": "Parco batterie {{last_name}}",
        "site in planning": "Lotto {{last_name}}",
    },
    "ja": {
        "house": "{{last_name}}邸",
        "office": "{{company}}本社",
        "school": "{{city}}学校",
        "shop": "{{last_name}}百貨店",
        "factory": "{{company}}工場",
        "cold store": "{{last_name}}冷蔵倉庫",
        "hospital": "{{city}}病院",
        "data centre": "{{last_name}}データセンター",
        "solar plant": "{{city}}太陽光発電所",
        "battery park": "{{city}}蓄電所",
        "site in planning": "{{city}}予定地",
    },
    "pt": {
        "house": "{{street_address}}",
        "office": "Escritórios {{company}}",
        "school": "Escola {{last_name}}",
        "shop": "Lojas {{last_name}}",
        "factory": "Fábrica {{company}}",
        "cold store": "Frigorífico {{last_name}}",
        "hospital": "Hospital de {{city}}",
        "data centre": "Centro de Dados {{last_name}}",
        "solar plant": "Parque Solar {{city}}",
        "battery park": "Parque de Baterias {{city}}",
        "site in planning": "Terreno {{city}}",
    },
}
_GROUP = "{{last_name}} Energy"
# A generator is seeded and then asked: nobody else may seed it in between.
_LOCK = Lock()


def faker_version() -> str:
    """Return the version of Faker, on which the names depend."""
    from faker import VERSION  # noqa: PLC0415 - a fleet that is listed has no use for it

    return VERSION


@lru_cache(maxsize=32)
def _generator(locale: str) -> "Generator":
    """Return a generator of names alone: all of Faker's providers take a tenth of a second a language."""
    from faker import Generator  # noqa: PLC0415 - a fleet that is listed has no use for it

    generator = Generator()
    for noun in ("person", "address", "company"):
        package = f"faker.providers.{noun}"
        # Not every language has its own of each; Faker itself falls back to the same one.
        own = locale if find_spec(f"{package}.{locale}") else "en_US"
        generator.add_provider(import_module(f"{package}.{own}").Provider(generator))
    return generator


def _name(seed: int, entity: str, locale: str, template: str) -> str:
    with _LOCK:
        generator = _generator(locale)
        generator.seed_instance(int(stream_key(seed, "name", entity)))
        return str(generator.parse(template)).replace("\n", ", ")


def site_name(seed: int, site_id: str, kind: str, locale: str) -> str:
    """Return the name of a site in the language of its place."""
    return _name(seed, site_id, locale, _TEMPLATES[locale[:2]][kind])


def group_name(seed: int, group_id: str) -> str:
    """Return the name of a group."""
    return _name(seed, group_id, "en_GB", _GROUP)
