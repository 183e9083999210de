"""An organisation states how far it is with a module and which version it holds, says so again, moves on, or gives it up (B10, B11, C8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.audit import record
from accounts.models import Organisation
from accounts.viewer import Viewer
from registry.actions.refresh_use import refresh_use
from registry.actions.tell_adopter import told_of_recalls
from registry.adoption.models import HOLDING, Adoption, AdoptionEntry, Sharing, Stage
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.permissions import answerer_for
from registry.releases.models import Release

COUNTS_FOR = timedelta(days=365)  # from the day it was confirmed on
MOST_ITEMS = 1_000_000_000  # a year
MOST_SYSTEMS = 20
_LENGTHS = {"owner": 120, "unit": 40, "objective": 300, "blockers": 1000, "reason": 500}
_NAMES = {"owner": "owner", "unit": "unit", "objective": "objective", "blockers": "list of what stands in the way", "reason": "reason"}
_ORDER = {stage.value: number for number, stage in enumerate(Stage)}
What = AdoptionEntry.What


@dataclass(frozen=True, slots=True)
class AdoptionForm:
    """What an organisation says of it beside stage and version; each means what the column of that name in :class:`Adoption` does."""

    sharing: str = Sharing.NAMED
    since: date | None = None
    owner: str = ""
    volume: int | None = None
    unit: str = ""
    shares_volume: bool = True
    systems: tuple[str, ...] = ()
    objective: str = ""
    blockers: str = ""
    reason: str = ""
    shares_reason: bool = False
    is_adapted: bool = False


def state_adoption(
    *, module: Module, release: Release | None, stage: str, form: AdoptionForm, organisation: Organisation, by: Viewer
) -> Adoption:
    """A new statement of ``organisation`` about ``module``; ``release`` may be left out while it is only interested.

    Raises :class:`NotAllowed` (``may_not_answer``, ``partnership_runs_nothing``), :class:`Refused` for what breaks a rule (see the checks
    below), or :class:`Conflict` (``adoption_exists``).
    """
    _may_state(organisation, by)
    _check_stage(stage)
    said = _checked(form)
    with transaction.atomic():
        module = _locked(module)
        eyes = Viewer(organisations=(organisation.pk,), organisation=organisation)
        if not Module.objects.visible_to(eyes).filter(pk=module.pk).exists():
            raise Refused("module_unknown", "There is no such module.", where="module")
        held = _seen(module, release, eyes)
        adoption = Adoption(module=module, organisation=organisation, release=held, stage=stage, created_by=by.user)
        _write(adoption, said)
        adoption.reason, adoption.held_since = said.reason, _first_held(adoption)
        if stage == Stage.RETIRED:
            adoption.held_until = timezone.now()
            _reason_given(said.reason)
        _check_whole(adoption)
        _still_free(adoption)
        if stage == Stage.LIVE:
            _confirm(adoption, by)
        adoption.save()
        _log(adoption, What.STATED, by, said.reason)
        _done("stated", adoption, by)
        told_of_recalls(adoption, by)
    return adoption


def move_adoption(
    *,
    adoption: Adoption,
    stage: str = "",
    release: Release | None = None,
    since: date | None = None,
    owner: str = "",
    reason: str = "",
    shares_reason: bool | None = None,
    by: Viewer,
) -> Adoption:
    """Bring it to another stage, to another version, or both; what is left empty stays. To go back, or to give it up, needs a ``reason``.

    Going live, and changing the version of what is live, says too that it is so now. Its own record an organisation may always move, also
    when it lost sight of the module; a version it moves to it must see.

    Raises :class:`NotAllowed`, :class:`Refused`, or :class:`Conflict` (``adoption_exists``, ``nothing_changed``).
    """
    _may_state(adoption.organisation, by)
    stage = stage or adoption.stage
    _check_stage(stage)
    said = _checked(AdoptionForm(since=since, owner=owner, reason=reason))
    with transaction.atomic():
        adoption = _locked_adoption(adoption)
        stage_before, version_before = adoption.stage, adoption.release_id
        if release is not None and release.pk != version_before:
            organisation = adoption.organisation
            adoption.release = _seen(adoption.module, release, Viewer(organisations=(organisation.pk,), organisation=organisation))
        if (stage, adoption.release_id) == (stage_before, version_before):
            raise Conflict(
                "nothing_changed", "That is what your record says already.", where="stage", mend="Confirm it, if it is still so."
            )
        if _ORDER[stage] < _ORDER[stage_before] or stage == Stage.RETIRED:
            _reason_given(said.reason)
        adoption.stage, adoption.reason = stage, said.reason
        adoption.shares_reason = adoption.shares_reason if shares_reason is None else shares_reason
        adoption.since, adoption.owner = said.since or adoption.since, said.owner or adoption.owner
        _hold(adoption, stage_before, version_before)
        _check_whole(adoption)
        _still_free(adoption)
        if stage == Stage.LIVE:
            _confirm(adoption, by)
        else:
            adoption.expires_on = adoption.reminded_on = None
        adoption.save()
        _log_move(adoption, stage_before, version_before, by)
        _done("moved", adoption, by)
        if adoption.release_id != version_before or stage_before not in HOLDING or _ORDER[stage] > _ORDER[stage_before]:
            told_of_recalls(adoption, by)
    return adoption


def confirm_adoption(*, adoption: Adoption, by: Viewer) -> Adoption:
    """Say that it is still live; good for a year from today. Raises :class:`NotAllowed` or :class:`Conflict` (``not_live``)."""
    _may_state(adoption.organisation, by)
    with transaction.atomic():
        adoption = _locked_adoption(adoption)
        if adoption.stage != Stage.LIVE:
            raise Conflict("not_live", "Only what is live is confirmed.", where="stage", mend="Change its stage to live first.")
        _confirm(adoption, by)
        adoption.save()
        _log(adoption, What.CONFIRMED, by)
        _done("confirmed", adoption, by)
    return adoption


def change_adoption(*, adoption: Adoption, form: AdoptionForm, by: Viewer) -> Adoption:
    """Change what it says beside stage and version, and who reads it. The reason of its last move stays unless ``form`` gives one.

    Raises :class:`NotAllowed` or :class:`Refused`.
    """
    _may_state(adoption.organisation, by)
    said = _checked(form)
    with transaction.atomic():
        adoption = _locked_adoption(adoption)
        _write(adoption, said)
        adoption.reason = said.reason or adoption.reason
        _check_whole(adoption)
        adoption.save()
        _log(adoption, What.EDITED, by)
        _done("changed", adoption, by)
    return adoption


def _may_state(organisation: Organisation, by: Viewer) -> None:
    answerer_for(by, organisation)
    if organisation.kind == Organisation.Kind.PARTNERSHIP:
        raise NotAllowed("partnership_runs_nothing", "The partnership itself runs nothing.", mend="Act for your council or force.")


def _check_stage(stage: str) -> None:
    if stage not in Stage.values:
        raise Refused("stage_unknown", "That is not a stage we know.", where="stage", mend=f"Use one of: {', '.join(Stage.values)}.")


def _locked(module: Module) -> Module:
    """The module's row, held so that two statements at once count one another; always taken before a statement's own row."""
    return Module.objects.select_for_update(of=("self",)).select_related("organisation").defer("search").get(pk=module.pk)


def _locked_adoption(adoption: Adoption) -> Adoption:
    module = _locked(adoption.module)
    fresh = Adoption.objects.select_for_update(of=("self",)).select_related("organisation", "release").get(pk=adoption.pk)
    fresh.module = module
    return fresh


def _seen(module: Module, release: Release | None, eyes: Viewer) -> Release | None:
    """``release`` where the organisation sees it; what it does not see is answered as what is not there."""
    if release is None:
        return None
    found = Release.objects.visible_to(eyes).filter(pk=release.pk, module=module).defer("inspection").first()
    if found is None:
        raise Refused(
            "version_unknown", "There is no such version.", where="version", mend="Choose one from the module’s list of versions."
        )
    return found


def _checked(form: AdoptionForm) -> AdoptionForm:
    """With its texts trimmed; raises :class:`Refused` for what is too long, unknown or half said."""
    given = {name: _text(name, getattr(form, name), most) for name, most in _LENGTHS.items()}
    systems = tuple(dict.fromkeys(filter(None, (_text("systems", each, 80) for each in form.systems))))
    if len(systems) > MOST_SYSTEMS:
        raise Refused("too_many_systems", f"Over {MOST_SYSTEMS} systems are named.", where="systems", mend="Name those that matter most.")
    if form.sharing not in Sharing.values:
        raise Refused("sharing_unknown", "That is no way to share it.", where="sharing", mend=f"Use one of: {', '.join(Sharing.values)}.")
    if form.since is not None and form.since > timezone.localdate():
        raise Refused("since_in_the_future", "That day has not come yet.", where="since", mend="Give the day on which it went live.")
    if form.volume is not None and not 0 < form.volume <= MOST_ITEMS:
        raise Refused(
            "volume_invalid", "That is no number of items a year.", where="volume", mend=f"Give 1 to {MOST_ITEMS:,}, or leave it out."
        )
    if (form.volume is None) != (not given["unit"]):
        raise Refused(
            "volume_half_said",
            "A volume says how many a year, and of what.",
            where="unit" if form.volume is not None else "volume",
            mend="Give both, such as 35,000 and “case files”, or neither.",
        )
    if "@" in given["owner"]:
        raise Refused("owner_is_a_person", "An address is a person’s data.", where="owner", mend="Name the post or the team.")
    return AdoptionForm(
        sharing=form.sharing,
        since=form.since,
        volume=form.volume,
        shares_volume=form.shares_volume,
        systems=systems,
        shares_reason=form.shares_reason,
        is_adapted=form.is_adapted,
        **given,
    )


def _text(where: str, text: str, most: int) -> str:
    text = text.strip()
    if len(text) > most:
        name = _NAMES.get(where, "name of a system")
        raise Refused("text_too_long", f"The {name} has over {most} characters.", where=where, mend="Shorten it.")
    if "\x00" in text:
        raise Refused("text_invalid", "It holds a character that is none.", where=where, mend="Type it anew.")
    return text


def _reason_given(reason: str) -> None:
    if not reason:
        raise Refused("reason_missing", "No reason is given.", where="reason", mend="Say why you go back or give it up.")


def _write(adoption: Adoption, said: AdoptionForm) -> None:
    for name in ("sharing", "since", "owner", "volume", "unit", "shares_volume", "objective", "blockers", "shares_reason", "is_adapted"):
        setattr(adoption, name, getattr(said, name))
    adoption.systems = list(said.systems)


def _check_whole(adoption: Adoption) -> None:
    """That its stage has what it needs: a version for whoever holds it; a day and somebody who answers for what is live."""
    if adoption.stage in HOLDING and adoption.release is None:
        raise Refused("version_missing", "It does not say which version.", where="version", mend="Choose the version you have.")
    if adoption.stage == Stage.LIVE and adoption.since is None:
        raise Refused("since_missing", "It does not say since when it is live.", where="since", mend="Give the day on which it went live.")
    if adoption.stage == Stage.LIVE and not adoption.owner:
        raise Refused(
            "owner_missing", "Nobody answers for it.", where="owner", mend="Name the post or team that owns it at your organisation."
        )


def _still_free(adoption: Adoption) -> None:
    """One record a version, and one without; the module's lock makes this hold until it is stored, the database in any case."""
    if adoption.stage == Stage.RETIRED:
        return
    others = Adoption.objects.exclude(pk=adoption.pk).exclude(stage=Stage.RETIRED).filter(organisation=adoption.organisation)
    if others.filter(module=adoption.module, release=adoption.release).exists():
        what = f"version {adoption.release.version}" if adoption.release else "your interest"
        raise Conflict(
            "adoption_exists",
            f"There is a record of {what} already.",
            where="version",
            mend="Change that record; you find it under In use.",
        )


def _first_held(adoption: Adoption) -> datetime | None:
    """From when a new record holds its version: where it says since when it is live, from that day, or from when the version was there."""
    if adoption.stage not in HOLDING or adoption.release is None:
        return None
    if adoption.stage != Stage.LIVE or adoption.since is None:
        return timezone.now()
    there = adoption.release.listed_at or adoption.release.created_at
    return max(there, timezone.make_aware(datetime.combine(adoption.since, time.min)))


def _hold(adoption: Adoption, stage_before: str, version_before: int | None) -> None:
    """Begin and end the time for which it holds its version."""
    now = timezone.now()
    if adoption.stage == Stage.RETIRED:
        adoption.held_until = adoption.held_until or now
        return
    adoption.held_until = None
    if adoption.stage not in HOLDING:
        adoption.held_since = None
    elif stage_before not in HOLDING or adoption.release_id != version_before or adoption.held_since is None:
        adoption.held_since = now


def _confirm(adoption: Adoption, by: Viewer) -> None:
    adoption.confirmed_at, adoption.confirmed_by = timezone.now(), by.user
    adoption.expires_on = timezone.localdate() + COUNTS_FOR
    adoption.reminded_on = None


def _log_move(adoption: Adoption, stage_before: str, version_before: int | None, by: Viewer) -> None:
    if adoption.release_id != version_before:
        _log(adoption, What.VERSION, by, adoption.reason)
    if adoption.stage != stage_before:
        _log(adoption, What.STAGE, by, adoption.reason)


def _log(adoption: Adoption, what: AdoptionEntry.What, by: Viewer, reason: str = "") -> None:
    AdoptionEntry.objects.create(
        adoption=adoption, what=what, stage=adoption.stage, release=adoption.release, reason=reason, by=by.user, token=by.token
    )


def _done(what: str, adoption: Adoption, by: Viewer) -> None:
    refresh_use(adoption.module)
    record(
        f"adoption.{what}",
        adoption.module.identifier,
        by=by,
        organisation=adoption.organisation,
        adoption=adoption.pk,
        stage=adoption.stage,
        version=adoption.release.version if adoption.release else "",
        sharing=adoption.sharing,
    )
