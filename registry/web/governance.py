"""A release's governance: what data, which papers the law asks for, who signed them; for publishers, for signers, and for takers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import FileResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms import ActionForm
from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.declare_data_use import declare_data_use
from registry.actions.record_law_change import confirm_reassessment, record_law_change, set_legal_bases
from registry.actions.sign_assessment import sign_assessment, signer_of
from registry.actions.write_assessment import add_paper, write_assessment
from registry.errors import Conflict, NotAllowed, Refused
from registry.governance.models import PAPERS, Assessment, DataUse, LegalBasis, Reassessment
from registry.index import governance as index
from registry.index.read import missing, visible_release
from registry.permissions import publisher_for
from registry.releases.models import Release
from registry.releases.storage import disposition, store
from registry.values.digests import digest_header
from registry.values.markings import marking_headers
from registry.web.governance_forms import AssessmentForm, DataUseForm, LawChangeForm, OutcomeForm, SignForm
from registry.web.publishing import METHODS, takes_files

NAMES = dict(PAPERS)
MOST = 100  # modules to look at again, shown at once


@require_safe
@signed_in
def governance(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """How the release stands, and the papers as far as the viewer may read them."""
    viewer = viewer_in(request)
    entry = index.governance(viewer, publisher, slug, version)
    return render(request, "registry/governance.html", {"entry": entry, "may_sign": _may_sign(request, entry.release)})


@require_http_methods(METHODS)
@signed_in
def declare(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Say whose data it handles, and on which laws the process stands."""
    release = _own_release(request, publisher, slug, version)
    use = DataUse.objects.filter(release=release).first()
    bases = list(release.module.legal_bases.values_list("slug", flat=True))
    initial: dict[str, Any] = {"legal_bases": bases}
    if use is not None:
        initial |= {"data_categories": use.categories, "automated_decisions": use.decisions}
        initial |= {"law_enforcement": use.law_enforcement, "uses_ai": use.uses_ai}
    form = DataUseForm(posted(request), initial=initial)
    if form.is_valid() and _done(form, lambda: _declare(request, release, form.cleaned_data)):
        messages.success(request, "Kept. See below what it asks for.")
        return redirect("governance", publisher, slug, version)
    return _form_page(request, "registry/governance_declare.html", form, release)


@require_http_methods(METHODS)
@signed_in
@takes_files
def write(request: HttpRequest, publisher: str, slug: str, version: str, paper: str) -> HttpResponse:
    """Write an assessment, or the next version of one."""
    release = _own_release(request, publisher, slug, version)
    if paper not in NAMES:
        raise missing()
    last = Assessment.objects.filter(module=release.module_id, paper=paper).order_by("-number").first()
    form = AssessmentForm(posted(request), request.FILES if request.method == "POST" else None, paper=paper, initial=_initial(last))
    if form.is_valid() and _done(form, lambda: _write(request, release, paper, form)):
        messages.success(request, f"Saved. It counts once information assurance of {release.module.organisation} has signed it.")
        return redirect("governance", publisher, slug, version)
    return _form_page(request, "registry/governance_write.html", form, release, name=NAMES[paper], last=last)


@require_http_methods(METHODS)
@signed_in
def sign(request: HttpRequest, publisher: str, slug: str, version: str, paper: str) -> HttpResponse:
    """Read an assessment in full and sign it."""
    entry = index.governance(viewer_in(request), publisher, slug, version)
    signer_of(entry.module, viewer_in(request))
    assessment = Assessment.objects.filter(module=entry.module, paper=paper, signed_at=None).first()
    if assessment is None:
        raise missing()
    form = SignForm(posted(request))
    act = lambda: sign_assessment(assessment=assessment, release=entry.release, by=viewer_in(request))  # noqa: E731
    if form.is_valid() and _done(form, act):
        messages.success(request, f"The {NAMES[paper][0].lower()}{NAMES[paper][1:]} is signed.")
        return redirect("governance", publisher, slug, version)
    shown = next(each.draft for each in entry.papers if each.paper == paper)
    return _form_page(request, "registry/governance_sign.html", form, entry.release, name=NAMES[paper], assessment=shown, entry=entry)


@require_safe
@signed_in
def paper_file(request: HttpRequest, publisher: str, slug: str, version: str, number: int) -> HttpResponseBase:
    """A file kept with an assessment, as an attachment."""
    kept = index.paper_file(viewer_in(request), publisher, slug, version, number).attachment
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse(content_type=kept.media_type)
    else:
        response = FileResponse(store().open(kept.sha256), content_type=kept.media_type)
    response["Content-Length"] = str(kept.size)
    response["Content-Disposition"] = disposition(kept.filename)
    response["Digest"] = digest_header(kept.sha256)
    response["X-Content-Type-Options"] = "nosniff"
    for name, value in marking_headers(kept.marking, kept.handling).items():
        response[name] = value
    return response


@require_safe
@signed_in
def export(request: HttpRequest, publisher: str, slug: str, version: str, filename: str) -> HttpResponse:
    """The public part of a signed assessment, as ``atrs.json`` or ``atrs.md`` and the like."""
    paper, _, ending = filename.partition(".")
    entry = index.governance(viewer_in(request), publisher, slug, version)
    if ending not in EXPORTS:
        raise missing()
    part = index.public_part(entry, paper)
    media_type, written = EXPORTS[ending]
    response = HttpResponse(written(entry, paper, part), content_type=media_type)
    response["Content-Disposition"] = disposition(f"{entry.module.slug}-{version}-{filename}")
    for name, value in marking_headers(entry.marking, entry.handling).items():
        response[name] = value
    return response


@require_http_methods(METHODS)
@signed_in
def reassess(request: HttpRequest, publisher: str, slug: str, number: int) -> HttpResponse:
    """Say that a module was looked at because the law changed."""
    found = Reassessment.objects.select_related("module__organisation", "change__basis")
    reassessment = found.filter(pk=number, module__publisher=publisher, module__slug=slug).first()
    if reassessment is None or reassessment.module.organisation_id not in viewer_in(request).organisations:
        raise missing()
    publisher_for(viewer_in(request), publisher, slug)
    form = OutcomeForm(posted(request))
    act = lambda: confirm_reassessment(reassessment=reassessment, by=viewer_in(request), **form.cleaned_data)  # noqa: E731
    if form.is_valid() and _done(form, act):
        messages.success(request, "Kept. Nothing more is asked because of that change.")
        return redirect("module", publisher, slug)
    context = {"form": form, "module": reassessment.module, "change": reassessment.change}
    return render(request, "registry/reassess.html", context, status=422 if form.errors else 200)


@require_safe
@member
def legal_bases(request: HttpRequest) -> HttpResponse:
    """The laws that modules stand on, their changes, and one's own modules to look at again."""
    viewer = viewer_in(request)
    waiting = Reassessment.objects.filter(module__organisation=viewer.organisation, confirmed_at=None)
    context = {
        "bases": LegalBasis.objects.filter(is_active=True).prefetch_related("changes"),
        "waiting": waiting.select_related("module", "change__basis").order_by("change__from_day", "pk")[:MOST],
    }
    return render(request, "registry/legal_bases.html", context)


@require_http_methods(METHODS)
@member
def law_changed(request: HttpRequest, slug: str) -> HttpResponse:
    """A steward records that a law changed."""
    if not viewer_in(request).is_steward:
        raise NotAllowed("not_a_steward", "Only stewards of the partnership record that a law changed.")
    basis = LegalBasis.objects.filter(slug=slug, is_active=True).first()
    if basis is None:
        raise missing()
    form = LawChangeForm(posted(request))
    act = lambda: record_law_change(basis=basis, by=viewer_in(request), **form.cleaned_data)  # noqa: E731
    if form.is_valid() and _done(form, act):
        messages.success(request, "Recorded. The owners of the modules that stand on it are told.")
        return redirect("legal_bases")
    return render(request, "registry/law_changed.html", {"form": form, "basis": basis}, status=422 if form.errors else 200)


def _as_json(entry: index.GovernanceEntry, paper: str, part: index.AssessmentEntry) -> str:
    said = {
        "module": entry.module.identifier,
        "version": entry.release.version,
        "kind": paper,
        "name": NAMES[paper],
        "organisation": entry.module.organisation.name,
        "marking": entry.marking,
        "handling": entry.handling,
        "summary": part.public_summary,
        "signed_at": part.signed_at.isoformat() if part.signed_at else None,
        "review_by": part.review_by.isoformat(),
        "answers": [
            {"code": answer.code, "group": answer.group, "question": answer.label, "answer": answer.text}
            for answer in part.answers
            if answer.is_public
        ],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def _as_markdown(entry: index.GovernanceEntry, paper: str, part: index.AssessmentEntry) -> str:
    lines = [f"# {NAMES[paper]}: {entry.module.title}", "", f"`{entry.module.identifier}` {entry.release.version}, {entry.marking}"]
    lines += [entry.handling, ""] if entry.handling else [""]
    lines += [part.public_summary, ""]
    group = ""
    for answer in (each for each in part.answers if each.is_public):
        if answer.group != group:
            group = answer.group
            lines += [f"## {group}", ""] if group else []
        lines += [f"### {answer.label}", "", answer.text, ""]
    signed = f"{part.signed_at:%Y-%m-%d}" if part.signed_at else ""
    return "\n".join([*lines, f"Signed {signed}. To be looked at again by {part.review_by}.", ""])


EXPORTS: dict[str, tuple[str, Callable[[index.GovernanceEntry, str, index.AssessmentEntry], str]]] = {
    "json": ("application/json", _as_json),
    "md": ("text/markdown; charset=utf-8", _as_markdown),
}


def _own_release(request: HttpRequest, publisher: str, slug: str, version: str) -> Release:
    release = visible_release(viewer_in(request), publisher, slug, version)
    publisher_for(viewer_in(request), publisher, slug)
    return release


def _may_sign(request: HttpRequest, release: Release) -> bool:
    try:
        signer_of(release.module, viewer_in(request))
    except NotAllowed:
        return False
    return True


def _declare(request: HttpRequest, release: Release, said: dict[str, Any]) -> None:
    by = viewer_in(request)
    set_legal_bases(module=release.module, slugs=said["legal_bases"], by=by)
    declare_data_use(
        release=release,
        categories=said["data_categories"],
        decisions=said["automated_decisions"],
        law_enforcement=said["law_enforcement"],
        uses_ai=said["uses_ai"],
        by=by,
    )


def _write(request: HttpRequest, release: Release, paper: str, form: AssessmentForm) -> None:
    said, by = form.cleaned_data, viewer_in(request)
    names = ("public_summary", "reference", "review_by", "marking", "handling")
    assessment = write_assessment(release=release, paper=paper, answers=form.answers(), by=by, **{name: said[name] for name in names})
    upload = form.upload()
    if upload is not None:
        add_paper(assessment=assessment, upload=upload, marking=said["paper_marking"], handling=said["paper_handling"], by=by)


def _initial(last: Assessment | None) -> dict[str, Any]:
    """What the form begins with: all that the last version says, but for a day that is past."""
    if last is None:
        return {}
    answers = {f"answer-{code}": text for code, text in last.body.items()}
    words = {name: getattr(last, name) for name in ("public_summary", "reference", "marking", "handling")}
    return answers | words | ({} if last.is_signed else {"review_by": last.review_by})


def _done(form: ActionForm, action: Callable[[], object]) -> bool:
    """Whether the action went through; if it refused, the form says why."""
    try:
        action()
    except (Refused, Conflict) as error:
        form.refuse(error)
        return False
    return True


def _form_page(request: HttpRequest, template: str, form: ActionForm, release: Release, **more: Any) -> HttpResponse:
    context = {"form": form, "release": release, "module": release.module, **more}
    return render(request, template, context, status=422 if form.errors else 200)
