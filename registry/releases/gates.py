"""What must hold before anything is stored: small functions that pass or raise, in the order in which a publisher mends things."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from accounts.models import Organisation
from registry.catalogue.models import BusinessArea, Module
from registry.checks.model import Found, Reading
from registry.errors import Conflict, Refused
from registry.formats.model import Inspection
from registry.releases.bumps import Judgement, VersionTooSmall, judged
from registry.releases.models import Release, StoredBytes
from registry.releases.upload import Upload, check_filename
from registry.values.identifiers import check_slug, provided_name, split_identifier
from registry.values.licences import parse_licence
from registry.values.markings import Marking, Visibility, is_wider
from registry.values.versions import from_artefact, next_after, parse_version, suggest

MAX_ARTEFACTS = 20


@dataclass(frozen=True, slots=True)
class ReleaseForm:
    """What a publisher writes beside the files. An empty value keeps what the module has, or takes the default on a first release."""

    version: str = ""
    licence: str = ""
    visibility: str = ""
    marking: str = ""
    title: str = ""
    summary: str = ""
    changes: str = ""
    readme: str = ""
    business_area: str = ""  # slug
    systems: tuple[str, ...] = ()  # "Niche RMS" or "Niche RMS@>=6.8 <7"
    dependencies: tuple[str, ...] = ()  # "publisher/slug" or "publisher/slug@^1.2"
    share_with: tuple[str, ...] = ()  # slugs of organisations, for visibility "named"
    owner_name: str = ""
    owner_email: str = ""
    ip_owner_type: str = ""
    ip_owner: str = ""
    reuse: str = ""
    handling: str = ""
    language: str = ""
    contested: str = ""  # why what the checks of the files found to mend need not be mended
    draft: bool = False  # kept back until its author submits it
    data_categories: tuple[str, ...] = ()  # codes of registry.governance; these four are read by its declaring.py
    automated_decisions: str = ""
    law_enforcement: bool | None = None
    uses_ai: bool | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A publish on its way through the gates. ``module`` is None before its first release, ``bump`` where nothing lies before it."""

    organisation: Organisation
    slug: str
    module: Module | None
    form: ReleaseForm
    uploads: Sequence[Upload]
    inspections: Sequence[Inspection]
    digest: str
    readings: Sequence[Reading] = ()
    bump: Judgement | None = None  # known once a sequence's parts are


def identifier_valid(candidate: Candidate) -> None:
    """The slug may name a module."""
    check_slug(candidate.slug)


def files_named_apart(candidate: Candidate) -> None:
    """One to twenty files, each with a usable name of its own, whatever the case."""
    names = [check_filename(upload.filename).casefold() for upload in candidate.uploads]
    if not names:
        raise Refused("artefact_missing", "No file was sent.", where="artefact", mend="Send one file or more in the field artefact.")
    if len(names) > MAX_ARTEFACTS:
        raise Refused("too_many_artefacts", f"A release has at most {MAX_ARTEFACTS} files.", where="artefact", mend="Pack them together.")
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise Refused("artefact_twice", f"Two files are called {twice}.", where="artefact", mend="Send each file once.")


def version_given(candidate: Candidate) -> None:
    """A version can be told, and it agrees with what the files carry (INTERFACES, *Versions*)."""
    release_version(candidate)


def version_is_new(candidate: Candidate) -> None:
    """Only a kind message: the unique constraint decides a race."""
    version = release_version(candidate)
    existing = candidate.module.releases.filter(version=version).first() if candidate.module else None
    if existing is not None and existing.digest != candidate.digest:
        raise version_taken(version)
    if existing is not None and existing.state == Release.State.REFUSED:
        raise Conflict("version_refused", f"Version {version} was refused.", where="version", mend="Mend it and publish the next version.")


def licence_named(candidate: Candidate) -> None:
    """A licence is given, once for the module at least, and SPDX can read it."""
    release_licence(candidate)


def words_given(candidate: Candidate) -> None:
    """A title that fits and a plain-language summary, once for the module at least (S1-14)."""
    form, module = candidate.form, candidate.module
    if not (form.summary or (module and module.summary)):
        raise Refused(
            "summary_missing",
            "Nothing says in plain language what this does.",
            where="summary",
            mend="Write one sentence that begins with a verb, such as “Sends victims an update when their crime record changes.”",
        )
    limits = {
        "title": 120,
        "summary": 300,
        "owner_name": 120,
        "ip_owner": 120,
        "handling": 200,
        "contested": 500,
        "changes": 20_000,
        "readme": 100_000,
    }
    for name, limit in limits.items():
        if len(getattr(form, name)) > limit:
            raise Refused("text_too_long", f"The field {name} has over {limit} characters.", where=name, mend="Shorten it.")
        if "\x00" in getattr(form, name):
            raise Refused("text_invalid", f"The field {name} holds a null character.", where=name, mend="Take it out.")


def owner_reachable(candidate: Candidate) -> None:
    """The mailbox of who answers for it has the shape of an address."""
    address = candidate.form.owner_email
    try:
        if address:
            validate_email(address)
    except ValidationError as error:
        raise Refused(
            "owner_email_invalid",
            f"“{address[:60]}” is not an e-mail address.",
            where="owner_email",
            mend="Give a shared mailbox, such as automation@example.org.",
        ) from error


def choices_known(candidate: Candidate) -> None:
    """Visibility, marking, business area, language and ownership are ones we know."""
    form = candidate.form
    areas = list(BusinessArea.objects.values_list("slug", flat=True)) if form.business_area else []
    for name, allowed in (
        ("visibility", list(Visibility)),
        ("marking", list(Marking)),
        ("ip_owner_type", list(Module.OwnerType.values)),
        ("reuse", list(Module.Reuse.values)),
        ("language", ["en-GB", "da", "cy"]),
        ("business_area", areas),
    ):
        value = getattr(form, name)
        if value and value not in allowed:
            raise Refused(
                f"{name}_unknown",
                f"“{value[:60]}” is not a {name.replace('_', ' ')} we know.",
                where=name,
                mend=f"Use one of: {', '.join(allowed)}.",
            )


def sharing_possible(candidate: Candidate) -> None:
    """Shared with named organisations means naming some that exist."""
    form, module = candidate.form, candidate.module
    if form.share_with:
        known = set(Organisation.objects.filter(slug__in=form.share_with, is_active=True).values_list("slug", flat=True))
        unknown = next((slug for slug in form.share_with if slug not in known), None)
        if unknown:
            raise Refused(
                "organisation_unknown",
                f"There is no organisation {unknown[:60]}.",
                where="share_with",
                mend="Use its slug, such as wiltshire.",
            )
    has_shares = bool(form.share_with) or (module is not None and module.shares.filter(expires_at=None).exists())
    if (form.visibility or (module and module.visibility)) == Visibility.NAMED and not has_shares:
        raise Refused(
            "share_with_missing",
            "No organisation is named to share with.",
            where="share_with",
            mend="Name at least one, or choose another visibility.",
        )


def seen_by_no_more(candidate: Candidate) -> None:
    """Once others may see the module, or its own organisation takes it from here, more may see it only when a second person agrees."""
    form, module = candidate.form, candidate.module
    listed = Release.objects.filter(module=module, listed_at__isnull=False)
    if module is None or not listed.exists():
        return
    wider = bool(form.visibility) and is_wider(form.visibility, module.visibility)
    lower = form.marking == Marking.OFFICIAL and module.marking == Marking.OFFICIAL_SENSITIVE and not candidate.uploads
    shared = set(module.shares.filter(expires_at=None).values_list("organisation__slug", flat=True))
    for_all = {"visibility": Visibility.PARTNERSHIP, "marking": Marking.OFFICIAL}
    is_seen_by_all = (module.visibility, module.marking) == tuple(for_all.values()) and not listed.exclude(**for_all).exists()
    if wider or lower or (set(form.share_with) - shared and not is_seen_by_all):
        raise Conflict(
            "widening_needs_agreement",
            "More people would see this module, and that needs a second person.",
            where="visibility" if wider else "marking" if lower else "share_with",
            mend="Ask for it on the module’s page under “Let more see it”; publish this version as it is seen now.",
        )


def dependencies_named(candidate: Candidate) -> None:
    """Dependencies on modules, declared or read from the files, are identifiers; declared ones each once, and not the module itself."""
    for need in (need for inspection in candidate.inspections for need in inspection.dependencies if need.ecosystem == "moothall"):
        try:
            split_identifier(need.name)
        except Refused as error:
            raise Refused(
                error.code, f"The file uses a module by a name that is none. {error.message}", where="artefact", mend=error.mend
            ) from error
        if need.name == f"{candidate.organisation.slug}/{candidate.slug}":
            raise Refused("dependency_on_itself", "A sequence cannot be a step of itself.", where="artefact", mend="Take the step out.")
    seen = set()
    for text in candidate.form.dependencies:
        publisher, slug = split_identifier(split_at(text)[0])
        if (publisher, slug) == (candidate.organisation.slug, candidate.slug):
            raise Refused("dependency_on_itself", "A module cannot depend on itself.", where="dependencies", mend="Take it out.")
        if (publisher, slug) in seen:
            raise Refused("dependency_twice", f"{publisher}/{slug} is declared twice.", where="dependencies", mend="Declare it once.")
        seen.add((publisher, slug))


def kind_kept(candidate: Candidate) -> None:
    """A sequence stays a sequence, and a module a module: the first file of the first release decides which it is."""
    kind = kind_of(candidate)
    if candidate.module is None or candidate.module.kind == kind:
        return
    if kind == Module.Kind.SEQUENCE:
        raise Refused(
            "kind_changed",
            "This is a module, and a BPMN file is a process sequence.",
            where="artefact",
            mend="Publish the sequence under a name of its own; for a module with a drawing beside it, send the module’s file first.",
        )
    raise Refused(
        "kind_changed",
        "This is a process sequence, and its first file is no BPMN.",
        where="artefact",
        mend="Send the BPMN file first, or publish the module under a name of its own.",
    )


def systems_named(candidate: Candidate) -> None:
    """Each system has a name of reasonable length."""
    for text in candidate.form.systems:
        name, versions = split_at(text)
        if not 2 <= len(name) <= 80 or len(versions) > 60 or "\x00" in text:
            raise Refused(
                "system_invalid",
                f"“{text[:60]}” does not name a system.",
                where="systems",
                mend="Write a name, such as Niche RMS@>=6.8 <7.",
            )


class Stopped(Refused):
    """Files with something in them that must be mended, or be said by their publisher to be none; ``findings`` are all such things."""

    def __init__(self, findings: Sequence[Found]) -> None:
        first, more = findings[0], len(findings) - 1
        others = f" {more} more {'was' if more == 1 else 'were'} found." if more else ""
        mend = f"{first.mend}{others} If it is no secret, say why in the field contested: a second person then decides."
        super().__init__(first.code, f"{first.title}. {first.why}", where=first.where, mend=mend)
        self.findings = tuple(findings)


def nothing_to_mend(candidate: Candidate) -> None:
    """The files hold no secret and no personal number, or the publisher says why what looks like one is none (P17).

    Files that were published before are told so, whatever checks have learnt since.
    """
    found = tuple(one for reading in candidate.readings for one in reading.findings if one.severity == "stop")
    if not found or candidate.form.contested.strip():
        return
    if candidate.module is None or not candidate.module.releases.filter(digest=candidate.digest).exists():
        raise Stopped(found)


def within_quota(candidate: Candidate) -> None:
    """The organisation's artefacts stay within its quota."""
    held = StoredBytes.objects.filter(organisation=candidate.organisation).values_list("total", flat=True).first() or 0
    if held + sum(upload.size for upload in candidate.uploads) > settings.QUOTA_BYTES:
        raise Refused(
            "quota_exceeded",
            f"Your organisation keeps {held // 1024**2} MiB; with this it would pass its {settings.QUOTA_BYTES // 1024**2} MiB.",
            where="artefact",
            mend="Ask the stewards for more room.",
        )


def bump_is_honest(candidate: Candidate) -> None:
    """The version says what it does to those who run the one before: it breaks, adds or corrects (P6)."""
    if candidate.bump is not None and not candidate.bump.is_honest:
        raise VersionTooSmall(candidate.bump)


GATES: tuple[Callable[[Candidate], None], ...] = (
    identifier_valid,
    files_named_apart,
    version_given,
    version_is_new,
    licence_named,
    words_given,
    owner_reachable,
    choices_known,
    sharing_possible,
    seen_by_no_more,
    kind_kept,
    systems_named,
    dependencies_named,
    within_quota,
    nothing_to_mend,
)
# After a sequence's parts were resolved, as what they ask for is asked for by the whole.
GATES_OF_THE_WHOLE: tuple[Callable[[Candidate], None], ...] = (bump_is_honest,)


def release_bump(candidate: Candidate, whole: Inspection) -> Judgement | None:
    """What the version of this release owes to the listed one before it; ``whole`` is all that was read, of a sequence's parts too."""
    is_from_file = any(from_artefact(inspection.version) for inspection in candidate.inspections)
    return judged(candidate.module, release_version(candidate), whole, is_from_file=is_from_file)


def release_version(candidate: Candidate) -> str:
    """The version this release will have; raises ``version_needed``, ``version_differs`` or ``version_invalid``."""
    carried = [version for version in (from_artefact(inspection.version) for inspection in candidate.inspections) if version]
    given = candidate.form.version.strip()
    if given:
        version = str(parse_version(given))
        if carried and version not in carried:
            raise Refused(
                "version_differs",
                f"You gave {version}, but the file says {carried[0]}.",
                where="version",
                mend=f"Publish {carried[0]}, or change the version in the file.",
            )
        return version
    if carried:
        return str(parse_version(carried[0]))
    written = next((inspection.version for inspection in candidate.inspections if inspection.version), None)
    latest = candidate.module.releases.order_by("-version_key").values_list("version", flat=True).first() if candidate.module else None
    raise Refused(
        "version_needed",
        f"The file's version {written} cannot be used as it is." if written else "The file carries no version.",
        where="version",
        mend=f"Give a version with three numbers, such as {suggest(written) or next_after(latest)}.",
    )


def kind_of(candidate: Candidate) -> str:
    """Whether it is a module or a process sequence: a BPMN file is one, bound to modules or not (INTERFACES, *A process sequence*)."""
    return Module.Kind.SEQUENCE if candidate.inspections[0].platform == "bpmn" else Module.Kind.MODULE


def release_licence(candidate: Candidate) -> str:
    """The licence this release will have: given, else the module's; what a file declares is shown beside it but never taken on trust."""
    return parse_licence(candidate.form.licence or (candidate.module.licence if candidate.module else ""))


def version_taken(version: str) -> Conflict:
    """The refusal of other bytes under a version that is published."""
    return Conflict(
        "version_exists", f"Version {version} is already published with other files.", where="version", mend="Publish the next version."
    )


def split_at(text: str) -> tuple[str, str]:
    """``name@range`` in two; the range may be empty."""
    name, _, versions = text.partition("@")
    return name.strip(), versions.strip()


def provided_names(inspection: Inspection) -> set[tuple[str, str]]:
    """The names by which other artefacts can ask for this one: ``(ecosystem, name as compared)``.

    A Blue Prism release provides every object and process it holds, a solution every flow, an export of Automation 360 every bot by its path.
    """
    ecosystems = _PROVIDES.get(inspection.kind, _PROVIDES.get(inspection.platform, ()))
    names = {(ecosystem, inspection.name) for ecosystem in ecosystems if inspection.name}
    names |= {(ecosystem, name) for ecosystem in ecosystems for name in inspection.provides}
    names |= {(need.ecosystem, need.name) for need in inspection.dependencies if need.included and need.ecosystem in ecosystems}
    if inspection.kind == "tagui-flow":
        names |= {("tagui-flow", point.name) for point in inspection.entry_points}  # a flow calls another by its file
    if inspection.kind == "a360-bot-export":
        names |= {("a360-bot", path) for path in _bot_paths(inspection)}
    return {(ecosystem, provided_name(ecosystem, name)[:200]) for ecosystem, name in names}


def _bot_paths(inspection: Inspection) -> Iterator[str]:
    """Where the Control Room keeps the bots that an export starts with; the others are among what it needs."""
    for path in (record.path[max(record.path.find("Automation Anywhere/"), 0) :] for record in inspection.files):
        if any(path == point.name or path.endswith(f"/{point.name}") for point in inspection.entry_points):
            yield path


_PROVIDES = {  # by platform, or by kind where the files of a platform are of different use
    "uipath": ("nuget",),
    "python": ("pypi",),
    "blueprism": ("blueprism",),
    "power_automate": ("powerplatform-solution", "powerplatform-flow"),
    "bpmn": ("bpmn",),
    "dmn": ("dmn",),
    "tagui": ("tagui-flow",),
    "automation_anywhere": ("a360-bot",),
    "a360-package": ("a360-package",),
    "openrpa": ("openrpa-workflow",),
    "n8n": ("n8n-workflow",),
    "publiccode": ("software",),
}
