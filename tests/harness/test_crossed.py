"""Ids of the wrong kind: each place is asked with each, and rows for any are reported."""

import pytest
from flask import Flask, jsonify, request

from tests.harness.conftest import finished, serving, smoke
from tests.harness.plant import EPOCH, KINDS, RESOURCES, SITES, TOKEN, plant, row
from wattos_testkit.harness.engine import check
from wattos_testkit.harness.findings import Selection

DATA = {f"/{path}/data": name for path, name in zip(("meters", "bess", "pv"), KINDS, strict=True)}
CONTROLLER, SITE, GROUP = "UC000001", "SITE0001", "GROUP001"
OTHERS = {
    "get_sites": (SITE, CONTROLLER, "ME000001", "BE000001", "PV000001"),
    "get_resources": (GROUP, CONTROLLER, "ME000001", "BE000001", "PV000001"),
    **{
        name: (GROUP, SITE, CONTROLLER, *(f"{other}000001" for other in KINDS.values() if other != kind))
        for name, kind in KINDS.items()
    },
}


def asked():
    """Return the operation and the id of the request on its way."""
    if request.path == "/sites":
        return "get_sites", request.args.get("group_id")
    if request.path in DATA:
        return DATA[request.path], request.args.get("resource_id")
    return "get_resources", request.path.split("/")[2]


def answering(wanted, body):
    """Return a plant that answers some ids, by operation and id, with a body of its own."""
    app = plant()

    def answer():
        operation, name = asked()
        allowed = request.headers.get("Authorization", "").lower() == f"bearer {TOKEN}"
        return jsonify(body(operation, name)) if allowed and wanted(operation, name) else None

    app.before_request(answer)
    return app


def rows(operation, _):
    """Return rows of what there really is."""
    if operation == "get_sites":
        return {"sites": SITES}
    if operation == "get_resources":
        return {"resources": RESOURCES}
    return {"datas": [row(operation, EPOCH, 15)]}


def said(app: Flask) -> dict[str, str]:
    """Return what the rules of foreign ids say, by rule and operation."""
    selection = Selection(("WT206", "WT207"))
    with serving(app) as url:
        end = finished(check(smoke(url, profile="standard", fuzz=False, selection=selection)))
    return {f"{one.rule} {one.operation}": one.message for one in end.findings}


@pytest.mark.parametrize("operation", OTHERS)
def test_each_kind_of_id_is_tried_at_each_place(operation):
    """Whichever one id of another kind is answered, it is reported there and nowhere else."""
    for wrong in OTHERS[operation]:
        found = said(answering(lambda *given, wrong=wrong: given == (operation, wrong), rows))
        assert list(found) == [f"WT207 {operation}"], wrong
        assert wrong in found[f"WT207 {operation}"]


def test_an_unknown_id_that_begins_alike_is_nobody_s():
    """What only looks at the first characters of an id is found, also where it repeats the id."""

    def body(operation, name):
        return {"datas": [{**row(operation, EPOCH, 15), "resource_id": name}]}

    found = said(answering(lambda _, name: name and name[:2] == "PV" and name != "PV000001", body))
    assert set(found) == {"WT206 get_pv_data"}


def test_one_id_for_two_things_is_legal():
    """A site named as its group, and a unit controller named as its site, are at home at both places."""
    wanted = ("get_resources", GROUP)
    app = answering(lambda *given: given == wanted, rows)

    def same(made):
        made.data = made.data.replace(b"SITE0001", GROUP.encode()).replace(b"UC000001", GROUP.encode())
        return made

    app.after_request(same)
    assert said(app) == {}
