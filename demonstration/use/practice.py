"""The demonstration's practice records: Hampshire and Thames Valley as the practice bank has them (S0-1), the rest made up."""

from __future__ import annotations

from datetime import date

from demonstration.use.adoptions import AWARDS, CONTACTS, FILING, TRIAGE
from demonstration.use.stating import module_of, viewer, viewer_as
from registry.actions.decide_practice import decide_practice
from registry.actions.record_practice import PracticeForm, record_practice
from registry.curation.models import PracticeRecord

_BASIS = "College of Policing practice bank, on the programme as a whole"


def _programme(problem: str, *topics: str) -> PracticeForm:
    """One part of the programme of Hampshire and Thames Valley."""
    return PracticeForm(
        stage_of_practice="implemented",
        scale="local",
        does_it_work="promising",
        basis=_BASIS,
        evidence_reference="HMICFRS report",
        focus="Organisational",
        topics=("Organisation including workforce", *topics),
        partners=("Police", "Private sector"),
        target_groups=("Workforce",),
        region="South East",
        contact_name="RPA team",
        started_on=date(2020, 9, 1),
        problem=problem,
    )


RECORDS: dict[str, PracticeForm] = {
    FILING: _programme("Officers spend shifts on filing what a rule could decide.", "Operational policing"),
    TRIAGE: _programme("Children at risk are found weeks after an incident, by reading.", "Vulnerability and safeguarding"),
    CONTACTS: _programme("Contacts of the same person stay apart in several systems.", "Community engagement"),
    AWARDS: PracticeForm(
        stage_of_practice="implemented",
        scale="local",
        does_it_work="effective",
        basis="Koncernservice, egen opgørelse",
        evidence_reference="Kompetencecentrets årsrapport",
        focus="Organisational",
        target_groups=("Workforce", "Borgere"),
        region="Hovedstaden",
        started_on=date(2017, 11, 1),
        problem="Bevillings- og afslagsbreve skrives i hånden.",
    ),
}
CONFIRMED = (FILING, TRIAGE, CONTACTS)  # the other one waits for a steward


def record_practices() -> None:
    """Every record that is not there yet."""
    for identifier, form in RECORDS.items():
        module = module_of(identifier)
        if PracticeRecord.objects.filter(module=module).exists():
            continue
        practice = record_practice(module=module, form=form, by=viewer(module.publisher))
        if identifier in CONFIRMED:
            reason = "The practice bank says so of the programme that this is a part of."
            by = viewer_as("partnership", "steward")
            decide_practice(practice=practice, confirm=True, reason=reason, as_of=practice.changed_at, by=by)
