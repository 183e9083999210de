"""Changes what a module's page says and who sees it, without a release."""

from __future__ import annotations

import dataclasses

from django.db import transaction

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.publish_release import relate, write_words
from registry.actions.refresh_module import refresh_module
from registry.catalogue.models import Module
from registry.permissions import publisher_for
from registry.releases.gates import Candidate, ReleaseForm, choices_known, sharing_possible, systems_named, words_given

_GATES = (words_given, choices_known, sharing_possible, systems_named)


def update_module(*, module: Module, form: ReleaseForm, by: Viewer) -> Module:
    """Change the module by what ``form`` says; what belongs to a release (version, licence, changes, dependencies) is left alone.

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
        relate(module, form)
        refresh_module(module)
        changed = [field.name for field in dataclasses.fields(form) if getattr(form, field.name)]
        record(
            "module.updated", module.identifier, by=by, organisation=organisation, changed=changed, visibility=[before, module.visibility]
        )
    return module
