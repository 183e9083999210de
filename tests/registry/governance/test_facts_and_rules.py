"""Which papers the rules ask for, and what an assessment does not speak of: plain Python over rows and inspections."""

from __future__ import annotations

from itertools import product

import pytest

from registry.formats.model import Dependency, Inspection, Reach, ToSet
from registry.governance.facts import Change, Facts, changes, facts_of
from registry.governance.models import AssessmentRule, DataCategory
from registry.governance.requirements import fires, required
from registry.values.data_uses import Decisions, is_stronger

BEFORE = Facts(
    hosts=("niche.example",), systems=("Niche RMS",), credentials=("Robot",), connections=("shared_sql",), categories=("contact",)
)
HIGH = ("victims", "health")


def asked(facts: Facts, marking: str = "OFFICIAL") -> dict[str, list[str]]:
    """The codes of the seeded rules that fire, by paper."""
    high = list(DataCategory.objects.filter(is_high_risk=True).values_list("code", flat=True))
    found = required(AssessmentRule.objects.filter(is_active=True), facts, marking, high)
    return {each.paper: [rule.code for rule in each.rules] for each in found}


@pytest.mark.django_db
class TestSeededRules:
    def test_nothing_about_people_asks_for_nothing(self) -> None:
        assert asked(Facts()) == {}
        assert asked(Facts(), "OFFICIAL-SENSITIVE") == {}

    def test_contact_details_alone_ask_for_nothing(self) -> None:
        assert asked(Facts(categories=("contact",))) == {}

    def test_they_do_when_marked_sensitive(self) -> None:
        assert asked(Facts(categories=("contact",)), "OFFICIAL-SENSITIVE") == {"dpia": ["dpia-marking"]}

    def test_law_enforcement_comes_first_with_its_own_section(self) -> None:
        found = asked(Facts(categories=("victims",), law_enforcement=True))
        assert found == {"dpia": ["dpia-law-enforcement", "dpia-sensitive-data", "dpia-high-risk"]}
        rule = AssessmentRule.objects.get(code="dpia-law-enforcement")
        assert "sections 57 and 64" in rule.citation
        assert "Section 57" in rule.legal_basis

    def test_deciding_about_people_asks_for_all_three(self) -> None:
        assert asked(Facts(categories=("contact",), decisions="decides")) == {
            "dpia": ["dpia-automated"],
            "eia": ["eia-decisions"],
            "atrs": ["atrs-decides"],
        }

    def test_helping_a_person_decide_asks_for_equality_and_with_ai_for_a_record(self) -> None:
        assert asked(Facts(decisions="assists")) == {"eia": ["eia-decisions"]}
        assert asked(Facts(decisions="assists", uses_ai=True)) == {"eia": ["eia-decisions"], "atrs": ["atrs-ai"]}

    def test_every_rule_names_its_law_and_can_fire(self) -> None:
        for rule in AssessmentRule.objects.all():
            assert rule.legal_basis
            assert rule.citation
            everything = Facts(categories=("contact", "victims", "health", "special"), law_enforcement=True, uses_ai=True)
            assert any(
                fires(rule, Facts(**{**everything.as_json(), "decisions": decisions}), marking, HIGH)
                for decisions, marking in product(Decisions, ("OFFICIAL", "OFFICIAL-SENSITIVE"))
            ), rule.code
            assert not fires(rule, Facts(), "OFFICIAL", HIGH), rule.code


class TestDrift:
    def test_the_same_is_no_change(self) -> None:
        assert changes(BEFORE, BEFORE) == []

    @pytest.mark.parametrize(
        ("field", "more", "said"),
        [
            ("hosts", "new.example", "new host new.example"),
            ("systems", "Athena", "new system Athena"),
            ("credentials", "Admin", "new credential Admin"),
            ("connections", "shared_office365", "new connection shared_office365"),
            ("categories", "health", "new data category health"),
        ],
    )
    def test_one_more_of_anything_is_named_and_one_less_is_not(self, field: str, more: str, said: str) -> None:
        now = Facts(**{**BEFORE.as_json(), field: (*getattr(BEFORE, field), more)})
        assert [str(change) for change in changes(BEFORE, now)] == [said]
        assert changes(now, BEFORE) == []

    def test_another_spelling_is_the_same(self) -> None:
        assert changes(BEFORE, Facts(**{**BEFORE.as_json(), "hosts": ("NICHE.example",), "systems": ("niche rms",)})) == []

    @pytest.mark.parametrize(("before", "after"), list(product(Decisions, Decisions)))
    def test_only_more_left_to_the_machine_counts(self, before: str, after: str) -> None:
        found = changes(Facts(decisions=before), Facts(decisions=after))
        assert bool(found) == is_stronger(after, before)

    def test_law_enforcement_and_ai_count_when_they_come(self) -> None:
        now = Facts(law_enforcement=True, uses_ai=True)
        assert changes(Facts(), now) == [Change("law enforcement processing", ""), Change("use of artificial intelligence", "")]
        assert changes(now, Facts()) == []

    def test_facts_are_read_from_files_and_declared_systems_and_come_back_from_json(self) -> None:
        read = Inspection(
            platform="power_automate",
            kind="flow",
            reach=Reach(applications=("Excel", "niche RMS"), hosts=("b.example", "a.example", "A.example")),
            to_set=ToSet(credentials=("Robot",), environment_variables=("API_KEY",), connections=("shared_sql",)),
            dependencies=(Dependency("powerplatform-connector", "shared_teams"), Dependency("nuget", "UiPath.Excel")),
        )
        facts = facts_of(read, ["Niche RMS"], categories=["none"], decisions="assists")
        assert facts.hosts == ("A.example", "b.example")
        assert facts.systems == ("Excel", "Niche RMS")
        assert facts.credentials == ("API_KEY", "Robot")
        assert facts.connections == ("shared_sql", "shared_teams")
        assert facts.categories == ()
        assert Facts.from_json(facts.as_json()) == facts
