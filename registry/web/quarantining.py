"""Reporting what looks unsafe, quarantine, and stewards' decisions on bytes."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from accounts.viewer import viewer_in
from accounts.views.access import member, posted, signed_in
from registry.actions.decide_digest import decide_digest
from registry.actions.dismiss_report import dismiss_report
from registry.actions.quarantine_release import quarantine_module, quarantine_release
from registry.actions.release_from_quarantine import release_from_quarantine
from registry.actions.report_release import report_release
from registry.errors import NotAllowed
from registry.index import quarantines as found
from registry.index import read
from registry.permissions import leader_for, steward_for
from registry.web.acting import Ask, ask, carried_out, module_address, release_address
from registry.web.lifecycle_forms import ReasonForm, ReportForm, VerdictForm
from registry.web.publishing import METHODS


@require_http_methods(METHODS)
@signed_in
def report(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Say that a version looks unsafe."""
    release = read.visible_release(viewer_in(request), publisher, slug, version)
    said = Ask(
        heading=f"Report version {version} as unsafe",
        lead="Two reports from different organisations, one of them by a reviewer, hide a version at once until a steward has looked at it. "
        "You can report each version once.",
        button="Report it",
        back=release_address(release),
        is_grave=True,
        module=release.module,
        release=release,
    )
    form = ReportForm(posted(request))
    done = "Your report is with the stewards and its publisher."
    return ask(
        request,
        said,
        form,
        lambda: report_release(release=release, reason=form.cleaned_data["reason"], by=viewer_in(request)),
        done,
        module_address(release.module),
    )


@require_http_methods(METHODS)
@signed_in
def quarantine(request: HttpRequest, publisher: str, slug: str, version: str) -> HttpResponse:
    """Hide a version at once."""
    release = read.visible_release(viewer_in(request), publisher, slug, version)
    leader_for(viewer_in(request), release.module)
    said = Ask(
        heading=f"Quarantine version {version}",
        lead="From the next moment nobody but its publisher sees this version, and nobody can take its files, its publisher neither. "
        "Somebody else than you must end it.",
        button="Quarantine it",
        back=release_address(release),
        is_grave=True,
        module=release.module,
        release=release,
    )
    form = ReasonForm(posted(request), help_text="Its publisher and the stewards read this.")
    return ask(
        request,
        said,
        form,
        lambda: quarantine_release(release=release, reason=form.cleaned_data["reason"], by=viewer_in(request)),
        f"Version {version} is in quarantine. Nobody can take it.",
        reverse("quarantines"),
    )


@require_http_methods(METHODS)
@signed_in
def quarantine_all(request: HttpRequest, publisher: str, slug: str) -> HttpResponse:
    """Hide every version of a module at once."""
    module = read.visible_module(viewer_in(request), publisher, slug)
    leader_for(viewer_in(request), module)
    said = Ask(
        heading="Quarantine all versions",
        lead="From the next moment nobody but its publisher sees this module, and nobody can take any of its files. Somebody else than you must end it.",
        button="Quarantine all of it",
        back=module_address(module),
        is_grave=True,
        module=module,
    )
    form = ReasonForm(posted(request), help_text="Its publisher and the stewards read this.")
    return ask(
        request,
        said,
        form,
        lambda: quarantine_module(module=module, reason=form.cleaned_data["reason"], by=viewer_in(request)),
        f"Every version of {module.title} is in quarantine.",
        reverse("quarantines"),
    )


@require_safe
@member
def quarantines(request: HttpRequest) -> HttpResponse:
    """What is in quarantine and what was reported: of one's own modules, and for stewards of all that are shared."""
    viewer = viewer_in(request)
    context = {
        "open": found.open_quarantines(viewer),
        "ended": found.ended_quarantines(viewer),
        "reports": found.reports(viewer),
        "names_people": viewer.is_steward or viewer.is_auditor,
        "may_decide": viewer.is_steward,
    }
    return render(request, "registry/lifecycle/quarantines.html", context)


@require_http_methods(METHODS)
@member
def quarantine_case(request: HttpRequest, pk: int) -> HttpResponse:
    """One quarantine with the reports that led to it; a form to end it."""
    viewer = viewer_in(request)
    case = found.quarantine(viewer, pk)
    form = ReasonForm(posted(request), label="What the inquiry found", help_text="Kept with the quarantine and its reports.")
    if form.is_valid() and carried_out(
        form, lambda: release_from_quarantine(quarantine=case, reason=form.cleaned_data["reason"], by=viewer)
    ):
        messages.success(request, f"Version {case.release.version} is out of quarantine.")
        return redirect("quarantines")
    context = {
        "case": case,
        "reports": found.reports(viewer, of=case),
        "names_people": viewer.is_steward or viewer.is_auditor,
        "form": form,
    }
    return render(request, "registry/lifecycle/quarantine.html", context, status=422 if form.errors else 200)


@require_http_methods(METHODS)
@member
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a report in which nothing was found."""
    case = found.report(viewer_in(request), pk)
    steward_for(viewer_in(request))
    said = Ask(
        heading="Dismiss the report",
        lead=f"“{case.reason}” It will not count towards a quarantine any more.",
        button="Dismiss it",
        back=reverse("quarantines"),
        module=case.release.module,
    )
    form = ReasonForm(posted(request), help_text="Kept in the report’s log.")
    return ask(
        request,
        said,
        form,
        lambda: dismiss_report(report=case, reason=form.cleaned_data["reason"], by=viewer_in(request)),
        "The report is dismissed.",
        reverse("quarantines"),
    )


@require_http_methods(METHODS)
@member
def verdicts(request: HttpRequest) -> HttpResponse:
    """Every decision on bytes, and a form for another. Stewards decide; auditors read."""
    viewer = viewer_in(request)
    if not viewer.is_steward and not viewer.is_auditor:
        raise NotAllowed("stewards_only", "Only stewards of the partnership decide on files.", mend="Ask a steward.")
    form = VerdictForm(posted(request))
    if form.is_valid() and carried_out(form, lambda: decide_digest(**form.cleaned_data, by=viewer)):
        messages.success(request, "Your decision counts from now on.")
        return redirect("verdicts")
    context = {"form": form, "verdicts": found.verdicts(), "may_decide": viewer.is_steward}
    return render(request, "registry/lifecycle/verdicts.html", context, status=422 if form.errors else 200)
