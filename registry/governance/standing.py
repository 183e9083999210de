"""How a release stands with the rules: what is required of it, what is there, and what is wrong with that. In a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Window
from django.db.models.functions import RowNumber
from django.utils import timezone

from registry.formats.model import inspection_from_json
from registry.governance.facts import Change, Facts, changes, facts_of
from registry.governance.models import Assessment, AssessmentRule, DataCategory, DataUse
from registry.governance.requirements import required
from registry.releases.models import Release
from registry.values.data_uses import Paper
from registry.values.markings import Marking, Visibility


@dataclass(frozen=True, slots=True)
class PaperStanding:
    """One kind of assessment as it stands for a release.

    ``signed`` is the last one signed, ``draft`` one not signed yet. ``state`` is ``good``, ``missing``, ``unsigned``, ``expired``,
    ``out_of_date`` or, where no rule asks for it, ``not_needed``.
    """

    paper: str
    rules: tuple[AssessmentRule, ...]
    signed: Assessment | None
    draft: Assessment | None
    changes: tuple[Change, ...]
    state: str

    @property
    def is_needed(self) -> bool:
        return bool(self.rules)

    @property
    def shown(self) -> Assessment | None:
        """The one to read: what is signed, else what is not yet."""
        return self.signed or self.draft


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it. ``data_use`` is None where nothing was declared, and then nothing can be said to be required."""

    release: Release
    data_use: DataUse | None
    categories: tuple[DataCategory, ...]  # that it handles
    facts: Facts
    papers: tuple[PaperStanding, ...] = field(default=())
    is_asked: bool = True  # whether the rules hold at all for who is to see it

    def paper(self, kind: str) -> PaperStanding:
        """The one of this kind."""
        return next(each for each in self.papers if each.paper == kind)


def rules_hold(visibility: str, marking: str) -> bool:
    """Whether papers are asked for: of everything that others see, and of OFFICIAL-SENSITIVE."""
    return visibility != Visibility.OWN or marking == Marking.OFFICIAL_SENSITIVE


def release_facts(release: Release, use: DataUse | None) -> Facts:
    """What ``release`` reaches and handles."""
    systems = list(release.module.systems.values_list("system__name", flat=True))
    read = inspection_from_json(release.inspection)
    if use is None:
        return facts_of(read, systems)
    return facts_of(
        read,
        systems,
        categories=use.categories,
        decisions=use.decisions,
        law_enforcement=use.law_enforcement,
        uses_ai=use.uses_ai,
    )


def standing(release: Release, visibility: str, marking: str) -> Standing:
    """How ``release`` stands, were it shown with this visibility and marking. Five statements."""
    use = DataUse.objects.filter(release=release).select_related("declared_by", "carried_from").first()
    facts = release_facts(release, use)
    categories = list(DataCategory.objects.all())
    high_risk = [category.code for category in categories if category.is_high_risk]
    is_asked = rules_hold(visibility, marking)
    rules = AssessmentRule.objects.filter(is_active=True)
    needed = {each.paper: each.rules for each in required(rules, facts, marking, high_risk)} if use and is_asked else {}
    written = _written(release)
    today = timezone.localdate()
    handled = tuple(category for category in categories if use and category.code in use.categories)
    papers = tuple(_paper(kind, needed.get(kind, ()), written.get(kind, []), facts, today) for kind in Paper)
    return Standing(release, use, handled, facts, papers, is_asked)


def _written(release: Release) -> dict[str, list[Assessment]]:
    """The module's assessments by kind, newest first: of each kind two, as at most the last is not signed."""
    rows = Assessment.objects.filter(module=release.module_id).select_related("release", "written_by", "signed_by")
    newest = rows.annotate(place=Window(RowNumber(), partition_by="paper", order_by="-number")).filter(place__lte=2)
    found: dict[str, list[Assessment]] = {}
    for row in newest.order_by("paper", "-number"):
        found.setdefault(row.paper, []).append(row)
    return found


def _paper(kind: str, rules: tuple[AssessmentRule, ...], rows: list[Assessment], facts: Facts, today: date) -> PaperStanding:
    signed = next((row for row in rows if row.is_signed), None)
    draft = next((row for row in rows if not row.is_signed), None)
    beyond = tuple(changes(Facts.from_json(signed.baseline), facts)) if signed and signed.baseline else ()
    if not rules:
        state = "not_needed"
    elif signed is None:
        state = "unsigned" if draft else "missing"
    elif signed.is_expired(today):
        state = "expired"
    else:
        state = "out_of_date" if beyond else "good"
    return PaperStanding(kind, rules, signed, draft, beyond, state)
