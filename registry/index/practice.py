"""The record of practice of a module or sequence, in the fields and the order of the College of Policing's practice bank (S0-1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accounts.viewer import Viewer
from registry.benefits.models import Claim
from registry.catalogue.models import Module
from registry.catalogue.visibility import visible
from registry.curation.models import PracticeRecord
from registry.index.read import missing
from registry.permissions import shown_as_publisher

MAX_CLAIMS = 20  # named as benefits realised


@dataclass(frozen=True, slots=True)
class PracticeField:
    """A field of the practice bank that holds something: one text, or several values."""

    code: str
    label: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PracticeEntry:
    """A record as its page shows it."""

    module: str  # publisher/slug
    works: str  # its code
    works_label: str
    basis: str
    confirmed_at: datetime | None
    proposed_label: str  # what waits for a steward, or empty
    fields: tuple[PracticeField, ...]
    evidence: str  # name of the file, or empty
    changed_at: datetime
    may_edit: bool
    may_decide: bool


def practice_of(viewer: Viewer, publisher: str, slug: str) -> PracticeRecord | None:
    """The record of ``publisher/slug`` where the viewer sees that, with its module and evidence."""
    seen = PracticeRecord.objects.filter(visible(viewer, "module__"), module__publisher=publisher, module__slug=slug)
    return seen.select_related("module__organisation", "evidence").defer("module__search").first()


def practice_entry(viewer: Viewer, publisher: str, slug: str) -> PracticeEntry | None:
    """The record of ``publisher/slug``, in two queries; None where there is none, or nothing that the viewer sees."""
    record = practice_of(viewer, publisher, slug)
    if record is None:
        return None
    module = record.module
    is_outside = module.organisation_id not in viewer.organisations
    return PracticeEntry(
        module=module.identifier,
        works=record.does_it_work,
        works_label=record.get_does_it_work_display(),
        basis=record.basis,
        confirmed_at=record.confirmed_at,
        proposed_label=record.get_proposed_display() if record.proposed else "",
        fields=tuple(field for field in _fields(viewer, module, record) if any(field.values)),
        evidence=record.evidence.filename if record.evidence else "",
        changed_at=record.changed_at,
        may_edit=viewer.token is None and shown_as_publisher(viewer, module),
        may_decide=viewer.is_steward and is_outside and record.wanted != PracticeRecord.Works.UNTESTED,
    )


def existing_practice(viewer: Viewer, module: Module) -> PracticeEntry:
    """As :func:`practice_entry`; raises :class:`Missing` where there is none."""
    entry = practice_entry(viewer, module.publisher, module.slug)
    if entry is None:
        raise missing()
    return entry


def _fields(viewer: Viewer, module: Module, record: PracticeRecord) -> tuple[PracticeField, ...]:
    started = f"{record.started_on:%B %Y}" if record.started_on else ""
    contact = (record.contact_name or module.owner_name, record.contact_email or module.owner_email)
    evaluation = (  # who found that it works, once somebody stands for it; and what shows it
        record.basis if record.confirmed_at else "",
        record.evidence_reference,
        record.evidence.filename if record.evidence else "",
    )
    return (
        PracticeField("does_it_work", "Does it work?", (record.get_does_it_work_display(),)),
        PracticeField("focus", "Focus", (record.focus,)),
        PracticeField("topic", "Topic", tuple(record.topics)),
        PracticeField("organisation", "Organisation", (module.organisation.name,)),
        PracticeField("contact", "Contact", tuple(filter(None, contact))),
        PracticeField("region", "Region", (record.region,)),
        PracticeField("partners", "Partners", tuple(record.partners)),
        PracticeField("stage_of_practice", "Stage of practice", (record.get_stage_of_practice_display(),)),
        PracticeField("start_date", "Start date", (started,)),
        PracticeField("scale_of_initiative", "Scale of initiative", (record.get_scale_display(),)),
        PracticeField("target_group", "Target group", tuple(record.target_groups)),
        PracticeField("aim", "Aim", (record.problem,)),
        PracticeField("description", "Description", (module.readme.strip(),)),
        PracticeField("evaluation", "Evaluation", tuple(filter(None, evaluation))),
        PracticeField("overview", "Overview", (module.summary,)),
        PracticeField("benefits_realised", "Benefits realised", _benefits(viewer, module)),
    )


def _benefits(viewer: Viewer, module: Module) -> tuple[str, ...]:
    """What was claimed, shared with everybody who sees the module, and approved by somebody independent; the latest period first."""
    claims = Claim.objects.visible_to(viewer).verified().filter(module=module, sharing=Claim.Sharing.SHARED)
    return tuple(_benefit(claim) for claim in claims.select_related("organisation").order_by("-ends_on", "pk")[:MAX_CLAIMS])


def _benefit(claim: Claim) -> str:
    parts = [f"{claim.volume:,} {claim.unit}"] if claim.volume is not None else []
    parts += [f"{claim.fte:,.1f} FTE"] if claim.fte is not None else []
    parts += (
        [f"{claim.currency} {claim.money:,.0f}{' at ' + claim.price_base if claim.price_base else ''}"] if claim.money is not None else []
    )
    return (
        f"{claim.organisation}, {claim.period}: {', '.join(parts) or claim.title} ({claim.get_benefit_class_display().lower()}; approved)"
    )
