"""Hands a draft in: from then on it is checked, and reviewed where others are to see it."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.check_release import check_release
from registry.permissions import publisher_for
from registry.releases.models import OutboxEntry, Release
from registry.reviews.moving import locked_release
from registry.reviews.people import add_contributor
from registry.reviews.states import Act, check_act


def submit_release(*, release: Release, by: Viewer) -> Release:
    """Raises :class:`NotAllowed` or :class:`Conflict` (``wrong_state``)."""
    publisher_for(by, release.module.publisher, release.module.slug)
    with transaction.atomic():
        release = locked_release(release)
        check_act(Act.SUBMIT, release.state)
        release.state = Release.State.CHECKING
        release.save(update_fields=["state"])
        add_contributor(release, by)
        record("release.submitted", str(release), by=by, organisation=release.module.organisation, digest=release.digest)
        promise_check(release)
    return release


def promise_check(release: Release) -> None:
    """Have the worker check ``release`` once the transaction is committed, whatever the broker forgets."""
    OutboxEntry.objects.get_or_create(task=check_release.name, subject=release.pk)
    transaction.on_commit(lambda: check_release.delay(release.pk), robust=True)
