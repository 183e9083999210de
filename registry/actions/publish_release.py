"""The one door by which a release comes in: the web form, the API and every feed publish through it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import IntegrityError, connection, transaction

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.check_release import check_release, judge
from registry.actions.inspect_upload import findings_key, inspect_upload
from registry.catalogue.models import BusinessArea, Module, ModuleShare, ModuleSystem, TargetSystem
from registry.checks.model import Facts, Found
from registry.formats.model import Inspection, merged
from registry.governance.declaring import Declaration, declaration_of, declared, keep, predecessor
from registry.lifecycle.names import check_name
from registry.lifecycle.verdicts import check_bytes
from registry.permissions import publisher_for
from registry.releases.alike import keep_likeness
from registry.releases.bumps import Judgement
from registry.releases.dependencies import eyes_of, facts_for
from registry.releases.gates import (
    GATES,
    GATES_OF_THE_WHOLE,
    Candidate,
    ReleaseForm,
    kind_of,
    provided_names,
    release_bump,
    release_licence,
    release_version,
    seen_by_no_more,
    split_at,
    version_taken,
)
from registry.releases.keeping import hold_bytes, release_bytes
from registry.releases.models import Artefact, Dependency, OutboxEntry, ProvidedName, Release
from registry.releases.prefill import Filled, prefilled
from registry.releases.storage import store
from registry.releases.upload import Upload
from registry.resolving.model import Need
from registry.reviews.following import follow, seen_by
from registry.reviews.people import add_contributor
from registry.sequences.composed import Composed, composed, keep_lock
from registry.sequences.noticing import notes_of
from registry.values.digests import release_digest
from registry.values.markdown import to_html
from registry.values.markings import Marking, Visibility, higher
from registry.values.versions import parse_version, version_key

_FILLED = ("licence", "digest", "platform", "artefact_kind", "inspection", "contested")
_FIRST_RELEASES = 1  # the class of advisory locks on modules not there yet; those on bytes have one long key instead
_WORDS = (
    "title",
    "summary",
    "visibility",
    "marking",
    "owner_name",
    "owner_email",
    "ip_owner_type",
    "ip_owner",
    "reuse",
    "handling",
    "language",
)


@dataclass(frozen=True, slots=True)
class Published:
    """What came of a publish. ``release`` is None on a dry run; ``created`` is False when the same bytes were there already."""

    release: Release | None
    created: bool
    version: str
    licence: str
    inspection: Inspection  # of all its artefacts together, and of a sequence's parts
    kinds: tuple[str, ...]  # of each artefact
    findings: tuple[Found, ...]
    passed: tuple[str, ...]  # names of the gates that passed
    bump: Judgement | None = None  # what its version owes to the listed one before it
    filled: tuple[Filled, ...] = ()  # what the form left out and a file says


def publish_release(
    *, publisher: str, slug: str, uploads: Sequence[Upload], form: ReleaseForm, by: Viewer, dry_run: bool = False
) -> Published:
    """Publish ``uploads`` as a release of ``publisher/slug``, making the module on its first release.

    Raises :class:`NotAllowed` before anything else is looked at, :class:`Unreadable` or :class:`Refused` for what is sent,
    :class:`Conflict` (``version_exists``) for other bytes under a published version. Nothing is stored on any of these.
    """
    organisation = publisher_for(by, publisher, slug)
    check_bytes(uploads)
    check_name(publisher, slug)
    readings = tuple(inspect_upload(upload=upload) for upload in uploads)
    inspections = tuple(reading.inspection for reading in readings)
    digest = release_digest([upload.sha256 for upload in uploads])
    module = Module.objects.filter(organisation=organisation, slug=slug).first()
    form, taken = (form, ()) if module else prefilled(form, readings, organisation.language)
    candidate = Candidate(organisation, slug, module, form, uploads, inspections, digest, readings)
    for gate in GATES:
        gate(candidate)
    said = _said(candidate)
    version, licence = release_version(candidate), release_licence(candidate)
    existing = module.releases.filter(version=version).first() if module else None
    whole = None if existing else whole_of(candidate)  # what was published stays as it was resolved
    inspection = whole.inspection if whole else merged(inspections)
    candidate = replace(candidate, bump=None if existing else release_bump(candidate, inspection))
    for gate in GATES_OF_THE_WHOLE:
        gate(candidate)
    release, created = (None, False) if dry_run else (existing, False) if existing else _keep(candidate, version, licence, said, whole, by)
    kinds = tuple(read.kind for read in inspections)
    findings, passed = judge(readings, _facts(candidate, licence)), tuple(gate.__name__ for gate in (*GATES, *GATES_OF_THE_WHOLE))
    if whole is not None and inspection.flow is not None:
        findings += notes_of(inspection.flow, whole.doubts, findings_key())
    return Published(release, created, version, licence, inspection, kinds, tuple(findings), passed, candidate.bump, taken)


def _facts(candidate: Candidate, licence: str) -> Facts:
    """As they will be of the release, from what the form gives and the module has."""
    form, module = candidate.form, candidate.module
    return facts_for(
        candidate.organisation,
        _dependencies(candidate, Release(module=module)),
        visibility=form.visibility or (module.visibility if module else Visibility.OWN),
        licence=licence,
        summary=form.summary or (module.summary if module else ""),
        language=form.language or (module.language if module else candidate.organisation.language),
    )


def whole_of(candidate: Candidate) -> Composed | None:
    """A sequence with its parts, as far as its publisher's organisation sees them; None for what binds no module.

    Raises what :func:`registry.sequences.composed.composed` does.
    """
    form, module = candidate.form, candidate.module
    kept = module.shares.filter(expires_at=None).values_list("organisation__slug", flat=True) if module and not form.share_with else ()
    named = Organisation.objects.filter(slug__in=form.share_with or list(kept)).values_list("pk", flat=True)
    was = module.marking if module else Marking.OFFICIAL
    return composed(
        eyes_of(candidate.organisation),
        merged(candidate.inspections),
        declared=[Need(*split_at(text)) for text in form.dependencies],
        visibility=form.visibility or (module.visibility if module else Visibility.OWN),
        marking=higher(form.marking or was, was),
        named=list(named),
    )


def _said(candidate: Candidate) -> Declaration | None:
    """What is declared of its data: by the form, else as of the release before it."""
    form, before = candidate.form, predecessor(candidate.module)
    earlier = declaration_of(before) if before else None
    return declared(form.data_categories, form.automated_decisions, form.law_enforcement, form.uses_ai, before=earlier)


def _keep(
    candidate: Candidate, version: str, licence: str, said: Declaration | None, whole: Composed | None, by: Viewer
) -> tuple[Release, bool]:
    """Bytes first, under their digests, then one short transaction. A lost race ends as repeat or conflict, and leaves no bytes behind."""
    try:
        for upload in candidate.uploads:
            store().put(upload.path, upload.sha256)
        with transaction.atomic():
            hold_bytes(candidate.uploads)
            check_bytes(candidate.uploads)  # they may have been denied while they were read
            module = _module(candidate, licence, by)
            release = _release(candidate, module, version, licence, whole, by)
            if said is not None:
                before = predecessor(module)
                keep(release, said, by, carried_from=before.release if before and declaration_of(before) == said else None)
            record(
                "release.published", str(release), by=by, organisation=candidate.organisation, digest=candidate.digest, state=release.state
            )
            if release.state == Release.State.CHECKING:
                OutboxEntry.objects.create(task=check_release.name, subject=release.pk)
                transaction.on_commit(lambda: check_release.delay(release.pk), robust=True)
    except IntegrityError:
        release_bytes(candidate.uploads)
        existing = Release.objects.filter(module__organisation=candidate.organisation, module__slug=candidate.slug, version=version).first()
        if existing is None:
            raise
        if existing.digest != candidate.digest:
            raise version_taken(version) from None
        return existing, False
    except BaseException:
        release_bytes(candidate.uploads)
        raise
    return release, True


def _module(candidate: Candidate, licence: str, by: Viewer) -> Module:
    """The module, made on its first release and changed by what the form says."""
    form, inspection = candidate.form, candidate.inspections[0]
    known = _locked_module(candidate)
    seen_by_no_more(replace(candidate, module=known))  # somebody may have narrowed it since the gates saw it
    is_new, before = known is None, seen_by(known) if known else None
    module = known or Module(
        organisation=candidate.organisation,
        publisher=candidate.organisation.slug,
        slug=candidate.slug,
        created_by=by.user,
        language=candidate.organisation.language,
        licence=licence,
        kind=kind_of(candidate),
    )
    module.title = (module.title or inspection.title or inspection.name or candidate.slug)[:120]
    write_words(module, form if is_new else replace(form, marking=""))  # a release's own marking is the module's once it is listed
    module.revision += 1
    module.save()
    if is_new:
        record("module.created", module.identifier, by=by, organisation=candidate.organisation, visibility=module.visibility)
    relate(module, form, by, is_new=is_new)
    if before is not None:
        follow(module, before, by)
    return module


def _locked_module(candidate: Candidate) -> Module | None:
    """The module as it is now: others may have made or changed it since the gates saw it, as reading the files takes a while."""
    if candidate.module is None:  # there is no row to lock yet: one first release of a module at a time
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_FIRST_RELEASES, f"{candidate.organisation.slug}/{candidate.slug}"]
            )
    locked = Module.objects.select_for_update(of=("self",)).select_related("organisation")
    return locked.filter(organisation=candidate.organisation, slug=candidate.slug).first()


def write_words(module: Module, form: ReleaseForm) -> None:
    """Set what the form gives on the module, without saving it."""
    for name in _WORDS:
        if value := getattr(form, name):
            setattr(module, name, value)
    if form.readme:
        module.readme, module.readme_html = form.readme, to_html(form.readme)
    if form.business_area:
        module.business_area = BusinessArea.objects.get(slug=form.business_area)
        module.area = form.business_area


def relate(module: Module, form: ReleaseForm, by: Viewer, *, is_new: bool = False) -> None:
    """Set whom the module is shared with and which systems it works in, where the form gives them."""
    if form.visibility == Visibility.OWN:
        module.shares.all().delete()
    if form.share_with:
        module.shares.filter(expires_at=None).delete()  # access that was asked for ends by itself
        ModuleShare.objects.bulk_create(
            [ModuleShare(module=module, organisation=each) for each in Organisation.objects.filter(slug__in=form.share_with)],
            update_conflicts=True,
            unique_fields=["module", "organisation"],
            update_fields=["expires_at"],
        )
    if form.systems:
        given = {_system(name, by): versions for name, versions in dict(split_at(text) for text in form.systems).items()}
        module.systems.all().delete()
        ModuleSystem.objects.bulk_create(
            ModuleSystem(module=module, system=system, versions=versions) for system, versions in given.items()
        )


def _system(name: str, by: Viewer) -> TargetSystem:
    """As a module that ``by`` sees spells it: the spelling of others would tell that somebody works in that system."""
    known = TargetSystem.objects.filter(name__iexact=name, modules__module__in=Module.objects.visible_to(by))
    return known.first() or TargetSystem.objects.get_or_create(name=name)[0]


def _release(candidate: Candidate, module: Module, version: str, licence: str, whole: Composed | None, by: Viewer) -> Release:
    release = Release(
        module=module,
        version=version,
        version_key=version_key(version),
        is_prerelease=bool(parse_version(version).prerelease),
        changes=candidate.form.changes,
        marking=higher(candidate.form.marking or module.marking, module.marking),
        handling=candidate.form.handling or module.handling,
        state=Release.State.DRAFT if candidate.form.draft else Release.State.CHECKING,
        created_by=by.user,
        created_with=by.token,
    )
    fill(release, candidate, licence, whole)
    add_contributor(release, by)
    return release


def fill(release: Release, candidate: Candidate, licence: str, whole: Composed | None) -> None:
    """Give ``release`` the files of ``candidate`` and what was read from them, with a sequence's lock, and save it."""
    inspection = whole.inspection if whole else merged(candidate.inspections)
    release.licence, release.digest = licence, candidate.digest
    release.contested = candidate.form.contested
    release.platform, release.artefact_kind, release.inspection = inspection.platform, inspection.kind, inspection.as_json()
    release.save(update_fields=_FILLED if release.pk else None)  # the database lets the rest of a release be written once only
    for position, (upload, read) in enumerate(zip(candidate.uploads, candidate.inspections, strict=True)):
        Artefact.objects.create(
            release=release,
            filename=upload.filename,
            size=upload.size,
            sha256=upload.sha256,
            media_type=upload.media_type,
            kind=read.kind,
            position=position,
        )
    keep_likeness(release, inspection)
    Dependency.objects.bulk_create(_dependencies(candidate, release))
    names = {name for read in candidate.inspections for name in provided_names(read)}
    ProvidedName.objects.bulk_create(ProvidedName(release=release, ecosystem=ecosystem, name=name) for ecosystem, name in sorted(names))
    if whole is not None:
        keep_lock(release, whole)


def _dependencies(candidate: Candidate, release: Release) -> list[Dependency]:
    rows = {
        (need.ecosystem, need.name, need.range or ""): Dependency.read(need, release=release)
        for need in merged(candidate.inspections).dependencies
    }
    for text in candidate.form.dependencies:
        name, versions = split_at(text)
        rows["moothall", name, versions] = Dependency(
            release=release, ecosystem="moothall", name=name, wanted=name, range=versions, source=Dependency.Source.DECLARED
        )
    return list(rows.values())
