"""Everything of one review's page, in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from django.db.models import Q

from accounts.models import Membership, SignOffRole, User
from accounts.viewer import Viewer
from registry.adoption.models import HOLDING, Adoption
from registry.catalogue.models import Module
from registry.formats.model import inspection_from_json
from registry.governance.blocking import Blocker, blockers
from registry.index import read
from registry.index.dependencies import users_of
from registry.index.entries import FindingEntry, ReleaseDetail
from registry.index.read_by_machine import Facts, read_by_machine
from registry.index.review_acts import acts_of, reasons_not_to_sign
from registry.index.review_entries import (
    AnswerEntry,
    AudienceEntry,
    BarredEntry,
    Checklist,
    ChecklistEntry,
    EvidenceEntry,
    LogEntry,
    ReviewDetail,
    ReviewFinding,
    SignOffState,
)
from registry.index.reviews import next_entries, queue_entries
from registry.index.waiting import desk_of
from registry.index.widenings import preview
from registry.releases.differences import Differences, differences
from registry.releases.models import Artefact, Attachment, Finding, Release
from registry.reviews.models import (
    ChecklistAnswer,
    ChecklistItem,
    Contributor,
    FindingAnswer,
    Review,
    ReviewEntry,
    SignOff,
    SignOffRule,
    Widening,
)
from registry.reviews.people import REVIEWING
from registry.reviews.policy import current_findings, rules_for
from registry.reviews.states import Act
from registry.values.markings import Marking

MAX_LOG = 200
MAX_REVIEWERS = 200
_RELATED = (
    "release__module__organisation",
    "release__module__business_area",
    "release__created_by",
    "release__created_with__created_by",
    "assignee",
)


def visible_review(viewer: Viewer, pk: int) -> Review:
    """The review with its release, module and people; raises :class:`Missing`."""
    review = Review.objects.visible_to(viewer).filter(pk=pk).select_related(*_RELATED).defer("release__module__search").first()
    if review is None:
        raise read.missing()
    return review


def file_under_review(viewer: Viewer, pk: int, filename: str) -> Artefact:
    """One file of the release that a review is of, for whoever sees the review; raises :class:`Missing`, or :class:`Conflict` in quarantine."""
    review = visible_review(viewer, pk)
    return read.artefact_of(review.release, filename)


def evidence(viewer: Viewer, pk: int, attachment: int) -> Attachment:
    """A picture or file that shows what a checklist of the review asks for, where its marking lets ``viewer`` see it; raises :class:`Missing`."""
    review = visible_review(viewer, pk)
    shown = ChecklistAnswer.objects.filter(review=review, evidence__isnull=False).values("evidence")
    found = Attachment.objects.filter(_readable(viewer, review.release.module), pk=attachment).filter(pk__in=shown).first()
    if found is None:
        raise read.missing()
    return found


def review_detail(viewer: Viewer, pk: int) -> ReviewDetail:
    """The page of one review as ``viewer`` sees it; raises :class:`Missing`."""
    review = visible_review(viewer, pk)
    release, module = review.release, review.release.module
    detail = read.unlisted_release_detail(viewer, release)
    found = _findings(release)
    stands = blockers(release, review.visibility, review.marking) if review.is_open else []
    signed = list(SignOff.objects.filter(review=review, voided_at=None).select_related("user", "organisation"))
    rules = {rule.role: rule for rule in rules_for(review.visibility, review.marking)}
    to_come = [role for role in SignOffRole.values if role in rules and role not in {each.role for each in signed}]
    desk = desk_of(viewer)
    open_findings = [each for each in found if each.is_open]
    reasons = reasons_not_to_sign(viewer, review, desk, to_come)
    acts = acts_of(viewer, review, signed, to_come, reasons, open_findings, stands)
    before = _last_listed(review)
    return ReviewDetail(
        entry=queue_entries(viewer, [review])[0],
        module=read.entry_of(module, viewer),
        release=detail,
        handling=release.handling or module.handling,
        digest=review.digest,
        round=review.round,
        contested=release.contested,
        is_quarantined=release.quarantined_at is not None,
        sign_offs=tuple(_sign_offs(viewer, rules, signed, to_come, reasons, acts.signs)),
        findings=tuple(sorted(found, key=lambda each: not each.is_open)),
        blockers=tuple(stands),
        listed_version=before.version if before else "",
        differences=_differences(before, detail),
        adopters=_adopters(viewer, module),
        used_by=users_of(viewer, module),
        checklists=tuple(_checklists(viewer, review, detail, rules, open_findings, stands, acts.signs)),
        log=tuple(_gathered(_log(viewer, review))),
        barred=tuple(_barred(viewer, review, signed)),
        audience=_audience(review),
        reviewers=_reviewers(viewer, review) if acts.assign else (),
        acts=acts,
        waiting=next_entries(viewer, desk),
    )


def _adopters(viewer: Viewer, module: Module) -> int:
    used = Adoption.objects.counted_for(viewer).filter(module=module, stage__in=HOLDING)
    return used.values("organisation").distinct().count()


def _findings(release: Release) -> list[ReviewFinding]:
    """What was found in the present files, with the answers that hold for it."""
    found = list(current_findings(release))
    answers = FindingAnswer.objects.filter(
        module=release.module_id, fingerprint__in={each.fingerprint for each in found}, withdrawn_at=None
    )
    given = {answer.fingerprint: answer for answer in answers.select_related("answered_by", "organisation")}
    return [ReviewFinding(each.pk, finding_entry(each), _answer(given.get(each.fingerprint))) for each in found]


def finding_entry(finding: Finding) -> FindingEntry:
    return FindingEntry(finding.code, finding.severity, finding.title, finding.where, finding.why, finding.mend)


def _answer(answer: FindingAnswer | None) -> AnswerEntry | None:
    if answer is None:
        return None
    return AnswerEntry(answer.get_verdict_display(), answer.reason, str(answer.answered_by), str(answer.organisation), answer.answered_at)


def _sign_offs(
    viewer: Viewer,
    rules: dict[str, SignOffRule],
    signed: Iterable[SignOff],
    to_come: Sequence[str],
    reasons: dict[str, str],
    yours: Sequence[str],
) -> Iterable[SignOffState]:
    """The four in their fixed order."""
    given = {each.role: each for each in signed}
    for role in SignOffRole:
        by = given.get(role.value)
        if by is not None:
            yield SignOffState(
                role.value,
                role.label,
                is_needed=role.value in rules,
                by=str(by.user),
                is_by_you=viewer.user is not None and by.user_id == viewer.user.pk,
                organisation=str(by.organisation),
                at=by.signed_at,
                comment=by.comment,
            )
        elif role.value in to_come:
            signer, reason = rules[role.value].signer, reasons.get(role.value, "")
            yield SignOffState(role.value, role.label, is_needed=True, is_yours=role.value in yours, signer=signer, reason=reason)
        else:
            yield SignOffState(role.value, role.label, is_needed=False)


def _last_listed(review: Review) -> Release | None:
    """The release that what is reviewed would follow: the highest listed one before it."""
    listed = Release.objects.filter(module=review.release.module, listed_at__isnull=False, yanked_at=None)
    return listed.filter(version_key__lt=review.release.version_key).newest_first().only("version", "inspection", "module").first()


def _differences(before: Release | None, detail: ReleaseDetail) -> Differences:
    return differences(inspection_from_json(before.inspection) if before else None, detail.inspection)


def _checklists(
    viewer: Viewer,
    review: Review,
    detail: ReleaseDetail,
    rules: dict[str, SignOffRule],
    open_findings: Iterable[ReviewFinding],
    stands: Sequence[Blocker],
    yours: Sequence[str],
) -> Iterable[Checklist]:
    """One for each role that signs, the viewer's own first."""
    module = review.release.module
    facts = Facts(
        module=module,
        licence=detail.entry.licence,
        marking=review.marking,
        inspection=detail.inspection,
        adaptation=detail.adaptation,
        dependencies=detail.dependencies,
        open_codes=tuple(each.finding.code for each in open_findings),
        blockers=stands,
    )
    given = {
        answer.item_id: answer
        for answer in ChecklistAnswer.objects.filter(review=review, digest=review.digest).select_related("user", "evidence")
    }
    readable = _readable_keys(viewer, module, [answer.evidence_id for answer in given.values() if answer.evidence_id])
    items: dict[str, list[ChecklistEntry]] = {role: [] for role in rules}
    for item in ChecklistItem.objects.filter(Q(is_active=True) | Q(pk__in=given), role__in=rules):
        items[item.role].append(_item(viewer, item, given.get(item.pk), facts, readable))
    for role in sorted(items, key=lambda each: (each not in yours, SignOffRole.values.index(each))):
        yield Checklist(role, SignOffRole(role).label, tuple(items[role]), role in yours)


def _item(viewer: Viewer, item: ChecklistItem, answer: ChecklistAnswer | None, facts: Facts, readable: set[int]) -> ChecklistEntry:
    tone, machine = read_by_machine(item.role, item.code, facts)
    if answer is None:
        return ChecklistEntry(item.pk, item.code, item.text, item.needs_evidence, tone, machine)
    shown = answer.evidence if answer.evidence_id in readable else None
    return ChecklistEntry(
        item.pk,
        item.code,
        item.text,
        item.needs_evidence,
        tone,
        machine,
        by=str(answer.user),
        is_by_you=viewer.user is not None and answer.user_id == viewer.user.pk,
        at=answer.at,
        note=answer.note,
        evidence=EvidenceEntry(shown.pk, shown.filename, shown.marking, shown.handling) if shown else None,
    )


def _readable(viewer: Viewer, module: Module) -> Q:
    """On attachments: what is OFFICIAL-SENSITIVE is for the organisation that gave it, the publisher, stewards and auditors."""
    if viewer.is_auditor or viewer.is_steward or module.organisation_id in viewer.organisations:
        return Q()
    return Q(marking=Marking.OFFICIAL) | Q(organisation__in=viewer.organisations)


def _readable_keys(viewer: Viewer, module: Module, keys: Sequence[int]) -> set[int]:
    return set(Attachment.objects.filter(_readable(viewer, module), pk__in=keys).values_list("pk", flat=True))


def _log(viewer: Viewer, review: Review) -> Iterable[LogEntry]:
    """What was done, the latest first."""
    rows = list(ReviewEntry.objects.filter(review=review).select_related("user", "organisation").order_by("-pk")[:MAX_LOG])
    named = {row.detail.get("assignee") for row in rows} - {None}
    people = {user.pk: str(user) for user in User.objects.filter(pk__in=named)}
    for row in rows:
        yield LogEntry(
            act=row.act,
            by=str(row.user) if row.user else "",
            is_by_you=viewer.user is not None and row.user_id == viewer.user.pk,
            organisation=str(row.organisation) if row.organisation and row.user else "",
            text=row.text,
            at=row.at,
            digest=str(row.detail.get("digest", "")),
            role=SignOffRole(row.detail["role"]).label if row.detail.get("role") in SignOffRole.values else "",
            findings=row.detail.get("findings"),
            assignee=people.get(row.detail.get("assignee"), ""),
        )


def _gathered(lines: Iterable[LogEntry]) -> Iterable[LogEntry]:
    """The same lines, those in which somebody confirms one item after another as one."""
    kept: LogEntry | None = None
    for line in lines:
        if kept is not None and line.act == kept.act == Act.TICK and line.by == kept.by and not (line.text or kept.text):
            kept = replace(kept, times=kept.times + 1)
            continue
        if kept is not None:
            yield kept
        kept = line
    if kept is not None:
        yield kept


def _barred(viewer: Viewer, review: Review, signed: Iterable[SignOff]) -> Iterable[BarredEntry]:
    """Who may not sign any more, or never could, each once."""
    release = review.release
    why: dict[User, str] = {}
    if release.created_with is not None and release.created_with.created_by is not None:
        why[release.created_with.created_by] = "made the token it was published with"
    if release.created_by is not None:
        why[release.created_by] = "published it"
    for hand in Contributor.objects.filter(release=release).select_related("user").order_by("pk"):
        why.setdefault(hand.user, "had a hand in it")
    for each in signed:
        why.setdefault(each.user, f"signed as {SignOffRole(each.role).label.lower()}")
    for user, reason in why.items():
        yield BarredEntry(str(user), reason, viewer.user is not None and user.pk == viewer.user.pk)


def _audience(review: Review) -> AudienceEntry:
    """Who will see the module once this is listed."""
    module = review.release.module
    names = list(module.shares.filter(expires_at=None).values_list("organisation", flat=True))
    if review.is_widening:
        agreed = Widening.objects.filter(module=module, outcome=Widening.Outcome.AGREED).order_by("-pk").first()
        names = list(agreed.share_with.values_list("pk", flat=True)) if agreed else names
    return preview(module, review.visibility, review.marking, names)


def _reviewers(viewer: Viewer, review: Review) -> tuple[tuple[int, str], ...]:
    """Whom a steward may give the review to: reviewers with no hand in it."""
    release = review.release
    barred = Contributor.objects.filter(release=release).values("user")
    rows = Membership.objects.filter(role__in=REVIEWING, user__is_active=True, organisation__is_active=True).exclude(user__in=barred)
    made = [release.created_by_id, release.created_with.created_by_id if release.created_with else None]
    rows = rows.exclude(user__in=[key for key in made if key]).select_related("user", "organisation").order_by("user__name", "pk")
    return tuple({row.user_id: f"{row.user}, {row.organisation}" for row in rows[:MAX_REVIEWERS]}.items())
