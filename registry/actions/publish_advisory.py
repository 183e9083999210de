"""Publishes an advisory: that versions of a module are unsafe, how bad that is, and what to do. Amends it, and withdraws it."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.audit import record
from accounts.viewer import Viewer
from registry.actions.recall_releases import check_severity
from registry.actions.telling_lifecycle import tell_of_advisory
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Conflict, Refused
from registry.lifecycle.affecting import affects
from registry.lifecycle.models import Advisory
from registry.permissions import leader_for
from registry.values.ranges import parse_range
from registry.values.severities import check_vector, level_of
from registry.values.versions import parse_version

MAX_DETAILS = 20_000
MAX_ITEMS = 50
TRIES = 20
_ALIAS = re.compile(r"[A-Za-z][A-Za-z0-9]*-[A-Za-z0-9-]{2,38}")


@dataclass(frozen=True, slots=True)
class AdvisoryForm:
    """What whoever warns writes. ``severity`` may be left empty where ``cvss`` is a vector of version 3, from which it follows."""

    summary: str
    details: str = ""
    severity: str = ""
    cvss: str = ""
    ranges: str = ""  # npm's grammar
    versions: tuple[str, ...] = ()  # affected beside those in the range
    workaround: str = ""
    aliases: tuple[str, ...] = ()  # CVE-2026-12345
    credits: tuple[str, ...] = ()


def publish_advisory(*, module: Module, form: AdvisoryForm, by: Viewer) -> Advisory:
    """Publish to whoever sees the module. A publisher of it or a steward may.

    Raises :class:`NotAllowed` or :class:`Refused`: ``summary_missing``, ``details_missing``, ``text_too_long``, ``versions_missing``,
    ``range_invalid``, ``version_invalid``, ``severity_unknown``, ``cvss_invalid``, ``alias_invalid``, ``too_many_values``.
    """
    leader_for(by, module)
    columns = _columns(form)
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        advisory = _numbered(module, columns, by)
        record(
            "advisory.published",
            advisory.key,
            by=by,
            organisation=module.organisation,
            module=module.identifier,
            severity=advisory.severity,
        )
        affected = [key for key, version in module.releases.values_list("pk", "version") if affects(advisory, version)]
        tell_of_advisory(advisory, affected, by.user)
        _touch(module)
    return advisory


def amend_advisory(*, advisory: Advisory, form: AdvisoryForm, by: Viewer) -> Advisory:
    """Say it anew; raises as :func:`publish_advisory`, and :class:`Conflict` (``advisory_withdrawn``)."""
    leader_for(by, advisory.module)
    columns = _columns(form)
    with transaction.atomic():
        advisory, module = _locked(advisory)
        for name, value in columns.items():
            setattr(advisory, name, value)
        advisory.modified_at = timezone.now()
        advisory.save()
        record(
            "advisory.amended", advisory.key, by=by, organisation=module.organisation, module=module.identifier, severity=advisory.severity
        )
        _touch(module)
    return advisory


def withdraw_advisory(*, advisory: Advisory, reason: str, by: Viewer) -> Advisory:
    """Say that it was wrong; it stays readable, as withdrawn. Raises :class:`NotAllowed`, :class:`Refused` (``reason_missing``) or
    :class:`Conflict` (``advisory_withdrawn``)."""
    leader_for(by, advisory.module)
    reason = given_reason(reason)
    with transaction.atomic():
        advisory, module = _locked(advisory)
        advisory.withdrawn_at = advisory.modified_at = timezone.now()
        advisory.withdrawn_reason = reason
        advisory.save()
        record("advisory.withdrawn", advisory.key, by=by, organisation=module.organisation, module=module.identifier)
        _touch(module)
    return advisory


def _columns(form: AdvisoryForm) -> dict[str, object]:
    """The form, checked, as the columns of a row."""
    cvss = check_vector(form.cvss) if form.cvss.strip() else ""
    severity = form.severity or (level_of(cvss) if cvss else None) or ""
    texts = {"summary": 200, "details": MAX_DETAILS, "workaround": MAX_DETAILS}
    said = {name: getattr(form, name).strip() for name in texts}
    for name, mend in (("summary", "Say in one sentence what is wrong."), ("details", "Say what may happen, to whom, and how to tell.")):
        if not said[name]:
            raise Refused(f"{name}_missing", f"There is no {name}.", where=name, mend=mend)
    for name, limit in texts.items():
        if len(said[name]) > limit:
            raise Refused("text_too_long", f"The field {name} has over {limit} characters.", where=name, mend="Shorten it.")
    return {**said, "cvss": cvss, "severity": check_severity(severity), **_versions(form), **_lists(form)}


def _versions(form: AdvisoryForm) -> dict[str, object]:
    ranges, versions = form.ranges.strip(), [str(parse_version(text)) for text in form.versions if text.strip()]
    if not ranges and not versions:
        raise Refused("versions_missing", "No version is named.", where="ranges", mend="Give a range such as >=1.4.0 <1.4.3; * means all.")
    if ranges:
        try:
            parse_range(ranges)
        except Refused as error:
            raise Refused(error.code, error.message, where="ranges", mend=error.mend) from error
    return {"ranges": ranges, "versions": versions[:MAX_ITEMS]}


def _lists(form: AdvisoryForm) -> dict[str, object]:
    aliases, credits = ([text.strip() for text in each if text.strip()] for each in (form.aliases, form.credits))
    for text in aliases:
        if not _ALIAS.fullmatch(text) or len(text) > 40:
            raise Refused(
                "alias_invalid", f"“{text[:40]}” is no identifier of an advisory.", where="aliases", mend="Use one such as CVE-2026-12345."
            )
    for name, found, limit in (("aliases", aliases, 40), ("credits", credits, 120)):
        if len(found) > MAX_ITEMS or any(len(text) > limit for text in found):
            raise Refused("too_many_values", f"The field {name} holds too much.", where=name, mend=f"Give at most {MAX_ITEMS} short lines.")
    return {"aliases": aliases, "credits": credits}


def _numbered(module: Module, columns: dict[str, object], by: Viewer) -> Advisory:
    """The row under a key that is drawn: numbers in a row would tell those who see one of them how many they do not see."""
    for length in (4, 6):
        for _ in range(TRIES):
            key = f"MH-{timezone.now().year}-{secrets.randbelow(10**length):0{length}d}"
            try:
                with transaction.atomic():
                    return Advisory.objects.create(key=key, module=module, published_by=by.user, **columns)
            except IntegrityError:
                if not Advisory.objects.filter(key=key).exists():
                    raise
    raise Conflict("try_again", "No free number was found.", mend="Try again.")


def _locked(advisory: Advisory) -> tuple[Advisory, Module]:
    module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=advisory.module_id)
    found = Advisory.objects.select_for_update(of=("self",)).get(pk=advisory.pk)
    if found.withdrawn_at is not None:
        raise Conflict("advisory_withdrawn", "That advisory is withdrawn.", where="advisory")
    found.module = module
    return found, module


def _touch(module: Module) -> None:
    module.revision += 1
    module.save(update_fields=["revision"])
