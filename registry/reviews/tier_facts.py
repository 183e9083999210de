"""Gathers the facts that assurance tiers are judged by, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from registry.catalogue.models import Module
from registry.formats.model import Inspection
from registry.releases.models import Release
from registry.reviews.models import FindingAnswer, SignOff
from registry.reviews.policy import ANSWERED_FIRST, current_findings
from registry.reviews.tiers import Facts


def facts_of(
    release: Release, module: Module, inspection: Inspection, *, systems: int, is_assessed: bool, signed: Sequence[tuple[str, object]] = ()
) -> Facts:
    """What is true of ``release`` now; ``systems`` are named by its publisher, and ``is_assessed`` says that no rule of
    governance stands against it; ``signed`` are role and organisation of its sign-offs, where the caller has read them already.

    Nothing in it depends on who asks, nor on any other module: what is hidden from a reader must change no tier.
    """
    open_codes, standing = _findings(release)
    signed = signed or _signed(release, module)
    arguments = [argument for point in inspection.entry_points for argument in (*point.inputs, *point.outputs)]
    return Facts(
        now=timezone.now(),
        is_checked=release.checked_at is not None,
        open_findings=len(open_codes),
        standing=standing,
        licence=release.licence,
        summary=module.summary,
        readme=module.readme,
        owner_name=module.owner_name,
        owner_email=module.owner_email,
        owner_confirmed_at=module.owner_confirmed_at,
        business_area=module.area,
        systems=systems,
        signed_roles=frozenset(role for role, _ in signed),
        signing_organisations=len({organisation for _, organisation in signed}),
        is_assessed=is_assessed,
        changes=release.changes,
        is_first=not module.releases.filter(listed_at__isnull=False, version_key__lt=release.version_key).exists(),
        entry_points=len(inspection.entry_points),
        untyped=sum(1 for argument in arguments if not argument.type),
        rights_said=bool(module.ip_owner_type and module.reuse),
        listed_at=release.listed_at,
        is_withdrawn=release.is_yanked or release.quarantined_at is not None or module.deprecated_at is not None,
    )


def _findings(release: Release) -> tuple[frozenset[str], frozenset[str]]:
    """Codes of what is neither mended nor answered, and of what nobody said to be none."""
    answer = FindingAnswer.objects.filter(module=release.module_id, fingerprint=OuterRef("fingerprint"), withdrawn_at=None)
    rows = current_findings(release).order_by().annotate(verdict=Subquery(answer.values("verdict")[:1]))
    found = list(rows.values_list("code", "severity", "verdict").distinct())
    still_open = frozenset(code for code, severity, verdict in found if severity in ANSWERED_FIRST and verdict is None)
    return still_open, frozenset(code for code, _, verdict in found if verdict != FindingAnswer.Verdict.FALSE)


def _signed(release: Release, module: Module) -> list[tuple[str, int]]:
    """Role and organisation of each sign-off of these files: for whom it is listed, or else is to be."""
    visibility = release.visibility if release.state == Release.State.LISTED else module.visibility
    signed = SignOff.objects.filter(review__release=release, voided_at=None, digest=release.digest, visibility=visibility)
    return list(signed.values_list("role", "organisation"))
