"""Changes what a module's page says and who sees it, without a release."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.publish_release import relate, write_words
from registry.actions.refresh_module import refresh_module
from registry.catalogue.models import Module
from registry.permissions import publisher_for
from registry.releases.gates import (
    Candidate,
    ReleaseForm,
    choices_known,
    owner_reachable,
    seen_by_no_more,
    sharing_possible,
    systems_named,
    words_given,
)
from registry.releases.models import Release
from registry.reviews.models import Review
from registry.reviews.moving import rebind
from registry.values.markings import higher

_GATES = (words_given, owner_reachable, choices_known, sharing_possible, seen_by_no_more, systems_named)
# What a module may be without: plain columns, and those that need more than an empty text.
_MAY_LACK = ("owner_name", "owner_email", "ip_owner_type", "ip_owner", "reuse", "handling")


def update_module(*, module: Module, form: ReleaseForm, by: Viewer, emptied: Collection[str] = ()) -> Module:
    """Change the module by what ``form`` says; what belongs to a release (version, licence, changes, dependencies) is left alone.

    A value that ``form`` leaves empty stays as it was, unless ``emptied`` names it and a module may be without it.
    Raises :class:`NotAllowed` or whatever a gate refuses.
    """
    organisation = publisher_for(by, module.publisher, module.slug)
    candidate = Candidate(organisation, module.slug, module, form, (), (), "")
    for gate in _GATES:
        gate(candidate)
    with transaction.atomic():
        module = Module.objects.select_for_update().get(pk=module.pk)
        before = module.visibility
        write_words(module, form)
        _empty(module, emptied)
        relate(module, form, by)
        refresh_module(module)
        _judge_anew(module)
        changed = [field.name for field in dataclasses.fields(form) if getattr(form, field.name)]
        record(
            "module.updated", module.identifier, by=by, organisation=organisation, changed=changed, visibility=[before, module.visibility]
        )
    return module


def _judge_anew(module: Module) -> None:
    """What is in review is judged for those who see the module now: where they changed, nothing signed so far counts."""
    for review in Review.objects.select_for_update(of=("self",)).filter(release__module=module, closed_at=None).select_related("release"):
        if review.is_widening:
            continue
        marking = higher(review.marking, module.marking)
        if (review.visibility, review.marking) != (module.visibility, marking):
            Release.objects.filter(pk=review.release_id).update(marking=marking)
            rebind(review, visibility=module.visibility, marking=marking, reason="who may see it changed")


def _empty(module: Module, names: Collection[str]) -> None:
    for name in set(_MAY_LACK).intersection(names):
        setattr(module, name, "")
    if "readme" in names:
        module.readme = module.readme_html = ""
    if "business_area" in names:
        module.business_area, module.area = None, ""
    if "systems" in names:
        module.systems.all().delete()
