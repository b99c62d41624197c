"""The rules and their pages."""

import json
import re
from pathlib import Path

from wattos_testkit.cli import run
from wattos_testkit.cli.check import check
from wattos_testkit.harness.rulebook import all_rules, rules_page

DOCS = Path(__file__).parents[2] / "docs"


def test_the_page_of_the_rules_is_up_to_date():
    """docs/rules.md is what the code makes (`make docs` makes it again)."""
    assert (DOCS / "rules.md").read_text("utf-8") == rules_page()


def test_every_rule_is_whole():
    """Each rule has an id of its family's hundred, and every text."""
    for name, rule in all_rules().items():
        assert name == rule.id
        assert re.fullmatch(r"WT[0-9]{3}", name)
        assert all((rule.title, rule.why, rule.how, rule.false_alarms, rule.family)), name
        assert "\n" not in rule.title
        assert not rule.title.endswith(".")


def test_every_option_is_in_the_docs():
    """docs/check.md names each option of `check`."""
    page = (DOCS / "check.md").read_text("utf-8")
    for option in check.params:
        assert option.opts[0] in page or option.name == "target", option.name


def test_rules_lists_and_explain_explains(capsys):
    """`rules` lists all or some, `explain` says everything of one; an unknown one is a usage error."""
    assert run(["rules"]) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(all_rules())
    assert run(["rules", "wt2", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [one["id"] for one in listed] == [name for name in all_rules() if name.startswith("WT2")]
    assert run(["explain", "wt105"]) == 0
    rule = all_rules()["WT105"]
    out = capsys.readouterr().out
    assert all(text in out for text in (rule.title, rule.why, rule.how, rule.false_alarms))
    assert run(["explain", "WT399"]) == 2
    assert "near are WT301" in capsys.readouterr().err
    assert run(["rules", "nonsense"]) == 2
