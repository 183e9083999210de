"""Passes a module on to another organisation: offered or asked for, agreed to by both sides, then done at once."""

from __future__ import annotations

from django.db import transaction
from django.db.models import F, Sum
from django.utils import timezone

from accounts.audit import record
from accounts.models import ApiToken, Organisation, User
from accounts.roles import Permission, may
from accounts.tokens import end_token, live_tokens
from accounts.viewer import Viewer
from registry.actions.confirm_ownership import confirmed
from registry.actions.refresh_module import refresh_module
from registry.actions.telling_lifecycle import tell_of_offer, tell_of_transfer
from registry.actions.yank_release import given_reason
from registry.catalogue.models import Module
from registry.errors import Conflict, NotAllowed, Refused
from registry.lifecycle.models import FormerIdentifier, Transfer
from registry.lifecycle.names import check_name
from registry.permissions import may_adopt, publisher_for
from registry.releases.models import Artefact, StoredBytes
from registry.reviews.models import Review, Widening
from registry.values.markings import Visibility


def offer_transfer(*, module: Module, receiver: str, reason: str, by: Viewer) -> Transfer:
    """Offer the module to the organisation ``receiver`` (a slug). Its publisher's publishers and administrators may.

    Raises :class:`NotAllowed`, :class:`Refused` (``reason_missing``, ``organisation_unknown``) or :class:`Conflict` (``transfer_open``,
    ``name_taken``, ``review_open``, ``already_theirs``).
    """
    user = _person(by)
    publisher_for(by, module.publisher, module.slug)
    reason = given_reason(reason)
    organisation = Organisation.objects.filter(slug=receiver.strip(), is_active=True).exclude(kind=Organisation.Kind.PARTNERSHIP).first()
    if organisation is None:
        raise Refused("organisation_unknown", "There is no such organisation.", where="receiver", mend="Choose one of the list.")
    return _begin(module, Transfer.Kind.OFFER, organisation, reason, user, by)


def ask_adoption(*, module: Module, reason: str, by: Viewer) -> Transfer:
    """Ask to look after a module that needs an owner, for the organisation acted for. Its administrators may.

    Raises :class:`NotAllowed` (``may_not_adopt``), :class:`Refused` or :class:`Conflict` (``has_an_owner`` and as :func:`offer_transfer`).
    """
    user = _person(by)
    if by.organisation is None or not may_adopt(by, module):
        raise NotAllowed("may_not_adopt", "Only administrators of another organisation ask to look after a module.")
    if not module.needs_owner:
        raise Conflict("has_an_owner", "Somebody looks after this module.", where="module", mend="Write to its owner.")
    return _begin(module, Transfer.Kind.ADOPTION, by.organisation, given_reason(reason), user, by)


def agree_transfer(*, transfer: Transfer, by: Viewer) -> Transfer:
    """Agree for whichever side ``by`` may speak for and that has not agreed yet; with the last that is needed the module passes on.

    Raises :class:`NotAllowed` (``not_a_side``, ``second_person``) or :class:`Conflict` (``transfer_ended``, ``name_taken``, ``review_open``).
    """
    user = _person(by)
    with transaction.atomic():
        transfer, module = _locked(transfer)
        side = _side(transfer, by, user)
        setattr(transfer, f"{side}_agreed_at", timezone.now())
        setattr(transfer, f"{side}_agreed_by", user)
        transfer.save()
        record("transfer.agreed", transfer.identifier, by=by, organisation=transfer.owner, side=side, to=transfer.receiver.slug)
        if not waiting_for(transfer):
            _pass_on(transfer, module, by)
            tell_of_transfer(transfer, user)
    return transfer


def end_transfer(*, transfer: Transfer, reason: str, by: Viewer) -> Transfer:
    """Decline, or take back what one's own side began. Either side may, and of an adoption a steward.

    Raises :class:`NotAllowed` (``not_a_side``), :class:`Refused` (``reason_missing``) or :class:`Conflict` (``transfer_ended``).
    """
    user = _person(by)
    reason = given_reason(reason)
    with transaction.atomic():
        transfer, _ = _locked(transfer)
        sides = sides_of(transfer, by)
        if not sides:
            raise NotAllowed("not_a_side", "Only those whom it concerns may decide this.")
        began = "owner" if transfer.kind == Transfer.Kind.OFFER else "receiver"
        transfer.outcome = Transfer.Outcome.WITHDRAWN if began in sides else Transfer.Outcome.DECLINED
        transfer.ended_at, transfer.ended_by, transfer.ended_reason = timezone.now(), user, reason
        transfer.save()
        tell_of_transfer(transfer, user)
        record(f"transfer.{transfer.outcome}", transfer.identifier, by=by, organisation=transfer.owner, to=transfer.receiver.slug)
    return transfer


def sides_of(transfer: Transfer, by: Viewer) -> list[str]:
    """The sides for which ``by`` may speak: ``owner``, ``receiver``, and of an adoption ``steward``."""
    sides = []
    if may(by.user, Permission.PUBLISH, transfer.owner):
        sides.append("owner")
    if may(by.user, Permission.MANAGE_MEMBERS, transfer.receiver):
        sides.append("receiver")
    if by.is_steward and transfer.kind == Transfer.Kind.ADOPTION:
        sides.append("steward")
    return sides


def waiting_for(transfer: Transfer) -> list[str]:
    """The sides that must still agree. The owner of what is adopted is asked too while its organisation has anybody who publishes."""
    needed = ["owner", "receiver"] if transfer.kind == Transfer.Kind.OFFER else ["receiver", "steward"]
    if transfer.kind == Transfer.Kind.ADOPTION and _is_alive(transfer.owner):
        needed.append("owner")
    return [side for side in needed if getattr(transfer, f"{side}_agreed_at") is None]


def _is_alive(organisation: Organisation) -> bool:
    people = organisation.memberships.filter(user__is_active=True, role__in=("publisher", "administrator"))
    return organisation.is_active and people.exists()


def _side(transfer: Transfer, by: Viewer, user: User) -> str:
    """The side that ``by`` agrees for now; nobody agrees for two."""
    mine = [side for side in sides_of(transfer, by) if side in waiting_for(transfer)]
    if not mine:
        raise NotAllowed("not_a_side", "You are not one of those who must still agree.")
    if any(getattr(transfer, f"{side}_agreed_by_id") == user.pk for side in ("owner", "receiver", "steward")):
        raise NotAllowed("second_person", "You have agreed for one side, so somebody else must for the other.", mend="Ask a colleague.")
    return mine[0]


def _begin(module: Module, kind: str, receiver: Organisation, reason: str, user: User, by: Viewer) -> Transfer:
    side = "owner" if kind == Transfer.Kind.OFFER else "receiver"
    with transaction.atomic():
        module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=module.pk)
        if module.transfers.filter(outcome=Transfer.Outcome.OPEN).exists():
            raise Conflict(
                "transfer_open", "The module is offered or asked for already.", where="module", mend="Wait until that is decided."
            )
        if receiver.pk == module.organisation_id:
            raise Conflict("already_theirs", "The module is theirs already.", where="receiver")
        _check_free(module, receiver)
        made = Transfer.objects.create(
            module=module,
            kind=kind,
            owner=module.organisation,
            receiver=receiver,
            identifier=module.identifier,
            title=module.title,
            reason=reason,
            begun_by=user,
            **{f"{side}_agreed_at": timezone.now(), f"{side}_agreed_by": user},
        )
        record("transfer.begun", module.identifier, by=by, organisation=module.organisation, kind=kind, to=receiver.slug, reason=reason)
        tell_of_offer(made, waiting_for(made), user)
    return made


def _check_free(module: Module, receiver: Organisation) -> None:
    """Its short name is free there, and nobody is judging it for its old publisher just now."""
    if Module.objects.filter(publisher=receiver.slug, slug=module.slug).exists():
        raise Conflict(
            "name_taken", f"{receiver} has a module {module.slug} already.", where="receiver", mend="One of the two needs another name."
        )
    check_name(receiver.slug, module.slug)
    if (
        Review.objects.filter(release__module=module, closed_at=None).exists()
        or Widening.objects.filter(module=module, decided_at=None).exists()
    ):
        raise Conflict("review_open", "A version of it is in review.", where="module", mend="Let that end first, or take the version back.")


def _pass_on(transfer: Transfer, module: Module, by: Viewer) -> None:
    """Everything that follows, in the transaction of the last consent."""
    old, new = transfer.owner, transfer.receiver
    _check_free(module, new)
    FormerIdentifier.objects.create(publisher=module.publisher, slug=module.slug, module=module)
    _end_tokens(old, module.slug, by)
    _move_bytes(module, old, new)
    module.shares.filter(organisation=new).delete()  # it needs no share in what is its own
    if module.visibility == Visibility.NAMED and not module.shares.exists():
        module.visibility = Visibility.OWN  # nobody is named any more
    module.organisation, module.publisher = new, new.slug
    module.owner_name = module.owner_email = module.support_by = ""
    module.support_until = None
    confirmed(module, by)
    module.save()
    refresh_module(module)
    transfer.outcome, transfer.ended_at, transfer.ended_by = Transfer.Outcome.DONE, timezone.now(), by.user
    transfer.save()
    for organisation in (old, new):
        record("module.transferred", module.identifier, by=by, organisation=organisation, former=transfer.identifier, receiver=new.slug)


def _end_tokens(organisation: Organisation, slug: str, by: Viewer) -> None:
    """Tokens bound to the module: those bound to it alone end, as none bound to nothing may come to be bound to all."""
    for token in live_tokens().filter(organisation=organisation, modules__contains=[slug]).select_related("organisation"):
        left = [each for each in token.modules if each != slug]
        if left:
            ApiToken.objects.filter(pk=token.pk).update(modules=left)
            record("token.narrowed", token.hint, by=by, organisation=organisation, modules=left)
        else:
            end_token(token, by)


def _move_bytes(module: Module, old: Organisation, new: Organisation) -> None:
    """The totals of both; rows are locked in the order of their keys by the one statement each."""
    total = Artefact.objects.filter(release__module=module).aggregate(total=Sum("size"))["total"] or 0
    for organisation in sorted((old, new), key=lambda each: each.pk):
        StoredBytes.objects.get_or_create(organisation=organisation, defaults={"total": 0})
        change = total if organisation.pk == new.pk else -total
        StoredBytes.objects.filter(organisation=organisation).update(total=F("total") + change)


def _locked(transfer: Transfer) -> tuple[Transfer, Module]:
    module = Module.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=transfer.module_id)
    found = Transfer.objects.select_for_update(of=("self",)).select_related("owner", "receiver").get(pk=transfer.pk)
    if found.outcome != Transfer.Outcome.OPEN:
        raise Conflict("transfer_ended", "That was decided already.", where="transfer")
    found.module = module
    return found, module


def _person(by: Viewer) -> User:
    if by.user is None or by.token is not None:
        raise NotAllowed("person_needed", "People pass modules on, programs do not.", mend="Sign in and open the page of transfers.")
    return by.user
