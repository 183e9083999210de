"""Publishing a release, and checking a file beforehand. Files are received to disk, read, and gone with the request unless published."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods

from accounts.models import Organisation
from accounts.rates import take
from accounts.viewer import Viewer, viewer_in
from accounts.views.access import acted_for, member, posted
from registry.actions.check_release import judge
from registry.actions.inspect_upload import inspect_upload
from registry.actions.publish_release import Published, publish_release
from registry.catalogue.models import Module
from registry.checks.model import Facts, Found
from registry.errors import Conflict, RateLimited, Refused, Unreadable
from registry.formats.model import Inspection, merged
from registry.governance.declaring import predecessor
from registry.index.dependencies import previewed_dependencies
from registry.index.entries import DependencyEntry
from registry.index.impact import Impact, trial_impact
from registry.permissions import publisher_for
from registry.releases.adaptation import AdaptationRow, adaptation_rows
from registry.releases.alike import Alike, alike_to
from registry.releases.bumps import VersionTooSmall, next_versions
from registry.releases.gates import ReleaseForm, Stopped
from registry.releases.models import Dependency, Release
from registry.releases.prefill import Filled, prefilled
from registry.releases.receiving import ReceivedFile, ReceivingHandler
from registry.releases.upload import Upload
from registry.reviews.policy import rules_for
from registry.values.identifiers import split_identifier
from registry.values.markings import Visibility
from registry.web.answers import Answer, platform_words, read_answers
from registry.web.publishing_forms import FilesForm, ModuleForm, VersionForm, data_fields

Page = Callable[..., HttpResponse]
METHODS = ["GET", "HEAD", "POST"]
_FILLED = ("licence", "title", "summary", "readme", "ip_owner", "owner_name")  # what a publiccode.yml may fill


@dataclass(frozen=True, slots=True)
class Report:
    """What was read from files and found in them, before anything is stored."""

    filenames: tuple[str, ...]
    inspection: Inspection
    platforms: tuple[str, ...]
    findings: tuple[Found, ...]
    dependencies: tuple[DependencyEntry, ...]
    adaptation: tuple[AdaptationRow, ...]
    answers: tuple[Answer, Answer, Answer]
    published: Published | None = None  # of a trial of the whole form
    impact: Impact | None = None  # of a trial of another version of something listed
    alike: tuple[Alike, ...] = ()

    def of(self, severity: str) -> tuple[Found, ...]:
        """The findings of one severity."""
        return tuple(found for found in self.findings if found.severity == severity)

    @property
    def missing(self) -> tuple[DependencyEntry, ...]:
        """What it needs and nobody is known to have."""
        return tuple(need for need in self.dependencies if need.status == "missing")

    @property
    def groups(self) -> tuple[tuple[str, tuple[Found, ...]], ...]:
        """The findings by what is to be done about them, most pressing first."""
        named = (("To mend", self.of("stop")), ("To answer", self.of("answer")), ("Notes", self.of("note")))
        return tuple((title, found) for title, found in named if found)


def takes_files(page: Page) -> Page:
    """Receives the files of a form to disk, taking digests on the way; to stand below the check of who asks, so that nothing is received
    from anybody else. The form's secret is checked here, as Django would otherwise have read the body before."""
    protected = csrf_protect(page)

    @csrf_exempt
    @wraps(page)
    def receiving(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST":
            spend(request)
            request.upload_handlers = [ReceivingHandler(request)]
        return protected(request, *args, **kwargs)

    return receiving


@require_http_methods(METHODS)
@member
@takes_files
def publish(request: HttpRequest) -> HttpResponse:
    """A module with its first release, or with ``?module=`` a release of one; ``do=check`` tries all of it and stores nothing."""
    viewer = viewer_in(request)
    publisher, slug = _asked(request)
    organisation = publisher_for(viewer, publisher, slug)
    module = Module.objects.filter(organisation=organisation, slug=slug).first() if slug else None
    form, filled = _form(request, organisation, module, slug)
    report, status = None, 200
    if form.is_bound:
        trial = request.POST.get("do") == "check"
        uploads = form.cleaned_data["artefact"] if form.is_valid() else []
        done = attempt(form, organisation, module, viewer, uploads, trial=trial) if uploads else None
        if done is not None and done.release is not None:
            return published(request, organisation, done)
        if done is not None:
            report = report_of(viewer, module, uploads, done)
        status = 200 if done else 422
    context = {
        "form": form,
        "module": module,
        "organisation": organisation,
        "report": report,
        "next_versions": next_versions(module) if module else None,
        "filled": [(form[one.field].label, one.filename) for one in filled],
        "limit": settings.MAX_UPLOAD_BYTES // 1024**2,
    }
    return render(request, "registry/publish.html", context, status=status)


@require_http_methods(METHODS)
@member
@takes_files
def check(request: HttpRequest) -> HttpResponse:
    """What partners would see of a file, and what stands in its way. Nothing is stored."""
    form = FilesForm(posted(request), request.FILES if request.method == "POST" else None)
    report = None
    if form.is_valid():
        uploads = form.cleaned_data["artefact"]
        try:
            read = [inspect_upload(upload=upload) for upload in uploads]
        except Refused as error:
            form.add_error("artefact", _sentence(error))
        else:
            inspections = [reading.inspection for reading in read]
            kinds, inspection = [each.kind for each in inspections], merged(inspections)
            report = _report(viewer_in(request), uploads, kinds, inspection, tuple(judge(read, Facts())))
    return render(request, "registry/check.html", {"form": form, "report": report}, status=422 if form.errors else 200)


def _asked(request: HttpRequest) -> tuple[str, str]:
    """Publisher and slug: of the module the address names, else of a new one of the organisation acted for."""
    named = request.GET.get("module", "").strip()
    if named:
        return split_identifier(named)
    return acted_for(request).slug, ""


def _form(request: HttpRequest, organisation: Organisation, module: Module | None, slug: str) -> tuple[VersionForm, tuple[Filled, ...]]:
    """The form, and which of its fields were left empty and filled from the files."""
    data, files = posted(request), request.FILES if request.method == "POST" else None
    if module is not None:
        return VersionForm(data, files, initial=next_release(module)), ()
    filled: tuple[Filled, ...] = ()
    if data is not None:
        data, filled = _prefilled(data, request, organisation)
    return ModuleForm(data, files, organisation=organisation, initial=first_release(organisation) | {"slug": slug}), filled


def _prefilled(data: QueryDict, request: HttpRequest, organisation: Organisation) -> tuple[QueryDict, tuple[Filled, ...]]:
    """What was typed, with fields left empty filled from a publiccode.yml among the files.

    Files are read for it that look like one by their names; archives, which may hold one, only where the form would fail without it.
    Whatever is wrong with a file is told when all of them are read.
    """
    typed: dict[str, Any] = {name: data.get(name, "").strip() for name in _FILLED}
    lacking = not typed["licence"] or not typed["summary"]
    readings = []
    for file in request.FILES.getlist("artefact"):
        if isinstance(file, ReceivedFile) and (lacking or file.upload.filename.lower().endswith((".yml", ".yaml"))):
            with suppress(Refused):
                readings.append(inspect_upload(upload=file.upload))
    language = data.get("language", "")
    form, filled = prefilled(ReleaseForm(**typed, language=language), readings, language or organisation.language)
    data = data.copy()
    for one in filled:
        data[one.field] = getattr(form, one.field)
    return data, filled


def first_release(organisation: Organisation) -> dict[str, Any]:
    """What the form of a module's first release holds before anything is typed."""
    return {"language": organisation.language, "visibility": "own", "marking": "OFFICIAL"}


def next_release(module: Module) -> dict[str, Any]:
    """What the form of a module's next release holds before anything is typed: what is said of its latest."""
    declared = Dependency.objects.filter(release__module=module, release__version=module.latest_version, source=Dependency.Source.DECLARED)
    needs = "\n".join(f"{need.name}@{need.range}" if need.range else need.name for need in declared.order_by("name"))
    return {"licence": module.licence, "dependencies": needs} | data_fields(predecessor(module))


def attempt(
    form: VersionForm, organisation: Organisation, module: Module | None, viewer: Viewer, uploads: Sequence[Upload], *, trial: bool
) -> Published | None:
    """What came of publishing, or None with the refusal on the form."""
    slug = module.slug if module else form.cleaned_data["slug"]
    if module is None and Module.objects.filter(organisation=organisation, slug=slug).exists():
        form.add_error(
            "slug", f"{organisation.slug}/{slug} is there already. Open it and choose “Publish a version”, or take another name."
        )
        return None
    try:
        return publish_release(
            publisher=organisation.slug,
            slug=slug,
            uploads=uploads,
            form=form.release_form(),
            by=viewer,
            dry_run=trial,
        )
    except Stopped as error:
        form.stopped = error.findings
        form.ask_for_reason()
        field = "artefact" if "artefact" in form.fields else None
        form.add_error(field, f"{_counted(error.findings)} Mend the files, or say below why it is no secret.")
    except VersionTooSmall as error:
        form.bump = error.judgement
        form.add_error("version", f"{error.short} {error.mend}")
    except (Refused, Conflict) as error:
        field = "artefact" if isinstance(error, Unreadable) else error.where
        form.add_error(field if field in form.fields else None, _sentence(error))
    return None


def _counted(findings: Sequence[Found]) -> str:
    return f"{findings[0].title}." if len(findings) == 1 else f"{len(findings)} things in the files must be mended."


def published(request: HttpRequest, organisation: Organisation, done: Published) -> HttpResponse:
    """To the page of what was published, with what follows."""
    release = done.release
    assert release is not None
    if done.created:
        messages.success(request, f"Version {done.version} is published. {_what_follows(release)}")
    else:
        messages.info(request, f"These files were published as version {done.version} before. Nothing changed.")
    return redirect("release", organisation.slug, release.module.slug, done.version)


def _what_follows(release: Release) -> str:
    if rules_for(release.module.visibility, release.marking).exists():
        listed = "it is listed" if release.module.visibility == Visibility.OWN else "partners see it"
        return f"It is being checked, then reviewed; {listed} once it is signed off."
    return "It is being checked now, and listed when the checks have passed."


def report_of(viewer: Viewer, module: Module | None, uploads: Sequence[Upload], done: Published) -> Report:
    """What a trial of publishing found, and whom a next version of ``module`` would hit."""
    report = _report(viewer, uploads, done.kinds, done.inspection, done.findings, done, own=module.identifier if module else "")
    if module is None:
        return report
    return replace(report, impact=trial_impact(viewer, module.publisher, module.slug, done.version, done.inspection))


def _report(
    viewer: Viewer,
    uploads: Sequence[Upload],
    kinds: Sequence[str],
    inspection: Inspection,
    findings: tuple[Found, ...],
    published: Published | None = None,
    *,
    own: str = "",
) -> Report:
    needs, rows, platforms = previewed_dependencies(viewer, inspection), adaptation_rows(inspection), platform_words(inspection, kinds)
    return Report(
        filenames=tuple(upload.filename for upload in uploads),
        inspection=inspection,
        platforms=platforms,
        findings=findings,
        dependencies=tuple(need for need in needs if need.status != "included"),
        adaptation=rows,
        answers=read_answers(inspection, platforms, needs, rows),
        published=published,
        alike=alike_to(viewer, inspection, but=own),
    )


def _sentence(error: Refused | Conflict) -> str:
    """What is wrong, where inside the file if there, and how to mend it."""
    place = f"{error.where}: " if isinstance(error, Unreadable) and error.where not in ("", "artefact") else ""
    return f"{place}{error.message} {error.mend}".strip()


def spend(request: HttpRequest) -> None:
    """Count an upload against what a person may send in an hour, as the API does for a token."""
    wait = take(f"publish:user:{request.user.pk}", settings.RATES["publish"])
    if wait:
        raise RateLimited(wait)
