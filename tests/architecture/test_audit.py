"""Every change of state writes its event in the same transaction, by whatever door it comes; and the auditor changes nothing.

Three tables hold it: where events are written and which (``EVENTS``), what each address that takes a POST writes (``WRITES``), and which of
those addresses change nothing that is audited (``UNAUDITED``). What stands in none of them fails.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction

from accounts.models import AuditEvent
from tests.architecture.rows_runs import stored_by_a_run
from tests.architecture.tables import rows
from tests.architecture.test_authorisation import spots
from tests.architecture.urls_table import ACCOUNT, LOGIN, ON_API, ON_PAGES, PEOPLE, TABLE, Actor, Row, Spot, World, address, answered
from tests.make import stored_files
from tests.unchanged import audit_refuses

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
AUDITOR = next(actor for actor in PEOPLE if actor.name == "auditor")

# Every module that writes events, and every action: the events it may write. An action that writes none says why.
EVENTS: dict[str, set[str]] = {
    "accounts.actions.accept_invitation": {"member.joined", "account.created"},
    "accounts.actions.change_name": {"account.renamed"},
    "accounts.actions.change_role": {"member.role_changed"},
    "accounts.actions.change_signing": {"member.signing_changed"},
    "accounts.actions.end_membership": {"member.removed"},
    "accounts.actions.export_audit": {"audit.exported"},
    "accounts.actions.invite_member": {"member.invited"},
    "accounts.actions.withdraw_invitation": {"member.invitation_withdrawn"},
    "accounts.adapters": {"account.created", "account.password_changed"},
    "accounts.management.commands.add_member": {"member.added"},
    "accounts.management.commands.add_organisation": {"organisation.added"},
    "accounts.tokens": {"token.issued", "token.revoked"},
    "demonstration.loading": {"demonstration.loaded"},
    "registry.actions.check_release": {"release.listed"},  # else by reviews.moving
    "registry.actions.replace_artefacts": {"release.files_replaced"},
    "registry.actions.submit_release": {"release.submitted"},
    "registry.actions.keep_attachment": {"attachment.kept"},
    "registry.actions.ask_widening": {"widening.asked"},
    "registry.actions.decide_widening": {"widening.*"},
    "registry.reviews.following": {"widening.lapsed"},
    "registry.reviews.moving": {"review.*"},  # every act of a review
    **{
        f"registry.actions.{act}": set()  # by reviews.moving
        for act in (
            *("answer_finding", "ask_author", "claim_review", "hold_release", "list_release", "refuse_release", "reopen_review"),
            *("resubmit_release", "sign_off", "tick_item"),
        )
    },
    "registry.actions.telling_reviews": set(),  # notices of what others record
    "registry.actions.declare_data_use": {"data_use.declared"},
    "registry.actions.write_assessment": {"assessment.written", "assessment.paper_added"},
    "registry.actions.sign_assessment": {"assessment.signed"},
    "registry.actions.record_law_change": {"law.changed", "law.reassessed", "module.legal_bases"},
    "registry.actions.list_public_part": {"module.public_part"},
    "registry.actions.ask_access": {"access.asked", "access.withdrawn"},
    "registry.actions.decide_access": {"access.*", "access.revoked"},
    "registry.actions.choose_notice_mail": {"account.notices_chosen"},
    "registry.actions.read_notices": set(),  # that one has read something is one's own affair
    "registry.actions.send_notices": set(),  # mail of what others record
    "registry.actions.send_digests": set(),
    "registry.actions.refresh_tiers": set(),  # reckoned anew
    "registry.actions.refresh_sequence_updates": set(),  # reckoned anew
    "registry.actions.telling_sequences": set(),  # notices of what others record
    "registry.actions.give_notice": {"notice_period.given", "notice_period.withdrawn"},
    "registry.actions.object_to_release": {"objection.made", "objection.answered"},
    "registry.actions.deprecate_module": {"module.deprecated"},
    "registry.actions.publish_release": {"module.created", "release.published"},
    "registry.actions.update_module": {"module.updated"},
    "registry.actions.yank_release": {"release.yanked", "release.unyanked"},
    "registry.actions.save_forecast": {"forecast.made", "forecast.realised"},
    "registry.actions.inspect_upload": set(),  # stores nothing
    "registry.actions.record_download": set(),  # the count itself names no person
    "registry.actions.take_bundle": set(),  # as record_download; recalls are overridden by override_recall
    "registry.actions.tell_adopter": {"recall.reopened"},
    "registry.actions.compose_sequence": set(),  # drafts are working papers: publishing one is audited
    "registry.actions.import_rows": {"import.done"},
    "registry.actions.import_adoption": set(),  # by state_adoption
    "registry.actions.import_benefit": set(),  # by write_claim, record_baseline, record_cost
    "registry.actions.acknowledge_recall": {"recall.acknowledged"},
    "registry.actions.close_recall": {"recall.remedied", "recall.closed"},
    "registry.actions.confirm_ownership": {"module.owner_confirmed", "module.support_promised"},
    "registry.actions.decide_digest": {"bytes.*", "release.released_from_quarantine"},
    "registry.actions.dismiss_report": {"report.dismissed"},
    "registry.actions.follow_up_owners": {"module.owner_due", "module.needs_owner"},
    "registry.actions.follow_up_recalls": {"recall.reminded", "recall.escalated"},
    "registry.actions.follow_up_retirements": set(),  # by retire_module
    "registry.actions.override_recall": {"recall.overridden"},
    "registry.actions.publish_advisory": {"advisory.published", "advisory.amended", "advisory.withdrawn"},
    "registry.actions.quarantine_release": {"release.quarantined"},
    "registry.actions.recall_releases": {"recall.made", "recall.told"},
    "registry.actions.release_from_quarantine": {"release.released_from_quarantine"},
    "registry.actions.report_release": {"release.reported"},
    "registry.actions.retire_module": {"retirement.started", "retirement.told", "retirement.item_done", "retirement.closed"},
    "registry.actions.telling_lifecycle": set(),  # notices of what others record
    "registry.actions.transfer_module": {"transfer.begun", "transfer.agreed", "transfer.*", "module.transferred", "token.narrowed"},
    "registry.actions.consent_runs": {"runs.opted_in", "runs.opted_out", "runs.shown", "runs.hidden"},
    "registry.actions.release_held_runs": {"runs.released", "runs.discarded"},
    "registry.actions.delete_runs": {"runs.deletion_asked", "runs.deleted"},
    "registry.actions.import_runs": {"runs.imported"},  # by people; what machines send is its own record
    "registry.actions.receive_delivery": set(),  # as record_runs
    "registry.actions.naming_runs": set(),  # reads
    "registry.actions.open_run_hook": {"run_hook.opened", "run_hook.renewed", "run_hook.closed"},
    "registry.actions.map_run_name": {"run_name.mapped", "run_name.unmapped"},
    "registry.actions.record_runs": set(),  # a run is its own record and names nobody
    "registry.actions.roll_up_runs": set(),  # reckoned
    "registry.actions.keep_runs": set(),  # what was kept for a while
    "registry.actions.undeprecate_module": {"module.undeprecated"},
    "registry.actions.rate_release": {"rating.given", "rating.changed"},
    "registry.actions.reply_rating": {"rating.replied"},
    "registry.actions.report_rating": {"rating.reported"},
    "registry.actions.decide_rating_report": {"rating.hidden", "rating.kept", "rating.restored"},
    "registry.actions.telling_ratings": set(),  # notices of what others record
    "registry.actions.record_practice": {"practice.recorded"},
    "registry.actions.decide_practice": {"practice.confirmed", "practice.declined"},
    "registry.actions.state_adoption": {"adoption.*"},
    "registry.actions.follow_up_adoptions": {"adoption.expired", "adoption.reminded"},
    "registry.actions.telling_adoption": set(),  # notices of what others record
    "registry.actions.refresh_use": set(),  # reckoned anew
    "registry.actions.refresh_module": set(),  # a part of other actions: what is shown is reckoned anew
    "registry.actions.remove_expired": set(),  # what nothing names any more
    "registry.actions.sweep_outbox": set(),  # sends again what was not sent
    # The benefits ledger.
    "registry.benefits.moving": {"claim.*"},  # whatever is done to a claim
    **{
        f"registry.actions.{act}": set() for act in ("write_claim", "submit_claim", "decide_claim", "add_evidence", "measure_outcome")
    },  # by it
    "registry.actions.share_claim": {"claim.share_agreed", "claim.share_declined"},  # for who shares in it; the rest by benefits.moving
    "registry.actions.telling_benefits": set(),  # notices of what others record
    "registry.actions.record_baseline": {"baseline.recorded"},
    "registry.actions.record_cost": {"cost.recorded", "cost.removed"},
    "registry.actions.record_rate": {"rate.recorded"},
}
# Of every address that takes a POST and changes something: the events of one request. Each set is one outcome.
WRITES: dict[str, list[list[str]]] = {
    "draft_publish": [["module.created", "release.published"]],
    "publish": [["module.created", "release.published"]],
    "edit": [["module.updated"], ["module.updated", "review.judged_anew"]],
    "deprecate": [["module.deprecated"]],
    "yank": [["release.yanked"]],
    "unyank": [["release.unyanked"]],
    "api_releases": [["release.published"]],
    "api_deprecate": [["module.deprecated"]],
    "api_yank": [["release.yanked"]],
    "api_unyank": [["release.unyanked"]],
    "export_audit": [["audit.exported"]],
    # Reviews.
    "submit_release": [["release.submitted"]],
    "claim_review": [["review.claim"]],
    "decide_review": [["review.hold"]],
    "ask_author": [["review.ask_author"]],
    "hold_release": [["review.hold"]],
    "refuse_release": [["review.refuse"]],
    "answer_finding": [["review.answer"]],
    "widening": [["widening.declined"], ["widening.withdrawn"]],
    "api_submit": [["release.submitted"]],
    "api_replace": [["release.files_replaced"]],
    # Governance.
    "governance_declare": [["data_use.declared"], ["data_use.declared", "review.data_use"]],
    "law_changed": [["law.changed"]],
    "public_part": [["module.public_part"]],
    "api_governance": [["data_use.declared"], ["data_use.declared", "review.data_use"]],
    "notice_preferences": [["account.notices_chosen"]],
    # What happens after listing.
    "report": [["release.reported"]],
    "quarantine": [["release.quarantined"]],
    "quarantine_all": [["release.quarantined"] * 6],
    "quarantine_case": [["release.released_from_quarantine"]],
    "dismiss_report": [["report.dismissed"]],
    "verdicts": [["bytes.denied"]],
    "warn": [["advisory.published"]],
    "amend_advisory": [["advisory.amended"]],
    "withdraw_advisory": [["advisory.withdrawn"]],
    "recall_remedy": [["recall.remedied"]],
    "end_recall": [["recall.closed"]],
    "answer_recall": [["recall.acknowledged"]],
    "recall_record": [["adoption.moved"]],
    "import_preview": [["adoption.stated", "import.done"]],
    "transfer": [["transfer.begun"]],
    "end_transfer": [["transfer.withdrawn"]],
    "tick_retirement": [["attachment.kept", "retirement.item_done"]],
    "close_retirement": [["retirement.closed"]],
    "confirm_owner": [["module.owner_confirmed"]],
    "support": [["module.support_promised"]],
    "withdraw_notice": [["notice_period.withdrawn"]],
    "object_to_release": [["objection.made"]],
    "answer_objection": [["objection.answered"]],
    "retire": [["retirement.started"], ["retirement.started", "retirement.told"]],
    "forecast": [["forecast.made"]],
    "realise_forecast": [["forecast.realised"]],
    "api_publish_advisory": [["advisory.published"]],
    "api_recall": [["recall.made"], ["recall.made", "recall.told"]],
    "api_acknowledge": [["recall.acknowledged"]],
    "api_quarantine": [["release.quarantined"]],
    # Runs.
    "runs_opt_in": [["runs.opted_in"]],
    "runs_upload": [["runs.imported"]],
    "runs_hook": [["run_hook.opened"]],
    "runs_name": [["run_name.mapped"]],
    "forget_run_name": [["run_name.unmapped"]],
    "runs_opt_out": [["runs.opted_out"]],
    "runs_show": [["runs.shown"]],
    "runs_delete": [["runs.deletion_asked"]],
    "held_runs": [["runs.released"]],
    # Who runs what.
    "use": [["adoption.stated"]],
    "confirm_adoption": [["adoption.confirmed"]],
    "move_adoption": [["adoption.moved"]],
    "change_adoption": [["adoption.changed"]],
    "retire_adoption": [["adoption.moved"]],
    "api_module_adoptions": [["adoption.stated"]],
    "api_confirm_adoption": [["adoption.confirmed"]],
    "api_move_adoption": [["adoption.moved"]],
    # What adopters and stewards say.
    "rate": [["rating.changed"]],
    "reply_rating": [["rating.replied"]],
    "report_rating": [["rating.reported"]],
    "decide_rating": [["rating.hidden"]],
    "edit_practice": [["practice.recorded"]],
    "decide_practice": [["practice.confirmed"]],
    # The benefits ledger.
    "add_baseline": [["baseline.recorded"]],
    "add_cost": [["cost.recorded"]],
    "remove_cost": [["cost.removed"]],
    "add_rate": [["rate.recorded"]],
    "change_claim": [["claim.changed"]],
    "claim_evidence": [["attachment.kept", "claim.evidence_added"]],
    "claim_shares": [["claim.shared"]],
    "claim_outcomes": [["claim.changed"]],
    "remove_outcome": [["claim.changed"]],
    "submit_claim": [["claim.submitted"]],
    "withdraw_claim": [["claim.withdrawn"]],
    "decide_claim": [["claim.approved"]],
    "agree_claim_share": [["claim.share_agreed"] * 2],  # in the books of both organisations
    "api_claims": [["claim.written"]],
    "api_submit_claim": [["claim.submitted"]],
    "api_baselines": [["baseline.recorded"]],
    "change_name": [["account.renamed"]],
    "new_token": [["token.issued"]],
    "revoke_token": [["token.revoked"]],
    "invite_member": [["member.invited"]],
    "change_role": [["member.role_changed"]],
    "end_membership": [["member.removed"]],
    "withdraw_invitation": [["member.invitation_withdrawn"]],
    "join_organisation": [["member.joined"]],
}
_ON_DRAFTS = {
    "compose", "compose_upload", "draft_words", "draft_discard", "draft_add", "draft_step", "draft_move", "draft_remove", "draft_module",
    "draft_call", "draft_inputs", "draft_gives", "draft_next",
}  # fmt: skip
# Addresses whose POST is answered and changes nothing that is audited.
UNAUDITED = _ON_DRAFTS | {
    "check", "api_inspect", "api_write_bpmn", "api_resolve",  # store nothing
    "api_runs", "api_runs_table", "api_runs_logs",  # a run is its own record
    "notice", "notices",  # that one has read something is one's own affair
    "sequence_bundle",  # nothing that the table asks for is recalled: tests/registry/web/test_sequence_pages.py
    "widen", "add_claim",  # the table asks for the preview
    "api_list",  # refused, or listed already
    "agree_transfer",  # of the people here nobody may
    "recall", "download_anyway",  # the one shows what would be done, the other leads to a file that is not recalled
    "choose_organisation", "account_login", "account_logout", "account_reauthenticate",  # sessions
    "account_reset_password",  # a mail
    # Refused to what the table sends; tests/accounts tests what they write when they are given what they ask for.
    "account_change_password", "account_set_password", "account_reset_password_from_key", "accept_invitation",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_generate_recovery_codes", "mfa_add_webauthn", "mfa_remove_webauthn", "mfa_edit_webauthn",
    "mfa_download_recovery_codes", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_authenticate", "mfa_login_webauthn",
    # Only lead elsewhere, or are not there.
    "account_email", "account_signup", "account_confirm_email", "account_confirm_login_code", "socialaccount_connections",
    "socialaccount_signup", "openid_connect_login", "openid_connect_callback", "",
}  # fmt: skip


_A_RUN = dict.fromkeys(("api_runs", "api_runs_table", "api_runs_logs"), stored_by_a_run())
_DRAFTED = {name: {"registry_sequencedraft"} for name in _ON_DRAFTS}  # an organisation's working papers
OWN_AFFAIRS = {**_A_RUN, **_DRAFTED, "notice": {"registry_notice"}, "notices": {"registry_notice"}}


def done(row: Row) -> list[tuple[Actor, Spot]]:
    """Who is let in by a POST, and where."""
    actors = ON_API if row.is_api else ON_PAGES
    asked = [(actor, spot) for actor in actors for spot in spots(row, "POST")]
    elsewhere = (LOGIN,) if row.route.startswith("account/") else (LOGIN, ACCOUNT)  # whoever belongs nowhere is led to their account
    return [(actor, spot) for actor, spot in asked if (answer := row.rule("POST")(actor, spot))[0] in "23" and answer not in elsewhere]


TAKING_POST = [row for row in TABLE if done(row)]


def recording(path: Path) -> Iterator[str]:
    """The events that the module at ``path`` writes; a part that is reckoned is a star."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "record":
            yield from _texts(node.args[0], path)


def _texts(node: ast.expr, path: Path) -> Iterator[str]:
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values)
    elif isinstance(node, ast.IfExp):
        yield from _texts(node.body, path)
        yield from _texts(node.orelse, path)
    elif isinstance(node, ast.Name):
        for each in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            targets = [target.id for target in getattr(each, "targets", []) if isinstance(target, ast.Name)]
            if isinstance(each, ast.Assign) and node.id in targets:
                yield from _texts(each.value, path)


def modules() -> dict[str, set[str]]:
    """Every action, and every other module that writes events, with what it writes."""
    found = {}
    for package in ("accounts", "api", "demonstration", "registry"):
        for path in sorted((ROOT / package).rglob("*.py")):
            text = path.read_text(encoding="utf-8")
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            is_action = path.parent.name == "actions" and path.stem != "__init__"
            if is_action or "from accounts.audit import record" in text:
                found[name] = set(recording(path))
    return found


def test_every_module_that_writes_events_and_every_action_is_in_the_table() -> None:
    assert modules() == EVENTS


def test_every_address_that_takes_a_post_is_in_a_table() -> None:
    assert {row.name for row in TAKING_POST} - set(WRITES) - UNAUDITED == set()
    assert (set(WRITES) | UNAUDITED) - {row.name for row in TABLE} == set()
    assert set(WRITES) - {row.name for row in TAKING_POST} == set(WRITES) & UNAUDITED == set()


@pytest.mark.parametrize("row", TAKING_POST, ids=lambda row: row.name or row.route)
def test_a_change_writes_its_events_and_nothing_else_does(world: World, row: Row) -> None:
    """Whatever table changed: the events are those of ``WRITES``, once each; and where no table changed there is none."""
    known, before = AuditEvent.objects.count(), rows()
    outcomes = set()
    for actor, spot in done(row):
        with transaction.atomic():
            response = world.ask(actor, "POST", address(world, row, spot), row.body(world, actor, spot), is_json=row.is_json)
            after = rows()
            events = sorted(AuditEvent.objects.order_by("pk").values_list("action", flat=True)[known:])
            transaction.set_rollback(True)
        changed = {table for table in after if after[table] != before[table]} - OWN_AFFAIRS.get(row.name, set())
        what = f"{actor.name} at {spot.visibility or row.name} {spot.state}: {answered(response)}"
        assert (events in WRITES.get(row.name, [])) == bool(changed), (what, events, changed)
        assert bool(events) == ("accounts_auditevent" in changed), (what, changed)
        outcomes.add(tuple(events))
    assert outcomes - {()} == {tuple(events) for events in WRITES.get(row.name, [])}


@pytest.mark.parametrize("row", [row for row in TAKING_POST if row.name in WRITES], ids=lambda row: row.name)
def test_what_cannot_be_audited_is_not_done(world: World, row: Row) -> None:
    """When the database takes no event, nothing else is stored: neither a row nor a file."""
    actor, spot = next((actor, spot) for actor, spot in done(row) if actor.organisation or row.name == "join_organisation")
    with transaction.atomic():
        audit_refuses()
        before, files = rows(), stored_files()
        response = world.ask(actor, "POST", address(world, row, spot), row.body(world, actor, spot), is_json=row.is_json)
        assert response.status_code == 500
        assert rows() == before
        assert stored_files() <= files  # other tests, undone, leave bytes that nothing names; a refused publish of the same removes them
        transaction.set_rollback(True)


# --- The auditor ----------------------------------------------------------------------------------------------------------
# What even an auditor may write: their own account, and that they exported.
AUDITORS = {"change_name": {"accounts_user", "accounts_auditevent"}, "export_audit": {"accounts_auditevent"}}
AUDITORS |= {"notice_preferences": {"registry_noticepreference", "accounts_auditevent"}}


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name or row.route)
def test_the_auditor_changes_nothing(world: World, row: Row) -> None:
    """By no address and no method, but their own name and the event of an export."""
    before = rows()
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        for spot in (spot for spot in spots(row, method) if spot.state in ("listed", "in_review")):
            body = row.body(world, AUDITOR, spot) if method == "POST" else None
            with transaction.atomic():
                world.ask(AUDITOR, method, address(world, row, spot), body, is_json=row.is_json)
                after = rows()
                transaction.set_rollback(True)
            changed = {table for table in after if after[table] != before[table]}
            assert changed == (AUDITORS.get(row.name, set()) if method == "POST" else set()), (method, spot, changed)
