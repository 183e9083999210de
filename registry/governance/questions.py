"""What each kind of assessment asks, and who may read the answer: the partnership's public, or insiders alone (S3-14). Plain Python."""

from __future__ import annotations

from dataclasses import dataclass

from registry.values.data_uses import Paper

MAX_ANSWER = 4000  # characters

# The Equality Act 2010, section 4, in its order.
CHARACTERISTICS = (
    ("age", "Age"),
    ("disability", "Disability"),
    ("gender-reassignment", "Gender reassignment"),
    ("marriage", "Marriage and civil partnership"),
    ("pregnancy", "Pregnancy and maternity"),
    ("race", "Race"),
    ("religion", "Religion or belief"),
    ("sex", "Sex"),
    ("orientation", "Sexual orientation"),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One thing an assessment says. ``is_public`` is read by whoever sees the module; the rest by insiders."""

    code: str
    label: str
    hint: str = ""
    is_public: bool = True
    is_needed: bool = True
    group: str = ""  # heading under which several belong together


def _equality() -> tuple[Question, ...]:
    parts = (("positive", "Who gains", False), ("negative", "Who might lose", True), ("mitigation", "What is done about it", False))
    return tuple(
        Question(f"{code}-{part}", label, "“None” is an answer, if you looked." if is_needed else "", is_needed=is_needed, group=name)
        for code, name in CHARACTERISTICS
        for part, label, is_needed in parts
    )


QUESTIONS: dict[str, tuple[Question, ...]] = {
    Paper.DPIA: (
        Question("purpose", "Why the data is processed", "What it is for, and for whom."),
        Question("lawful-basis", "Lawful basis", "The article or section, and the condition for special or criminal data."),
        Question(
            "necessity",
            "Why it is necessary and no more than that",
            "What was considered instead; how little data does; how long it is kept.",
        ),
        Question("consulted", "Who was consulted", "Information assurance and rights units, staff, people concerned.", is_needed=False),
        Question("risks", "Risks to people", "Each with how likely and how grave.", is_public=False),
        Question("mitigations", "What is done about each", is_public=False),
        Question("residual", "What risk is left", is_public=False),
        Question("advice", "Advice of the data protection officer", "And whether it was followed.", is_public=False),
    ),
    Paper.EIA: (
        Question("aim", "What it changes for people", "Whose service is different, and how."),
        *_equality(),
        Question("consulted", "Unit consulted", "Equality, diversity and inclusion unit, staff networks, groups outside."),
        Question("evidence", "What this rests on", "Figures, tests for unequal outcomes, complaints."),
        Question("further", "Confidential facts and advice", is_public=False, is_needed=False),
    ),
    Paper.ATRS: (
        Question("name", "Name of the tool", group="Tier 1"),
        Question("what", "What it does and why, for everybody", "Two or three sentences without special words.", group="Tier 1"),
        Question("contact", "How to find out more", "A shared mailbox and, if there is one, a page.", group="Tier 1"),
        Question("owner", "Who is responsible", "Team, senior responsible owner, supplier.", group="Tier 2: owner"),
        Question("how", "How it works", "Rules, model, data it was made with.", group="Tier 2: tool"),
        Question("part", "Its part in the decision", "What it puts forward, and what a person does with it.", group="Tier 2: decisions"),
        Question("oversight", "Human oversight and appeal", "Who may overrule it; how somebody appeals.", group="Tier 2: decisions"),
        Question("data", "Data it uses", "Sources, sharing, storage.", group="Tier 2: data"),
        Question("impact", "Risks, and what is done about them", "With the assessments that were made.", group="Tier 2: risks"),
        Question("further", "What must not be published, and why", is_public=False, is_needed=False, group="Kept back"),
    ),
}


def field_name(question: Question) -> str:
    """The form field that takes the answer."""
    return f"answer-{question.code}"
