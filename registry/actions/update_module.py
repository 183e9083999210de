"""Changes what a module's page says and who sees it, without a release."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from dataclasses import replace

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
from registry.reviews.following import follow, seen_by

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
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        seen_by_no_more(replace(candidate, module=module))  # somebody may have narrowed it since
        before = seen_by(module)
        write_words(module, form)
        _empty(module, emptied)
        relate(module, form, by)
        refresh_module(module)
        follow(module, before, by)
        changed = [field.name for field in dataclasses.fields(form) if getattr(form, field.name)]
        record(
            "module.updated",
            module.identifier,
            by=by,
            organisation=organisation,
            changed=changed,
            visibility=[before.visibility, module.visibility],
        )
    return module


def _empty(module: Module, names: Collection[str]) -> None:
    for name in set(_MAY_LACK).intersection(names):
        setattr(module, name, "")
    if "readme" in names:
        module.readme = module.readme_html = ""
    if "business_area" in names:
        module.business_area, module.area = None, ""
    if "systems" in names:
        module.systems.all().delete()
