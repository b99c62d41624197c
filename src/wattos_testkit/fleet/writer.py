"""A fleet as a file that can be read again, written site by site: a large one is never held."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

import yaml

from wattos_testkit.fleet.form import group_form, site_form
from wattos_testkit.fleet.model import Fleet


def json_pieces(fleet: Fleet) -> Iterator[str]:
    """Yield the pieces of a JSON document."""
    yield f'{{\n"seed": {fleet.seed},\n"groups": ['
    yield from _items(group_form(group) for group in fleet.groups())
    yield '],\n"sites": ['
    yield from _items(site_form(site) for site in fleet.sites())
    yield "]\n}\n"


def _items(forms: Iterable[dict[str, Any]]) -> Iterator[str]:
    for index, form in enumerate(forms):
        yield (",\n" if index else "\n") + json.dumps(form, ensure_ascii=False)


def yaml_pieces(fleet: Fleet) -> Iterator[str]:
    """Yield the pieces of a YAML document."""
    yield f"seed: {fleet.seed}\n"
    for name, forms in (
        ("groups", (group_form(group) for group in fleet.groups())),
        ("sites", (site_form(site) for site in fleet.sites())),
    ):
        empty = True
        for form in forms:
            yield (f"{name}:\n" if empty else "") + _dump([form])
            empty = False
        if empty:
            yield f"{name}: []\n"


def _dump(value: object) -> str:
    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    text: str = yaml.dump(value, Dumper=dumper, allow_unicode=True, sort_keys=False, width=100)
    return text
