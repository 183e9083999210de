"""Loads the demonstration through the real doors, once; an interrupted loading goes on where it stopped."""

from __future__ import annotations

from contextlib import ExitStack

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.audit import record
from accounts.models import AuditEvent, Membership, Organisation, User
from accounts.viewer import Viewer, viewer_of
from demonstration.assessing import assess, offer
from demonstration.modules import ENTRIES, Edition, Entry
from demonstration.people import ORGANISATIONS, PASSWORD, PEOPLE, publisher_of
from demonstration.reviewing import review
from demonstration.use.benefits import claim_benefits
from demonstration.use.practice import record_practices
from demonstration.use.ratings import rate
from demonstration.use.runs import report_runs
from demonstration.use.stating import state_uses
from registry.actions.check_release import check_release
from registry.actions.deprecate_module import deprecate_module
from registry.actions.publish_release import publish_release
from registry.actions.refresh_sequence_updates import refresh_sequence_updates
from registry.actions.yank_release import yank_release
from registry.catalogue.models import Module
from registry.notices.models import Notice
from registry.notices.telling import SEND
from registry.releases.gates import ReleaseForm
from registry.releases.models import OutboxEntry, Release
from registry.releases.upload import spooled
from registry.reviews.models import Review

LOADED = "demonstration.loaded"
# What became of the modules; each goes on where an interrupted loading stopped.
STORIES = (state_uses, rate, record_practices, claim_benefits, report_runs)


def load() -> bool:
    """Make organisations, people and modules. False when that was done before: what visitors changed since stays changed."""
    if AuditEvent.objects.filter(action=LOADED).exists():
        return False
    _make_people()
    for entry in ENTRIES:
        by = _publisher(entry.publisher)
        for edition in entry.editions:
            _publish(entry, edition, by)
    for promised in OutboxEntry.objects.filter(task=refresh_sequence_updates.name):
        refresh_sequence_updates(promised.subject)
    for entry in ENTRIES:
        if entry.deprecated:
            module = Module.objects.get(publisher=entry.publisher, slug=entry.slug)
            deprecate_module(module=module, reason=entry.deprecated, successor=entry.successor, by=_publisher(entry.publisher))
    for tell in STORIES:
        tell()
    with transaction.atomic():
        record(LOADED, "demonstration", by=None, organisation=None, modules=len(ENTRIES))
        _read_old_notices()
    return True


def _read_old_notices() -> None:
    """Its people know of what is over, and get no mail of the past; what still waits for them stays unread."""
    waiting = [reverse("review", args=[pk]) for pk in Review.objects.still_open().values_list("pk", flat=True)]
    Notice.objects.exclude(address__in=waiting).update(read_at=timezone.now())
    Notice.objects.update(mail=Notice.Mail.DROPPED)
    OutboxEntry.objects.filter(task=SEND).delete()


def _make_people() -> None:
    """All share one passphrase, so it is hashed once: the hash is slow by design."""
    hashed = make_password(PASSWORD)
    for body in ORGANISATIONS:
        defaults = {"name": body.name, "kind": body.kind, "language": body.language}
        Organisation.objects.get_or_create(slug=body.slug, defaults=defaults)
    for person in PEOPLE:
        user, _ = User.objects.get_or_create(email=person.email, defaults={"name": person.name, "password": hashed})
        EmailAddress.objects.get_or_create(user=user, email=person.email, defaults={"verified": True, "primary": True})
        organisation = Organisation.objects.get(slug=person.organisation)
        Membership.objects.get_or_create(user=user, organisation=organisation, defaults={"role": person.role, "signs": list(person.signs)})


def _publisher(organisation: str) -> Viewer:
    return viewer_of(User.objects.get(email=publisher_of(organisation).email), acting_for=organisation)


def _publish(entry: Entry, edition: Edition, by: Viewer) -> None:
    """Publish one release, check it at once so that no worker is needed, and withdraw it when its story says so."""
    release = Release.objects.filter(module__publisher=entry.publisher, module__slug=entry.slug, version=edition.version).first()
    if release is None:
        with ExitStack() as stack:
            uploads = [stack.enter_context(spooled([file.data], file.name)) for file in edition.build(edition.version)]
            done = publish_release(publisher=entry.publisher, slug=entry.slug, uploads=uploads, form=_form(entry, edition), by=by)
        release = done.release
        assert release is not None
    check_release(release.pk)
    assess(release, by)
    review(release, edition.stays)
    release.refresh_from_db()
    release.module.refresh_from_db()
    if entry.is_offered and not release.module.lists_public_part:
        offer(release, by)
    if edition.yanked and not release.is_yanked:
        yank_release(release=release, reason=edition.yanked, by=by)


def _form(entry: Entry, edition: Edition) -> ReleaseForm:
    return ReleaseForm(
        version=edition.version,
        licence=entry.licence,
        visibility=entry.visibility,
        marking=entry.marking,
        title=entry.title,
        summary=entry.summary,
        changes=edition.changes,
        readme=entry.readme,
        business_area=entry.business_area,
        systems=entry.systems,
        dependencies=entry.dependencies,
        share_with=entry.share_with,
        owner_name=entry.owner.name,
        owner_email=entry.owner.email,
        ip_owner_type=entry.owner.ip_type,
        ip_owner=entry.owner.ip_owner,
        reuse=entry.reuse,
        handling=entry.handling,
        language=entry.language,
        data_categories=entry.data,
        law_enforcement=entry.law_enforcement,
    )
