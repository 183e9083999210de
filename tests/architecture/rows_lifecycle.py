"""The table's rows of what happens after listing, and the things they speak of: of one module that its owner shares with the named partner."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Role
from accounts.viewer import viewer_of
from registry.actions.keep_attachment import keep_attachment
from registry.actions.publish_advisory import AdvisoryForm, publish_advisory
from registry.actions.quarantine_release import quarantine_release
from registry.actions.report_release import report_release
from registry.actions.transfer_module import offer_transfer
from registry.lifecycle.models import Recall, RecallHolding, RecallNotice, Retirement, RetirementItem
from registry.releases.upload import spooled
from tests.architecture import urls_table as table
from tests.architecture.urls_table import FILE, LOGIN, OWNER, PARTNER, STRANGER, Actor, Row, Rule, Spot, member, refused, signed_in
from tests.make import PICTURE, make_adoption, make_organisation, make_release

CASES = "cases"  # the module's slug


def things(world: Any) -> dict[str, Any]:
    """What the rows speak of, by the names under which their addresses ask for it. Nothing is downloaded for it."""
    releases = {
        version: make_release(f"{OWNER}/{CASES}", version, filename=FILE, visibility="named", share_with=(PARTNER,), by=world.by)
        for version in ("1.0.0", "1.1.0", "1.2.0")
    }
    module, partner = releases["1.0.0"].module, make_organisation(PARTNER)
    report = report_release(release=releases["1.2.0"], reason="Looks odd.", by=viewer_of(world.users["named viewer"]))
    quarantine = quarantine_release(release=releases["1.1.0"], reason="An inquiry.", by=world.by)
    form = AdvisoryForm(summary="Wrong file", details="It happens.", severity="low", ranges="1.0.0")
    advisory = publish_advisory(module=module, form=form, by=world.by)
    recall = Recall.objects.create(module=module, severity="high", ranges="1.0.0", reason="Wrong file.", days=3)
    recall.releases.set([releases["1.0.0"]])
    notice = RecallNotice.objects.create(recall=recall, organisation=partner, due_at=timezone.now())
    # Another that the partner has answered, though its record of use still names the version.
    answered = Recall.objects.create(module=module, severity="low", ranges="1.2.0", reason="Slow.", days=3)
    done = RecallNotice.objects.create(
        recall=answered, organisation=partner, due_at=timezone.now(), acknowledged_at=timezone.now(), answer="stopped"
    )
    RecallHolding.objects.create(notice=done, held=releases["1.2.0"], is_direct=True)
    adoption = make_adoption(releases["1.2.0"], partner)
    transfer = offer_transfer(module=module, receiver=PARTNER, reason="They run it.", by=world.by)
    retirement = Retirement.objects.create(module=module, ends_on=timezone.now().date(), reason="The system goes.")
    items = [RetirementItem.objects.create(retirement=retirement, organisation=partner, item=item) for item in RetirementItem.Item.values]
    with spooled([PICTURE], "off.png") as upload:
        shown = keep_attachment(module=module, organisation=partner, upload=upload, by=viewer_of(world.users["named publisher"]))
    RetirementItem.objects.filter(pk=items[1].pk).update(evidence=shown, done_at=timezone.now())
    return {
        "advisory": advisory.key,
        "quarantine": quarantine.pk,
        "report": report.pk,
        "recall": recall.pk,
        "recall_notice": notice.pk,
        "recall_answered": done.pk,
        "recall_adoption": adoption.pk,
        "transfer": transfer.pk,
        "retirement": retirement.pk,
        "item": items[0].pk,
        "evidence": items[1].pk,
    }


# --- Who is who -----------------------------------------------------------------------------------------------------------
def _publishes(actor: Actor) -> bool:
    return table.publishes(actor, Spot(CASES))


def _steward(actor: Actor) -> bool:
    return actor.role == Role.STEWARD


def _led(actor: Actor) -> bool:
    """Whose business the troubles of the module are."""
    return (actor.organisation == OWNER and not actor.modules) or actor.role in (Role.STEWARD, Role.AUDITOR)


def _sees(actor: Actor) -> bool:
    return _led(actor) or (actor.organisation == PARTNER and not actor.modules)


def _leads(actor: Actor, spot: Spot) -> bool:
    """Its publishers, and stewards where it is shared at all."""
    return table.publishes(actor, spot) or (_steward(actor) and spot.visibility != "own")


def _case(seen: Callable[[Actor], bool], answer: Callable[[Actor], str], outsider: str = table.ACCOUNT) -> Rule:
    """A thing that is absent to whom it does not concern; the others get ``answer``."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not actor.organisation:
            return outsider
        return answer(actor) if seen(actor) else "404"

    return rule


def _if(may: Callable[[Actor], bool], answer: str) -> Callable[[Actor], str]:
    return lambda actor: answer if may(actor) else "403"


def _led_or_steward(actor: Actor) -> bool:
    return _publishes(actor) or _steward(actor)


def _leader(answer: Callable[[Spot], str], sees: Callable[[Actor, Spot], bool]) -> Rule:
    """A page of those who lead a module: absent to those who do not see it, refused to those who may only look."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not sees(actor, spot):
            return "404"
        return answer(spot) if _leads(actor, spot) else "403"

    return rule


def _adopter(answer: str) -> Rule:
    """Administrators of another organisation than the owner and the partnership, of what they see."""

    def rule(actor: Actor, spot: Spot) -> str:
        if not actor.is_signed_in:
            return LOGIN
        if not table.sees_module(actor, spot):
            return "404"
        return answer if actor.role == Role.ADMINISTRATOR and actor.organisation in (PARTNER, STRANGER) else "403"

    return rule


def _ends(actor: Actor) -> str:
    """The quarantine was set by the owner's publisher."""
    if actor.name == table.PUBLISHER.name:
        return "422"
    return "302 /quarantine" if _led_or_steward(actor) else "403"


def _closes(actor: Actor) -> str:
    """Things are still to do, so only a steward closes it."""
    return "302 /retirements/{retirement}" if _steward(actor) else "422" if _publishes(actor) else "403"


def _ticks(actor: Actor) -> str:
    if actor.organisation != PARTNER:
        return "404"
    return "302 /retirements/{retirement}" if actor.role == Role.PUBLISHER else "403"


def _reports(actor: Actor, spot: Spot) -> str:
    answer = table.release_page(actor, spot)
    if answer != "200":
        return answer
    return "403" if actor.role == Role.AUDITOR else f"302 /modules/{OWNER}/{spot.visibility}"


def _taken(actor: Actor, spot: Spot) -> str:
    """Nothing of it is recalled: whoever asks for the form is led to the file."""
    answer = table.page_file(actor, spot)
    return f"302 /modules/{OWNER}/{spot.visibility}/{spot.version}/files/{FILE}" if answer == "200" else answer


# --- What is sent ---------------------------------------------------------------------------------------------------------
Body = Callable[[Any, Actor, Spot], dict[str, Any]]


def _sent(**fields: Any) -> Body:
    return lambda world, actor, spot: fields


def _evidence(world: Any, actor: Actor, spot: Spot) -> dict[str, Any]:
    return {"item": world.keys["item"], "evidence": SimpleUploadedFile("off.png", PICTURE)}


_NOTHING = _sent()
_REASON = _sent(reason="Sends the letter twice.")
_WARNING = _sent(summary="Wrong file", details="It happens.", severity="low", ranges="1.x")
_MODULE, _RELEASE = table._MODULE, table._RELEASE
_AT = f"302 /modules/{OWNER}"


def _row(name: str, route: str, get: Rule, post: Rule = refused, pk: str = "", body: Body = _NOTHING, **more: Any) -> Row:
    return Row(name, route, get, post, arguments={"pk": pk} if pk else {}, body=body, **more)


def _change(get: str, post: Callable[[Spot], str]) -> tuple[Rule, Rule]:
    return table.may_change(lambda spot: get, table.sees_module), table.may_change(post, table.sees_module)


def _here(spot: Spot) -> str:
    return f"{_AT}/{spot.visibility}"


def _acknowledges(actor: Actor, spot: Spot) -> str:
    return "200" if actor.organisation == PARTNER and not actor.modules else "404 not_found"


ROWS: tuple[Row, ...] = (
    _row("advisories", "advisories", signed_in()),
    Row("advisory", "advisories/<piece:key>", _case(_sees, lambda actor: "200", "404"), arguments={"key": "advisory"}),
    Row(
        "amend_advisory",
        "advisories/<piece:key>/change",
        _case(_sees, _if(_led_or_steward, "200"), "404"),
        _case(_sees, _if(_led_or_steward, "302 /advisories/{advisory}"), "404"),
        arguments={"key": "advisory"},
        body=_WARNING,
    ),
    Row(
        "withdraw_advisory",
        "advisories/<piece:key>/withdraw",
        _case(_sees, _if(_led_or_steward, "200"), "404"),
        _case(_sees, _if(_led_or_steward, "302 /advisories/{advisory}"), "404"),
        arguments={"key": "advisory"},
        body=_REASON,
    ),
    _row("quarantines", "quarantine", member()),
    _row(
        "verdicts",
        "quarantine/files",
        member("200", Role.STEWARD, Role.AUDITOR),
        member("302 /quarantine/files", Role.STEWARD),
        body=_sent(sha256="0" * 64, verdict="deny", reason="Unsafe."),
    ),
    _row("quarantine_case", "quarantine/<int:pk>", _case(_led, lambda actor: "200"), _case(_led, _ends), "quarantine", _REASON),
    _row(
        "dismiss_report",
        "quarantine/reports/<int:pk>/dismiss",
        _case(_led, _if(_steward, "200")),
        _case(_led, _if(_steward, "302 /quarantine")),
        "report",
        _REASON,
    ),
    _row("recalls", "recalls", member()),
    _row("recall_case", "recalls/<int:pk>", _case(_led, lambda actor: "200"), pk="recall"),
    _row(
        "recall_remedy",
        "recalls/<int:pk>/remedy",
        refused,
        _case(_led, _if(_led_or_steward, "302 /recalls/{recall}")),
        "recall",
        _sent(version="1.2.0"),
    ),
    _row("end_recall", "recalls/<int:pk>/close", refused, _case(_led, _if(_led_or_steward, "302 /recalls/{recall}")), "recall", _REASON),
    _row(
        "answer_recall",
        "recalls/told/<int:pk>",
        _case(lambda actor: actor.organisation == PARTNER, lambda actor: "200"),
        _case(lambda actor: actor.organisation == PARTNER, _if(lambda actor: actor.role == Role.PUBLISHER, "302 /recalls")),
        "recall_notice",
        _sent(answer="stopped"),
    ),
    Row(
        "recall_record",
        "recalls/told/<int:pk>/records/<int:adoption>",
        refused,
        _case(
            lambda actor: actor.organisation == PARTNER,
            _if(lambda actor: actor.role == Role.PUBLISHER, "302 /recalls/told/{recall_answered}"),
        ),
        arguments={"pk": "recall_answered", "adoption": "recall_adoption"},
        body=_sent(do="retire"),
    ),
    _row("transfers", "transfers", member()),
    _row(
        "transfer_case", "transfers/<int:pk>", _case(lambda actor: _sees(actor) and not _steward(actor), lambda actor: "200"), pk="transfer"
    ),
    _row(  # the partner has no administrator here, and the owner has agreed
        "agree_transfer",
        "transfers/<int:pk>/agree",
        refused,
        _case(lambda actor: _sees(actor) and not _steward(actor), lambda actor: "403"),
        "transfer",
    ),
    _row(
        "end_transfer",
        "transfers/<int:pk>/end",
        refused,
        _case(lambda actor: _sees(actor) and not _steward(actor), _if(_publishes, "302 /transfers/{transfer}")),
        "transfer",
        _REASON,
    ),
    _row("retirements", "retirements", member()),
    _row("retirement", "retirements/<int:pk>", _case(_sees, lambda actor: "200"), pk="retirement"),
    _row("tick_retirement", "retirements/<int:pk>/tick", refused, _case(_sees, _ticks), "retirement", _evidence),
    _row("close_retirement", "retirements/<int:pk>/close", refused, _case(_sees, _closes), "retirement", _REASON),
    _row("retirement_evidence", "retirements/evidence/<int:pk>", _case(_sees, lambda actor: "200"), pk="evidence"),
    _row("undeprecate", f"{_MODULE}/undeprecate", *_change("200", lambda spot: "422"), body=_REASON, of="module"),
    _row("confirm_owner", f"{_MODULE}/confirm-owner", refused, _change("200", _here)[1], of="module"),
    _row(
        "support",
        f"{_MODULE}/support",
        *_change("200", _here),
        body=_sent(support_by="A firm", support_until="2030-01-01"),
        of="module",
    ),
    _row(  # a version of each that is shared is in review
        "transfer",
        f"{_MODULE}/transfer",
        *_change("200", lambda spot: "302 /transfers" if spot.visibility == "own" else "422"),
        body=_sent(receiver=STRANGER, reason="They run it."),
        of="module",
    ),
    _row("adopt", f"{_MODULE}/adopt", _adopter("200"), _adopter("422"), body=_REASON, of="module"),
    _row(
        "retire",
        f"{_MODULE}/retire",
        *_change("200", lambda spot: "302 /retirements"),
        body=_sent(ends_on="2040-01-01", reason="The system goes."),
        of="module",
    ),
    _row(
        "warn",
        f"{_MODULE}/advisory",
        _leader(lambda spot: "200", table.sees_module),
        _leader(_here, table.sees_module),
        body=_WARNING,
        of="module",
    ),
    _row(  # the address of a recall just made is its key; a preview shows who may
        "recall",
        f"{_MODULE}/recall",
        _leader(lambda spot: "200", table.sees_module),
        _leader(lambda spot: "200", table.sees_module),
        body=_sent(versions="1.x", severity="low", reason="Wrong file.", do="preview"),
        of="module",
    ),
    _row(
        "quarantine_all",
        f"{_MODULE}/quarantine",
        _leader(lambda spot: "200", table.sees_module),
        _leader(lambda spot: "302 /quarantine", table.sees_module),
        body=_REASON,
        of="module",
    ),
    _row("report", f"{_RELEASE}/report", table.release_page, _reports, body=_REASON, of="release"),
    _row(
        "quarantine",
        f"{_RELEASE}/quarantine",
        _leader(lambda spot: "200", table.sees_release),
        _leader(lambda spot: "422" if spot.state == "quarantined" else "302 /quarantine", table.sees_release),
        body=_REASON,
        of="release",
    ),
    _row("download_anyway", f"{_RELEASE}/files/<piece:filename>/anyway", _taken, _taken, body=_REASON, of="release"),
    # To machines.
    Row(
        "atom_advisories",
        "feeds/atom/advisories",
        table.api_read(table.anything),
        table._no_method("publish"),
        table._no_method("publish"),
        options=table._no_method("publish"),
    ),
    Row("", "feeds/", table._no_path("read"), table._no_path("publish"), table._no_path("publish"), options=table._no_path("publish")),
    table._api("api_advisories", "v1/advisories", get=table.api_read(table.anything)),
    table._api(
        "api_advisory",
        "v1/advisories/<segment:key>.json",
        get=table.api_read(lambda actor, spot: _sees(actor)),
        arguments={"key": "advisory"},
    ),
    table._api("api_recalls", "v1/recalls", get=table.api_read(table.anything)),
    table._api(
        "api_acknowledge",
        "v1/recalls/<segment:key>/acknowledge",
        post=table.machine("publish", _acknowledges),
        arguments={"key": "recall_notice"},
        body=_sent(answer="stopped"),
        is_json=True,
    ),
    table._api(
        "api_publish_advisory",
        f"{table._API_MODULE}/advisories",
        post=table.api_write(lambda spot: "201"),
        body=_WARNING,
        is_json=True,
        of="module",
    ),
    table._api(
        "api_recall",
        f"{table._API_MODULE}/recalls",
        post=table.api_write(lambda spot: "201"),
        body=_sent(versions="1.x", severity="low", reason="Wrong file."),
        is_json=True,
        of="module",
    ),
    table._api(
        "api_undeprecate",
        f"{table._API_MODULE}/undeprecate",
        post=table.api_write(lambda spot: "409 not_deprecated"),
        body=_REASON,
        is_json=True,
        of="module",
    ),
    table._api(
        "api_quarantine",
        f"{table._API_RELEASE}/quarantine",
        post=table.api_write(lambda spot: "409 already_quarantined" if spot.state == "quarantined" else "200"),
        body=_REASON,
        is_json=True,
        of="release",
    ),
)
