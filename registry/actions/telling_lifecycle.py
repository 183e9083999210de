"""Whom changes after listing concern, and what they are told. Each is called in the transaction of its change."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from accounts.models import Organisation, Role, User
from accounts.roles import Permission
from registry.adoption.models import HOLDING, Adoption
from registry.catalogue.models import Module
from registry.catalogue.visibility import SHARED
from registry.lifecycle.models import Advisory, Quarantine, Recall, RecallNotice, Retirement, Transfer
from registry.notices.telling import people_of, tell


def stewards() -> list[tuple[Organisation, list[User]]]:
    """The stewards, by the partnership's organisation for which they are."""
    partnerships = Organisation.objects.filter(kind=Organisation.Kind.PARTNERSHIP, is_active=True).order_by("pk")
    return [(each, list(people_of(each, Role.STEWARD))) for each in partnerships]


def tell_of_recall(notice: RecallNotice, *, title: str = "") -> None:
    """Those who answer for an organisation that was told. Who holds only what needs a recalled module reads no name of that."""
    recall = notice.recall
    holdings = notice.holdings.select_related("held__module")
    is_direct = any(holding.is_direct for holding in holdings)
    held = ", ".join(sorted(str(holding.held) for holding in holdings)[:3])
    what = f"{recall.module.identifier} {recall.ranges}" if is_direct else f"a part of {held}"
    tell(
        people_of(notice.organisation, Permission.PUBLISH),
        "recall",
        title=title or f"Recall of {what}",
        text=recall.reason,
        address=reverse("answer_recall", args=[notice.pk]),
        organisation=notice.organisation,
    )


def tell_of_silence(notice: RecallNotice) -> None:
    """A notice nobody answered in time: the holder's administrators, who lead the recall, and stewards where they may follow it."""
    recall, module = notice.recall, notice.recall.module
    tell(
        people_of(notice.organisation, Role.ADMINISTRATOR),
        "recall_escalated",
        title="Your organisation has not answered a recall",
        text=recall.reason,
        address=reverse("answer_recall", args=[notice.pk]),
        organisation=notice.organisation,
    )
    said: dict[str, Any] = {
        "title": f"{notice.organisation} has not answered the recall of {module.identifier}",
        "text": recall.reason,
        "address": reverse("recall_case", args=[recall.pk]),
    }
    tell(people_of(module.organisation, Permission.PUBLISH), "recall_escalated", organisation=module.organisation, **said)
    for partnership, people in stewards() if module.visibility in SHARED else ():
        tell(people, "recall_escalated", organisation=partnership, **said)


def tell_of_remedy(recall: Recall) -> None:
    """Everybody who was told: there is a version to move to."""
    version = recall.remedy.version if recall.remedy else ""
    for notice in recall.notices.select_related("organisation").order_by("pk"):
        notice.recall = recall
        named = notice.holdings.filter(is_direct=True).exists()
        tell_of_recall(notice, title=f"Version {version} mends {recall.module.identifier}" if named else "What was recalled is mended")


def tell_of_quarantine(quarantine: Quarantine, module: Module, but: User | None) -> None:
    """Its publisher, and the stewards of what is shared at all: somebody must look into it."""
    said: dict[str, Any] = {
        "title": f"{module.identifier}@{quarantine.release.version} is in quarantine",
        "text": quarantine.reason,
        "address": reverse("quarantine_case", args=[quarantine.pk]),
    }
    tell(people_of(module.organisation, Permission.PUBLISH), "quarantine", organisation=module.organisation, but=but, **said)
    for partnership, people in stewards() if module.visibility in SHARED else ():
        tell(people, "quarantine", organisation=partnership, but=but, **said)


def tell_of_advisory(advisory: Advisory, affected: list[int], but: User | None) -> None:
    """Those who publish for organisations that use an affected version, while they still see the module."""
    used = Adoption.objects.filter(stage__in=HOLDING, release__in=affected)
    for holder in Organisation.objects.filter(pk__in=used.values("organisation")).order_by("pk"):
        tell(
            people_of(holder, Permission.PUBLISH),
            "advisory",
            title=f"{advisory.key}: {advisory.summary}",
            text=advisory.workaround,
            address=reverse("advisory", args=[advisory.key]),
            organisation=holder,
            module=advisory.module,
            but=but,
        )


def tell_of_offer(transfer: Transfer, waiting: list[str], but: User | None) -> None:
    """Those who must still agree."""
    said: dict[str, Any] = {
        "title": f"{transfer.identifier} from {transfer.owner} to {transfer.receiver}",
        "text": transfer.reason,
        "address": reverse("transfer_case", args=[transfer.pk]),
    }
    if "owner" in waiting:
        tell(people_of(transfer.owner, Permission.PUBLISH), "transfer_offered", organisation=transfer.owner, but=but, **said)
    if "receiver" in waiting:
        tell(people_of(transfer.receiver, Permission.MANAGE_MEMBERS), "transfer_offered", organisation=transfer.receiver, but=but, **said)
    for partnership, people in stewards() if "steward" in waiting else ():
        tell(people, "transfer_offered", organisation=partnership, but=but, **said)


def tell_of_transfer(transfer: Transfer, but: User | None) -> None:
    """Both sides: how it ended."""
    words = {"done": "has passed to", "declined": "does not pass to", "withdrawn": "is no longer offered to"}[transfer.outcome]
    for organisation in (transfer.owner, transfer.receiver):
        tell(
            people_of(organisation, Permission.PUBLISH),
            "transfer_decided",
            title=f"{transfer.identifier} {words} {transfer.receiver}",
            text=transfer.ended_reason,
            address=reverse("transfer_case", args=[transfer.pk]),
            organisation=organisation,
            but=but,
        )


def tell_owner(module: Module, title: str) -> None:
    """Those who publish the module."""
    tell(
        people_of(module.organisation, Permission.PUBLISH),
        "owner_due",
        title=title,
        text="Open its page and say whether you still look after it.",
        address=reverse("module", args=[module.publisher, module.slug]),
        organisation=module.organisation,
        module=module,
    )


def tell_of_retirement(retirement: Retirement, holder: Organisation) -> None:
    """Those who answer for an organisation that holds the module."""
    tell(
        people_of(holder, Permission.PUBLISH),
        "retirement",
        title=f"{retirement.module.identifier} goes out of service on {retirement.ends_on:%-d %B %Y}",
        text=retirement.reason,
        address=reverse("retirement", args=[retirement.pk]),
        organisation=holder,
    )
