"""docs/glossary.md has one entry for each field of openapi.yaml."""

import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
DOCUMENT = yaml.safe_load((ROOT / "openapi.yaml").read_text("utf-8"))
SCHEMAS: dict[str, dict[str, Any]] = DOCUMENT["components"]["schemas"]
GLOSSARY = (ROOT / "docs" / "glossary.md").read_text("utf-8")
UNITS = {"deg": "°", "degC": "°C"}


def rows(title: str) -> list[list[str]]:
    """Return the cells of the table below a heading, its head left out."""
    section = GLOSSARY.split(f"\n## {title}\n")[1].split("\n## ")[0]
    table = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in table[2:]]


def test_every_field_has_one_entry_and_every_entry_a_field() -> None:
    """The table's fields are those of the schemas, each once, in alphabetical order."""
    entries = [row[0].strip("`") for row in rows("Fields")]
    fields = {field for schema in SCHEMAS.values() for field in schema.get("properties", {})}
    assert entries == sorted(fields)


def test_entries_name_their_schemas_and_units() -> None:
    """Each entry says in which schemas its field stands, and in which unit; a meaning is never missing."""
    places, units = defaultdict(list), defaultdict(set)
    for name, schema in SCHEMAS.items():
        for field, spec in schema.get("properties", {}).items():
            places[field].append(name)
            units[field].add(UNITS.get(spec.get("x-unit", ""), spec.get("x-unit", "")))
    for field, schemas, unit, meaning in rows("Fields"):
        assert re.findall(r"\w+", schemas) == places[field.strip("`")], field
        assert {unit} == units[field.strip("`")], field
        assert meaning.endswith("."), field


def test_every_parameter_has_an_entry() -> None:
    """The table's parameters are those of the document."""
    names = sorted(parameter["name"] for parameter in DOCUMENT["components"]["parameters"].values())
    assert [row[0].strip("`") for row in rows("Parameters")] == names


def test_every_word_of_a_vocabulary_has_an_entry() -> None:
    """The table's words are those that the document lists, in its order."""
    whose = {
        "`resource_type`": ("Resource", "resource_type"),
        "`status` of a battery": ("BessRow", "status"),
        "`status` of a PV system": ("PvRow", "status"),
    }
    listed = defaultdict(list)
    for field, word, _ in rows("Vocabularies"):
        listed[whose[field]].append(word.strip("`"))
    assert dict(listed) == {
        (name, field): spec["x-extensible-enum"]
        for name, schema in SCHEMAS.items()
        for field, spec in schema.get("properties", {}).items()
        if "x-extensible-enum" in spec
    }


def test_words_and_links_are_in_order() -> None:
    """Words stand in alphabetical order; links lead to headings."""
    headings = {title.lower() for title in re.findall(r"^## (.*)$", GLOSSARY, re.MULTILINE)}
    assert set(re.findall(r"\]\(#([\w-]+)\)", GLOSSARY)) <= headings
    words = [row[0] for row in rows("Words")]
    assert words == sorted(words)
