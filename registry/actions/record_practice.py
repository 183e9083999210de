"""A publisher records what its module or sequence is in practice, in the terms of the College of Policing's practice bank (S0-1, C10)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import User
from accounts.viewer import Viewer
from registry.actions.keep_attachment import keep_attachment
from registry.actions.telling_ratings import tell_of_proposal
from registry.catalogue.models import Module
from registry.curation.models import PracticeRecord
from registry.errors import NotAllowed, Refused
from registry.permissions import publisher_for
from registry.releases.models import Attachment
from registry.releases.upload import Upload

MAX_VALUES = 30  # of topics, partners and target groups each
_TEXTS = ("basis", "focus", "region", "contact_name", "problem", "evidence_reference")
_LISTS = ("topics", "partners", "target_groups")
_UNTESTED = PracticeRecord.Works.UNTESTED


@dataclass(frozen=True, slots=True)
class PracticeForm:
    """What a publisher says. ``does_it_work`` other than ``untested`` is a proposal until a steward confirms it."""

    stage_of_practice: str
    scale: str
    does_it_work: str = _UNTESTED
    basis: str = ""  # who rated it so, and when
    evidence_reference: str = ""
    drops_evidence: bool = False  # the file that is kept so far
    focus: str = ""
    topics: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    target_groups: tuple[str, ...] = ()
    region: str = ""
    contact_name: str = ""
    contact_email: str = ""
    started_on: date | None = None
    problem: str = ""


def record_practice(*, module: Module, form: PracticeForm, evidence: Upload | None = None, by: Viewer) -> PracticeRecord:
    """Write the record of ``module``. A rating, basis or evidence that changes counts only once a steward has confirmed it.

    Raises :class:`NotAllowed` (also ``person_needed``) or :class:`Refused` (``choice_unknown``, ``text_too_long``, ``too_many_values``,
    ``email_invalid``, ``start_in_future``, ``basis_missing``, ``evidence_missing``, or what :func:`keep_attachment` refuses).
    """
    publisher_for(by, module.publisher, module.slug)
    if by.user is None or by.token is not None:
        raise NotAllowed("person_needed", "A person must write this.", mend="Sign in and write it on the module’s page.")
    form = _sound(form)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        practice = PracticeRecord.objects.filter(module=module).first() or PracticeRecord(module=module)
        practice.module = module
        kept = None if form.drops_evidence else practice.evidence
        _must_be_shown(form, has_file=bool(evidence or kept))
        if evidence is not None:
            marked = {"marking": module.marking, "handling": module.handling}
            kept = keep_attachment(module=module, organisation=module.organisation, upload=evidence, by=by, **marked)
        is_proposed = _write(practice, form, kept, by.user)
        detail = {"proposed": practice.proposed, "does_it_work": practice.does_it_work}
        record("practice.recorded", module.identifier, by=by, organisation=module.organisation, **detail)
        if is_proposed:
            tell_of_proposal(practice, by.user)
    return practice


def _write(practice: PracticeRecord, form: PracticeForm, evidence: Attachment | None, user: User) -> bool:
    """Whether something is proposed that was not before."""
    before = (practice.wanted, practice.basis, practice.evidence_reference, practice.evidence_id)
    after = (form.does_it_work, form.basis, form.evidence_reference, evidence.pk if evidence else None)
    for name in (*_TEXTS, *_LISTS, "stage_of_practice", "scale", "contact_email", "started_on"):
        value = getattr(form, name)
        setattr(practice, name, list(value) if name in _LISTS else value)
    practice.evidence = evidence
    is_changed = before != after
    if is_changed:
        practice.does_it_work, practice.confirmed_at, practice.confirmed_by = _UNTESTED, None, None
        practice.proposed = "" if form.does_it_work == _UNTESTED else form.does_it_work
    practice.changed_at, practice.changed_by = timezone.now(), user
    practice.save()
    return is_changed and bool(practice.proposed)


def _sound(form: PracticeForm) -> PracticeForm:
    """``form`` trimmed, or the first thing wrong with it."""
    trimmed = {name: getattr(form, name).strip() for name in (*_TEXTS, "contact_email")}
    lists = {name: tuple(dict.fromkeys(value.strip() for value in getattr(form, name) if value.strip())) for name in _LISTS}
    form = replace(form, **trimmed, **lists)  # type: ignore[arg-type]  # texts and lists, by their names
    for name in ("does_it_work", "stage_of_practice", "scale"):
        field = PracticeRecord._meta.get_field(name)
        if getattr(form, name) not in dict(field.flatchoices):  # type: ignore[union-attr]  # a field with choices
            raise Refused("choice_unknown", "That is not one of the choices.", where=name, mend="Choose one of those given.")
    for name in _TEXTS:
        limit = PracticeRecord._meta.get_field(name).max_length  # type: ignore[union-attr]
        if limit is not None and len(getattr(form, name)) > limit:
            raise Refused("text_too_long", f"That has over {limit} characters.", where=name, mend="Shorten it.")
    for name in _LISTS:
        _check_values(name, getattr(form, name))
    _check_contact_and_start(form)
    return form


def _check_values(name: str, values: tuple[str, ...]) -> None:
    if len(values) > MAX_VALUES:
        raise Refused("too_many_values", f"Over {MAX_VALUES} are given.", where=name, mend="Give fewer.")
    if any(len(value) > 80 for value in values):
        raise Refused("text_too_long", "One of them has over 80 characters.", where=name, mend="Shorten it.")


def _check_contact_and_start(form: PracticeForm) -> None:
    if form.contact_email:
        try:
            validate_email(form.contact_email)
        except ValidationError:
            mend = "Enter an address such as name@example.org."
            raise Refused("email_invalid", "That is no e-mail address.", where="contact_email", mend=mend) from None
    if form.started_on is not None and form.started_on > timezone.localdate():
        raise Refused("start_in_future", "The start date is still to come.", where="started_on", mend="Enter the day on which it began.")


def _must_be_shown(form: PracticeForm, *, has_file: bool) -> None:
    """Nobody says that something works without saying who found so, and where that is to be read."""
    if form.does_it_work == _UNTESTED:
        return
    if not form.basis:
        raise Refused("basis_missing", "Who rated it so is not said.", where="basis", mend="Say who rated it so, and when.")
    if not form.evidence_reference and not has_file:
        mend = "Name a report or page, or attach a file."
        raise Refused("evidence_missing", "Nothing shows that it works so.", where="evidence_reference", mend=mend)
