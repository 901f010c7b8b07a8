"""Every kind of case has a worked example that follows the home's own directory."""

from __future__ import annotations

from parkdraft.decide.examples import worked_examples
from parkdraft.home import Home
from parkdraft.model.cases import CASES, FIELDS

Examples = dict[str, dict[str, str]]


def test_each_case_has_one(examples: Examples) -> None:
    assert list(examples) == list(CASES)


def test_each_has_what_its_case_needs_and_nothing_foreign(examples: Examples) -> None:
    for name, one in examples.items():
        case = CASES[name]
        assert set(case.needs) <= set(one) <= {field.name for field in case.fields}
        assert one["site"] == "가온타워"


def test_each_becomes_a_draft(shipped: Home, examples: Examples) -> None:
    """None of them has to wait for a list of contacts."""
    suffixes = []
    for case, details in examples.items():
        made = shipped.compose(case, **details)
        assert made.draft is not None
        assert made.decision.row is not None
        assert made.decision.awaits is None
        suffixes.append(made.draft.suffix)
    assert suffixes.count(".eml") == 5  # what a lot charges is told in a post


def test_each_follows_the_home_s_own_directory(home: Home) -> None:
    """Where the process has other partners, the examples have them, too."""
    text = (home.root / "contacts.yaml").read_text("utf-8")
    (home.root / "contacts.yaml").write_text(text.replace("한국전자금융", "누리주차"), "utf-8")
    found = worked_examples(home.directory, home.now().date())
    partners = {partner.name for partner in home.directory.partners.values()}
    assert {one["partner"] for one in found.values()} <= partners
    assert "누리주차" in {one["partner"] for one in found.values()}


def test_without_a_route_there_is_an_example_all_the_same(shipped: Home) -> None:
    nothing = shipped.directory._replace(routes=())
    found = worked_examples(nothing, shipped.now().date())
    assert [one["partner"] for one in found.values()] == [FIELDS["partner"].example] * len(CASES)
