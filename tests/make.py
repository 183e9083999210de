"""Plain functions that make what a test needs."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, Membership, Organisation, Role, SignOffRole, User
from accounts.viewer import Viewer, viewer_of
from registry.actions.add_evidence import add_evidence
from registry.actions.check_release import check_release
from registry.actions.claim_review import claim_review
from registry.actions.decide_claim import Decision, decide_claim
from registry.actions.list_release import list_release, missing_roles
from registry.actions.publish_release import publish_release
from registry.actions.rate_release import rate_release
from registry.actions.record_baseline import BaselineForm, record_baseline
from registry.actions.record_practice import PracticeForm, record_practice
from registry.actions.refresh_use import refresh_use
from registry.actions.share_claim import agree_share, share_claim
from registry.actions.sign_assessment import sign_assessment
from registry.actions.sign_off import sign_off
from registry.actions.submit_claim import submit_claim
from registry.actions.write_assessment import write_assessment
from registry.actions.write_claim import ClaimForm, write_claim
from registry.adoption.models import Adoption, AdoptionEntry, Stage
from registry.benefits.models import Baseline, Claim, Evidence
from registry.catalogue.models import Module
from registry.curation.models import CRITERIA, PracticeRecord, Rating
from registry.governance.models import Assessment, DataCategory
from registry.governance.questions import QUESTIONS
from registry.notices.models import Notice
from registry.notices.telling import tell
from registry.releases.gates import ReleaseForm
from registry.releases.models import Finding, Release
from registry.releases.upload import spooled
from registry.reviews.models import ChecklistAnswer, ChecklistItem, Review
from registry.sequences.steps import flow_of
from registry.sequences.writing import bpmn_of
from registry.telemetry.events import RunEventIn
from registry.telemetry.models import MonthlyRuns, RunConsent
from registry.values.markings import Visibility

_numbers = itertools.count(1)
PASSWORD = "a-long-enough-passphrase"
NO_PEOPLE = {"data_categories": ("none",)}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(24)


def make_organisation(slug: str = "", *, name: str = "", kind: str = "police", language: str = "en-GB") -> Organisation:
    """An organisation; the same one again for the same slug."""
    slug = slug or f"force-{next(_numbers)}"
    defaults = {"name": name or slug.title(), "kind": kind, "language": language}
    return Organisation.objects.get_or_create(slug=slug, defaults=defaults)[0]


def make_user(email: str = "", *, password: str = PASSWORD) -> User:
    """A person without any membership, with a verified address."""
    from allauth.account.models import EmailAddress

    email = email or f"person{next(_numbers)}@example.org"
    user = User.objects.create_user(email, password, name=email.split("@")[0].title())
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def make_member(organisation: Organisation | str = "", role: str = Role.PUBLISHER, *, user: User | None = None) -> User:
    """A person with a role at an organisation."""
    if not isinstance(organisation, Organisation):
        organisation = make_organisation(organisation)
    user = user or make_user()
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_viewer(organisation: Organisation | str = "", role: str = Role.PUBLISHER) -> Viewer:
    """The viewer that a new member is."""
    return viewer_of(make_member(organisation, role))


def make_token(
    organisation: Organisation | str, scopes: tuple[str, ...] = ("publish", "read"), *, modules: tuple[str, ...] = (), days: int = 30
) -> str:
    """A live token's secret."""
    from accounts.tokens import issue_token

    if not isinstance(organisation, Organisation):
        organisation = make_organisation(organisation)
    return issue_token(organisation=organisation, name="test", scopes=scopes, modules=modules, days=days, by=None)[1]


def bpmn(
    name: str = "Victim update", *, tasks: tuple[str, ...] = ("Read the record", "Tell the victim"), start: str = "Asked for"
) -> bytes:
    """A small BPMN file whose bytes differ when its words do. It is started the same way whatever its name, so that nothing of it breaks."""
    shown = "".join(f'<userTask id="t{number}" name="{task}"/>' for number, task in enumerate(tasks))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d" targetNamespace="urn:test">'
        f'<process id="p" name="{name}" isExecutable="false"><startEvent id="s" name="{start}"/>{shown}<endEvent id="e"/></process></definitions>'
    ).encode()


def no_people() -> dict[str, tuple[str, ...]]:
    """What a form says of a module that handles nobody's data; tests that flush have neither categories nor rules about them."""
    return NO_PEOPLE if DataCategory.objects.exists() else {}


def make_release(
    identifier: str = "",
    version: str = "1.0.0",
    *,
    data: bytes = b"",
    filename: str = "process.bpmn",
    visibility: str = "partnership",
    by: Viewer | None = None,
    checked: bool = True,
    **form: object,
) -> Release:
    """A release that came in by the real door; ``checked`` has it checked, signed off and listed at once."""
    publisher, slug = (identifier or f"force-a/module-{next(_numbers)}").split("/")
    by = by or make_viewer(publisher)
    given = {
        "licence": "MIT",
        "summary": "Sends victims an update.",
        "title": slug.replace("-", " ").title(),
        "visibility": visibility,
        **no_people(),
        **form,
    }
    with spooled([data or bpmn(f"{identifier} {version}")], filename) as upload:
        done = publish_release(publisher=publisher, slug=slug, uploads=[upload], form=ReleaseForm(version=version, **given), by=by)
    assert done.release is not None
    if checked:
        check_release(done.release.pk)
        pass_review(done.release)
        done.release.refresh_from_db()
    return done.release


def make_review(identifier: str = "hampshire/victim-update", version: str = "1.0.0", **options: object) -> Review:
    """The open review of a new release, checked and waiting for its sign-offs."""
    release = make_release(identifier, version, checked=False, **{**no_people(), **options})  # type: ignore[arg-type]
    check_release(release.pk)
    return fresh(Review.objects.get(release=release, closed_at=None))


def fresh(review: Review) -> Review:
    """The review as it is now, with all that it is about."""
    return Review.objects.select_related("release__module__organisation", "release__created_with").get(pk=review.pk)


def sign_all(review: Review, *but: str) -> Review:
    """Have everybody sign who must, except for some roles."""
    for role in missing_roles(fresh(review)):
        if role not in but:
            sign(review, role)
    return fresh(review)


def make_finding(review: Review, severity: str = "stop", *, where: str = "") -> Finding:
    """Something found in the files under review."""
    return Finding.objects.create(
        release=review.release, digest=review.digest, fingerprint=f"{next(_numbers):064x}", code="noted", severity=severity, title="Odd",
        where=where,
    )  # fmt: skip


def make_reviewer(organisation: Organisation | str, *roles: str) -> Viewer:
    """Somebody who reviews for an organisation and signs as ``roles``."""
    user = make_member(organisation, Role.REVIEWER)
    Membership.objects.filter(user=user).update(signs=list(roles))
    return viewer_of(user)


def reviewer_for(review: Review, role: str) -> Viewer:
    """Somebody fit to sign ``review`` as ``role``, the same each time: the business owner is of its publisher, the others of another force.

    What its own organisation alone sees is signed by that.
    """
    own = review.release.module.organisation.slug
    slug = own if role == SignOffRole.BUSINESS_OWNER or review.visibility == Visibility.OWN else "reviewing-force"
    known = Membership.objects.filter(organisation__slug=slug, role=Role.REVIEWER, signs=[role], user__email__startswith=f"{role}@").first()
    if known is not None:
        return viewer_of(known.user)
    user = make_member(slug, Role.REVIEWER, user=make_user(f"{role}@{slug}.example"))
    Membership.objects.filter(user=user).update(signs=[role])
    return viewer_of(user)


def make_steward() -> Viewer:
    """A steward of the partnership, the same each time, who signs nothing."""
    known = Membership.objects.filter(role=Role.STEWARD, user__email="steward@partnership.example").first()
    organisation = make_organisation("partnership", kind="partnership")
    return viewer_of(known.user if known else make_member(organisation, Role.STEWARD, user=make_user("steward@partnership.example")))


def sign(review: Review, role: str, by: Viewer | None = None) -> None:
    """Sign with the whole checklist ticked: at once, as ticking has tests of its own."""
    by = by or reviewer_for(review, role)
    review = Review.objects.select_related("release__module__organisation").get(pk=review.pk)
    if not Review.objects.visible_to(by).filter(pk=review.pk).exists():  # not shared with everybody: a steward gives it to whom it concerns
        claim_review(review=review, assignee=by.user, by=make_steward())
    items = ChecklistItem.objects.filter(role=role, is_active=True)
    ChecklistAnswer.objects.bulk_create(
        [ChecklistAnswer(review=review, item=item, digest=review.digest, user=by.user) for item in items], ignore_conflicts=True
    )
    sign_off(review=review, role=role, digest=review.digest, by=by)


def pass_review(release: Release) -> None:
    """Have everybody sign who must, and list it; nothing where no review is open."""
    review = Review.objects.select_related("release__module__organisation").filter(release=release, closed_at=None).first()
    if review is None or review.state != Release.State.IN_REVIEW:
        return
    for role in missing_roles(review):
        sign(review, role)
    list_release(review=review, by=make_lister(review))


def make_lister(review: Review) -> Viewer:
    """Somebody of its publisher who may list it."""
    module = review.release.module
    may = (Role.PUBLISHER, Role.ADMINISTRATOR)
    member = Membership.objects.filter(organisation=module.organisation, role__in=may, user__is_active=True).first()
    return viewer_of(member.user) if member else make_viewer(module.organisation)


def assurance_officer(slug: str) -> Viewer:
    """Somebody of an organisation who signs its assessments, the same each time."""
    email = f"officer@{slug}.example"
    known = User.objects.filter(email=email).first()
    if known is not None:
        return viewer_of(known)
    user = make_member(slug, Role.REVIEWER, user=make_user(email))
    Membership.objects.filter(user=user).update(signs=[SignOffRole.INFORMATION_ASSURANCE])
    return viewer_of(user)


def assess(release: Release, paper: str, *, by: Viewer | None = None, days: int = 365, sign: bool = True, **said: str) -> Assessment:
    """An assessment that answers every question, written by a publisher of the release and, by default, signed by an officer."""
    by = by or make_viewer(release.module.publisher)
    answers = {question.code: f"Said of {question.code}." for question in QUESTIONS[paper]}
    until = timezone.localdate() + timedelta(days=days)
    given = {"public_summary": "Looked at with care.", **said}
    written = write_assessment(release=release, paper=paper, answers=answers, review_by=until, by=by, **given)
    return sign_assessment(assessment=written, release=release, by=assurance_officer(release.module.publisher)) if sign else written


def make_module(identifier: str = "", **options: object) -> Module:
    """A listed module with one release."""
    return make_release(identifier, **options).module  # type: ignore[arg-type]


def make_notice(user: User, kind: str = "review_waiting", **said: Any) -> Notice:
    """A notice that ``user`` was given, for the first of their organisations."""
    organisation = said.pop("organisation", None) or Organisation.objects.filter(memberships__user=user).order_by("pk")[0]
    with transaction.atomic():
        count = tell([user], kind, **{"title": "A title", "text": "", "address": "/modules", "organisation": organisation, **said})
    assert count == 1
    return Notice.objects.filter(user=user).latest("pk")


def make_expired(token: ApiToken) -> None:
    """Let a token expire."""
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - timedelta(seconds=1))


def stored_files() -> set[Path]:
    """Every file in the artefact store of the test run."""
    return {path for path in Path(settings.STORAGE_URL.removeprefix("file://")).rglob("*") if path.is_file()}


def make_baseline(
    module: Module, organisation: Organisation | str = "", *, minutes: str = "20", by: Viewer | None = None, **form: Any
) -> Baseline:
    """A baseline of an organisation (by default the module's own), taken by a real publisher of it."""
    held = _held(organisation or module.organisation)
    given = {"unit": "case files", "sample_size": 30, "measured_on": date(2020, 3, 1), "live_on": date(2021, 4, 1), **form}
    return record_baseline(
        organisation=held, module=module, form=BaselineForm(minutes_per_item=Decimal(minutes), **given), by=by or make_viewer(held)
    )


def make_claim(
    organisation: Organisation | str = "hampshire",
    module: Module | None = None,
    *,
    state: str = "approved",
    shares: dict[str, str] | None = None,
    by: Viewer | None = None,
    **form: Any,
) -> Claim:
    """A claim of an organisation, by the real doors: a ``draft``, ``submitted`` or, by default, ``approved`` on evidence by a steward.

    Of ``module``, or of a whole programme where there is none; joint with ``shares`` by slug, agreed to at once.
    """
    held = _held(organisation)
    by = by or make_viewer(held)
    given: dict[str, Any] = {
        "title": f"Benefit {next(_numbers)}",
        "benefit_class": "non_cashable",
        "starts_on": date(2023, 4, 1),
        "ends_on": date(2024, 3, 31),
        "module": module.identifier if module else "",
        "scope": "line" if module or form.get("part_of") else "programme",
        "fte": Decimal("1"),
        **form,
    }
    claim = write_claim(organisation=held, form=ClaimForm(**given), by=by)
    if shares:
        claim = share_claim(claim=claim, shares={slug: Decimal(part) for slug, part in shares.items()}, by=by)
        for share in claim.shares.filter(agreed_at=None).select_related("organisation"):
            agree_share(claim=claim, organisation=share.organisation, by=make_viewer(share.organisation))
    if state == Claim.State.DRAFT:
        return claim
    claim = submit_claim(claim=claim, by=by)
    if state == Claim.State.APPROVED:
        make_evidence(claim, by=by)
        claim = decide_claim(claim=claim, decision=Decision.APPROVE, note="Figures checked.", by=make_steward())
    return claim


def make_evidence(claim: Claim, *, by: Viewer | None = None, data: bytes = b"", **said: Any) -> Evidence:
    """What shows a claim: where it is to be found or, with ``data``, a file of those bytes."""
    by = by or make_viewer(claim.organisation)
    given = {"caption": "Benefits report", **said}
    if not data:
        return add_evidence(claim=claim, by=by, **{"reference": "Report 7, page 3", **given})
    with spooled([data], "report.png") as upload:
        return add_evidence(claim=claim, upload=upload, by=by, **given)


def _held(organisation: Organisation | str) -> Organisation:
    return organisation if isinstance(organisation, Organisation) else make_organisation(organisation)


def make_adoption(
    release: Release, organisation: Organisation | str = "", stage: str = "live", sharing: str = "named", **more: object
) -> Adoption:
    """What ``organisation`` states of ``release``, confirmed today; ``interested`` names no version. ``more`` are columns of the record."""
    by = make_viewer(organisation)
    assert by.organisation is not None
    now = timezone.now()
    holds = stage != Stage.INTERESTED
    live = stage == Stage.LIVE
    given = {
        "module": release.module,
        "release": release if holds else None,
        "since": timezone.localdate() if live else None,
        "held_since": now if holds else None,
        "held_until": now if stage == Stage.RETIRED else None,
        "owner": "Automation team",
        "confirmed_at": now,
        "expires_on": timezone.localdate() + timedelta(days=365) if live else None,
        **more,
    }
    made = Adoption.objects.create(organisation=by.organisation, stage=stage, sharing=sharing, created_by=by.user, **given)
    AdoptionEntry.objects.create(adoption=made, what=AdoptionEntry.What.STATED, stage=stage, release=made.release, by=by.user)
    refresh_use(release.module)
    return made


def run_event(**given: Any) -> RunEventIn:
    """A run that ended well just now, of a release that nobody asked for unless ``given`` says otherwise."""
    usual = {"module": "hampshire/victim-update", "version": "1.0.0", "duration_seconds": 2.5, "outcome": "completed", "items": 3}
    return RunEventIn(**{"id": uuid4(), "started_at": timezone.now() - timedelta(minutes=1), **usual, **given})


def opt_in(slug: str = "met", **given: Any) -> RunConsent:
    """That an organisation reports its runs."""
    return RunConsent.objects.update_or_create(organisation=slug, defaults={"opted_in_at": timezone.now(), "opted_out_at": None, **given})[
        0
    ]


def make_month(organisation: str, module: str, month: date, version: str = "1.0.0", *, runs: int = 10, **given: int) -> MonthlyRuns:
    """What an organisation's runs of a release add up to in a month; one in ten is a business exception."""
    sums = {"completed": runs - runs // 10, "business_exceptions": runs // 10, "system_exceptions": 0, "items": 3 * runs}
    named = {"organisation": organisation, "module": module, "version": version, "month": month}
    return MonthlyRuns.objects.create(**named, runs=runs, duration_ms=2_000 * runs, **{**sums, **given})


def make_rating(
    release: Release, organisation: Organisation | str = "", points: int = 4, *, by: Viewer | None = None, **said: Any
) -> Rating:
    """What an organisation that states it runs ``release`` says of it, every criterion alike unless ``said`` has it otherwise."""
    by = by or make_viewer(organisation)
    assert by.organisation is not None
    if not Adoption.objects.filter(organisation=by.organisation, release=release).exists():
        make_adoption(release, by.organisation)
    given = {code: said.pop(code, points) for code, _, _ in CRITERIA}
    return rate_release(release=release, points=given, by=by, **{"words": "It does what it says, day by day.", **said})


def make_practice(module: Module, *, by: Viewer | None = None, **said: Any) -> PracticeRecord:
    """A record by a publisher of ``module``; what it says of whether it works waits for a steward."""
    form = PracticeForm(**{"stage_of_practice": "implemented", "scale": "local", **said})
    return record_practice(module=module, form=form, by=by or make_viewer(module.publisher))


def workflow(takes: tuple[str, ...] = ("in_Sag",), gives: tuple[str, ...] = ("out_Brev",), *, inside: str = "") -> bytes:
    """A UiPath workflow with texts as inputs and outputs, that asks for a credential."""
    xaml = "http://schemas.microsoft.com/winfx/2006/xaml"
    asked = [f'<x:Property Name="{name}" Type="InArgument(x:String)"/>' for name in takes]
    asked += [f'<x:Property Name="{name}" Type="OutArgument(x:String)"/>' for name in gives]
    return (
        f'<Activity x:Class="Main" xmlns="http://schemas.microsoft.com/netfx/2009/xaml/activities" xmlns:x="{xaml}"'
        f' xmlns:ui="http://schemas.uipath.com/workflow/activities"><x:Members>{"".join(asked)}</x:Members>'
        f'<Sequence DisplayName="Main"><ui:GetRobotCredential AssetName="CaseSystem"/>{inside}</Sequence></Activity>'
    ).encode()


def letters(check: str = "kobenhavn/check", send: str = "odense/send") -> dict[str, Any]:
    """The steps of a sequence of two modules with a person's decision between them, as people and programs write them."""
    return {
        "name": "Award and refusal letters",
        "documentation": "From application to answer.",
        "steps": [
            {
                "id": "check",
                "name": "Check data",
                "who": "Robot",
                "documentation": "Looks up the applicant.",
                "hand_over": "The case waits in the caseworker’s list.",
                "uses": {"module": check, "range": "^1.0"},
                "inputs": {"in_Sag": {"from": "/sag"}},
            },
            {
                "id": "decide",
                "name": "Decide",
                "who": "Caseworker",
                "human": True,
                "gives": [{"name": "afgoerelse", "type": "text"}],
                "question": "Award?",
                "next": [{"to": "send", "when": "Yes"}, {"to": "end", "when": "No"}],
            },
            {
                "id": "send",
                "name": "Send letter",
                "who": "Robot",
                "uses": {"module": send, "range": ">=1 <2"},
                "inputs": {"in_Sag": {"from": "check/out_Brev"}, "in_Titel": {"value": "Your application"}},
            },
        ],
    }


def make_sequence(
    identifier: str = "kobenhavn/letters", version: str = "1.0.0", *, steps: dict[str, Any] | None = None, **form: Any
) -> Release:
    """A sequence of modules that are there or, by default, of :func:`letters`, whose modules it makes."""
    if steps is None:
        steps = letters()
        for name, data in (("kobenhavn/check", workflow()), ("odense/send", workflow(("in_Sag", "in_Titel"), ()))):
            if not Release.objects.filter(module__publisher=name.split("/")[0], module__slug=name.split("/")[1]).exists():
                make_release(name, data=data, filename="Main.xaml", readme=f"About {name}.")
    return make_release(identifier, version, data=bpmn_of(flow_of(steps)), **form)
