"""Wishes that more may see a module, with exactly who they are; for its publisher's own people."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q, QuerySet

from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.catalogue.models import Module
from registry.index.read import missing
from registry.index.review_entries import AudienceEntry, WideningEntry
from registry.index.waiting import desk_of
from registry.reviews.audience import Audience, audience, audience_now
from registry.reviews.models import Review, Widening

_RELATED = ("module__organisation", "requested_by", "decided_by")


def widening_entries(viewer: Viewer, widenings: QuerySet[Widening]) -> tuple[WideningEntry, ...]:
    """Their entries without who would see what; the caller has seen to it that ``viewer`` may see them."""
    return tuple(_entry(row, viewer) for row in widenings.select_related(*_RELATED))


def widening_detail(viewer: Viewer, pk: int) -> WideningEntry:
    """One wish, with who would see the module were it agreed; raises :class:`Missing` for all but its publisher's people and auditors."""
    seen = Q() if viewer.is_auditor else Q(module__organisation__in=viewer.organisations)
    if viewer.modules is not None:
        seen &= Q(module__slug__in=viewer.modules)
    row = Widening.objects.filter(seen, pk=pk).select_related(*_RELATED).first() if viewer.is_member else None
    if row is None:
        raise missing()
    desk = desk_of(viewer)
    of_publisher = row.module.organisation_id in {*desk.publishes, *desk.reviews}
    is_own = viewer.user is not None and row.requested_by_id == viewer.user.pk
    why_not = ""
    if not of_publisher:
        why_not = f"Only publishers and reviewers of {row.module.organisation} decide this."
    elif is_own:
        why_not = "You asked for this, so somebody else must agree. You can take it back."
    review = Review.objects.visible_to(viewer).filter(release__module=row.module, kind=Review.Kind.WIDENING).order_by("-pk").first()
    shown = None
    if row.decided_at is None:
        shown = preview(row.module, row.visibility, row.marking, list(row.share_with.values_list("pk", flat=True)))
    return _entry(
        row,
        viewer,
        review=review.pk if review is not None and row.decided_at is not None and review.submitted_at >= row.decided_at else None,
        audience=shown,
        may_decide=of_publisher and row.decided_at is None,
        why_not=why_not,
    )


def open_widening(module: Module) -> Widening | None:
    """The wish for ``module`` that nobody has answered yet."""
    return Widening.objects.filter(module=module, decided_at=None).first()


def preview(module: Module, visibility: str, marking: str, share_with: Collection[int]) -> AudienceEntry:
    """Who would see ``module`` if it were shared so, and who of them does not now."""
    then, now = audience(module, visibility, marking, share_with), audience_now(module)
    return audience_entry(then, {each.pk for each in now.organisations})


def audience_entry(found: Audience, known: Collection[int] | None = None) -> AudienceEntry:
    """``found`` as pages show it; ``known`` are the keys of the organisations that see the module now."""
    new = [] if known is None else [each for each in found.organisations if each.pk not in known]
    return AudienceEntry(
        organisations=tuple(str(each) for each in found.organisations),
        people=found.people,
        new=tuple(str(each) for each in new),
        new_people=sum(_people(each) for each in new),
    )


def _people(organisation: Organisation) -> int:
    return int(organisation.people)  # type: ignore[attr-defined]  # counted by the audience


def _entry(row: Widening, viewer: Viewer, **more: object) -> WideningEntry:
    module = row.module
    return WideningEntry(
        pk=row.pk,
        module=module.identifier,
        publisher=module.publisher,
        slug=module.slug,
        title=module.title,
        language=module.language,
        visibility=row.visibility,
        marking=row.marking,
        visibility_now=module.visibility,
        marking_now=module.marking,
        reason=row.reason,
        asked_by=str(row.requested_by),
        asked_at=row.requested_at,
        is_asked_by_you=viewer.user is not None and row.requested_by_id == viewer.user.pk,
        outcome=row.outcome,
        decided_by=str(row.decided_by) if row.decided_by else "",
        decided_at=row.decided_at,
        decision=row.decision,
        effective_at=row.effective_at,
        **more,  # type: ignore[arg-type]
    )
