"""Every page a person can open, as everybody who sees it differently, at the width of a desk screen and of a phone.

Of each: the right page came, a title, one first heading, nothing that axe finds, nothing that scrolls sideways, no complaint in the console, and
no request to anybody else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from playwright.sync_api import Page, Response

from demonstration.modules.hampshire_blueprism import _triage
from demonstration.people import PASSWORD
from tests.browser.conftest import Windows
from tests.browser.people import ADMINISTRATOR, ADOPTER, AUDITOR, BUSINESS_OWNER, MET_PUBLISHER, PUBLISHER, STEWARD, TECHNICAL, VIEWER
from tests.browser.watched import check_page
from tests.installation import Installation

pytestmark = pytest.mark.browser

AWARDS = "/modules/kobenhavn/bevillings-og-afslagsbreve"
FILING = "/modules/hampshire/crime-incident-filing"
GATEWAY = "/modules/brightloop/sms-gateway"
LETTERS = "/modules/kobenhavn/bevillings-og-afslagsbreve"
DUTIES = "/modules/met/duty-planning"  # shared with others by name, and offered
REVIEWED = "Looked at by reviewers"  # titles of modules that are made for these pages
OWN = "/modules/hampshire/seen-by-ourselves"
TRIAGE = _triage("2.0.0")[0].data  # a Blue Prism release that refers to much


WAITS = "Crime incident filing 2.2.0 waits for your sign-off"
URGENT = "Recall of crime-incident-filing@2.0.2, whose letters name the wrong officer: acknowledge by 12 March"
TOLD = f"""
from django.db import transaction
from accounts.models import Membership
from registry.notices.telling import tell
one = Membership.objects.get(user__email={VIEWER!r})
with transaction.atomic():
    for kind, title in (("review_waiting", {WAITS!r}), ("recall", {URGENT!r})):
        assert tell([one.user], kind, title=title, text="Since 3 March.", address="/modules", organisation=one.organisation) == 1
"""


LEAVE = "/modules/hampshire/annual-leave"
RUN = "Planning application validation"  # what Wiltshire states that it runs
# What happens after listing, to one module that the others leave alone.
LATER = f"""
from datetime import timedelta
from django.utils import timezone
from accounts.models import User
from accounts.viewer import viewer_of
from registry.actions.publish_advisory import AdvisoryForm, publish_advisory
from registry.actions.quarantine_release import quarantine_release
from registry.actions.recall_releases import recall_releases
from registry.actions.report_release import report_release
from registry.actions.retire_module import start_retirement
from registry.actions.state_adoption import AdoptionForm, state_adoption
from registry.actions.transfer_module import offer_transfer
from registry.catalogue.models import Module
owner, taker, reader = (viewer_of(User.objects.get(email=email)) for email in ({PUBLISHER!r}, {ADOPTER!r}, {VIEWER!r}))
module = Module.objects.get(publisher="hampshire", slug="annual-leave")
old, new = module.releases.filter(state="listed").order_by("version_key")[:2]
for release in (old, new):
    form = AdoptionForm(since=timezone.localdate(), owner="RPA team lead")
    state_adoption(module=module, release=release, stage="live", form=form, organisation=taker.organisation, by=taker)
form = AdvisoryForm(summary="Grants leave twice", details="When **two** ask at once.", severity="moderate", ranges="*", workaround="Ask one by one.")
publish_advisory(module=module, form=form, by=owner)
recall_releases(module=module, versions=old.version, severity="high", reason="Grants leave twice.", by=owner)
report_release(release=new, reason="It asks for every calendar.", by=reader)
start_retirement(module=module, ends_on=timezone.now().date() + timedelta(days=90), reason="The system is replaced.", by=owner)
other = Module.objects.get(publisher="hampshire", slug="road-traffic-input")
offer_transfer(module=other, receiver="wiltshire", reason="You run it now.", by=owner)
Module.objects.filter(pk=other.pk).update(needs_owner="needs-owner")
sound = Module.objects.get(publisher="hampshire", slug="victim-update").releases.filter(state="listed").order_by("version_key").first()
quarantine_release(release=sound, reason="An inquiry.", by=owner)
print(old.version)
from accounts.models import Organisation
from registry.actions.give_notice import give_notice
from registry.lifecycle.models import Objection
from tests.make import make_release, workflow
same = dict(data=workflow(), filename="Main.xaml", by=owner, checked=False, draft=True, visibility="", title="", summary="", licence="")
drafts = [make_release("hampshire/annual-leave", version, **same) for version in ("9.0.0", "9.1.0")]
period = give_notice(release=drafts[0], days=60, why="The system is replaced: give the case number instead.", by=owner)
met = Organisation.objects.get(slug="met")
Objection.objects.create(notice_period=period, organisation=met, text="Not before our budget year ends.", made_by=reader.user)
"""
# What adopters said in the demonstration: one reported, one hidden.
JUDGED = f"""
from accounts.models import User
from accounts.viewer import viewer_of
from registry.actions.decide_rating_report import decide_rating_report
from registry.actions.report_rating import report_rating
from registry.curation.models import Rating
reader, steward = (viewer_of(User.objects.get(email=email)) for email in ({VIEWER!r}, {STEWARD!r}))
ratings = Rating.objects.select_related("release__module", "organisation")
report_rating(rating=ratings.get(release__module__slug="crime-incident-filing"), reason="It speaks of another module.", by=reader)
pilot = ratings.get(release__module__slug="victim-update", organisation__slug="met")
report_rating(rating=pilot, reason="It names a borough.", by=reader)
decide_rating_report(rating=pilot, hide=True, reason="It names people.", by=steward)
"""


# A sequence on its way, and one that was drawn in another tool.
COMPOSING, DRAWN = "/sequences/drafts/7001", "/sequences/drafts/7002"
COMPOSED = f"""
from accounts.models import Organisation, User
from accounts.viewer import viewer_of
from registry.actions.compose_sequence import start_from_file
from registry.releases.upload import spooled
from registry.sequences.models import SequenceDraft
from tests.make import bpmn
user = User.objects.get(email={PUBLISHER!r})
organisation = Organisation.objects.get(slug="hampshire")
filing = {{"module": "hampshire/crime-incident-filing", "range": "^2", "entry_point": ""}}
ways = [{{"to": "write", "when": "Yes"}}, {{"to": "end", "when": "No"}}]
steps = [
    {{"id": "file", "name": "File the incident", "uses": filing, "inputs": {{"Case": {{"from": "/case"}}, "Gone": {{"from": "gone/x"}}}}}},
    {{"id": "decide", "name": "Decide", "human": True, "who": "Officer", "gives": [{{"name": "answer", "type": "text"}}], "next": ways,
      "question": "Tell the victim?", "hand_over": "A queue.", "documentation": "Looks at it."}},
    {{"id": "write", "name": "Write to the victim"}},
]
whole = {{"name": "Filed and told", "documentation": "From the report to the letter.", "steps": steps}}
said = dict(organisation=organisation, created_by=user, changed_by=user)
SequenceDraft.objects.create(pk=7001, title="Filed and told", steps=whole, **said)
with spooled([bpmn("Drawn elsewhere")], "drawn.bpmn") as upload:
    drawn = start_from_file(organisation=organisation, upload=upload, by=viewer_of(user))
SequenceDraft.objects.filter(pk=drawn.pk).update(id=7002)
"""


# Runs of a year and a half: of the Met, of two that show theirs by name, and of six others; in two versions.
RUNS = """
from django.utils import timezone
from registry.index.run_figures import period
from registry.telemetry.models import MonthlyRuns
from registry.telemetry.naming import note_naming
rows = []
def add(organisation, module, month, version, runs):
    business, system = runs // 15, runs // 60
    sums = dict(completed=runs - business - system, business_exceptions=business, system_exceptions=system, items=3 * runs, duration_ms=41_000 * runs)
    rows.append(MonthlyRuns(organisation=organisation, module=module, month=month, version=version, runs=runs, **sums))
for number, month in enumerate(period("", "").months):
    for place, organisation in enumerate(("hampshire", "thames-valley", "met", "cumbria", "dorset", "essex", "kent", "norfolk", "surrey")):
        version = "2.1.0" if place + number > 9 else "2.0.3"
        add(organisation, "hampshire/crime-incident-filing", month, version, 900 + 70 * number + 210 * place)
        if place < 3:
            add(organisation, "hampshire/domestic-abuse-triage", month, "2.0.0", 400 + 31 * number)
MonthlyRuns.objects.bulk_create(rows, ignore_conflicts=True)  # the demonstration has some
for organisation in ("hampshire", "thames-valley"):
    note_naming(organisation, True, timezone.now().date())
"""


# What Hampshire reports, two runs of which are held apart.
REPORTED = """
from collections import Counter
from datetime import timedelta
from django.utils import timezone
from registry.actions.roll_up_runs import roll_up_runs
from registry.telemetry.ingest import accepting, store
from registry.telemetry.models import RunHook, RunName
from registry.telemetry.sources import note_unknown
from tests.make import opt_in, run_event
opt_in("hampshire")
late = timezone.now() - timedelta(days=40)
RunHook.objects.create(organisation="hampshire", opened_at=timezone.now())
for name, module in (("Payroll", ""), ("Filing", "hampshire/crime-incident-filing"), ("Gone", "hampshire/never-was")):
    RunName.objects.create(organisation="hampshire", source="uipath", name=name, folded=name.lower(), module=module)
note_unknown("hampshire", Counter({("uipath", "Holidays", "", False): 12, ("uipath", "Filing", "9.9.9", True): 3}))
with accepting("hampshire"):
    store("hampshire", [run_event(), run_event(module="hampshire/crime-incident-filing", version="2.1.0"), run_event(started_at=late), run_event(items=10**6)])
roll_up_runs()
"""

DRAFT, JOINT, WAITING = (
    "Filing, being written",
    "Filing, half each",
    "Filing, to be decided",
)  # titles of claims that are made for these pages
CLAIMED = f"""
from datetime import date
from decimal import Decimal
from accounts.models import User
from accounts.viewer import viewer_of
from registry.actions.add_evidence import add_evidence
from registry.actions.measure_outcome import MeasureForm, measure_outcome
from registry.actions.record_baseline import BaselineForm, record_baseline
from registry.actions.record_cost import CostForm, record_cost
from registry.actions.share_claim import share_claim
from registry.actions.submit_claim import submit_claim
from registry.actions.write_claim import ClaimForm, write_claim
from registry.catalogue.models import Module
by = viewer_of(User.objects.get(email={PUBLISHER!r}))
module = Module.objects.get(publisher="hampshire", slug="crime-incident-filing")
form = BaselineForm(minutes_per_item=Decimal("3"), unit="case files", sample_size=30, measured_on=date(2020, 3, 1))
baseline = record_baseline(organisation=by.organisation, module=module, form=form, by=by)
said = dict(benefit_class="non_cashable", starts_on=date(2024, 4, 1), ends_on=date(2025, 3, 31), module=module.identifier, fte=Decimal(5), volume=224000,
    unit="case files", baseline=baseline.pk, hours_per_fte=Decimal(1650), success_rate=Decimal("0.7"), money=Decimal(190000), currency="GBP")
made = [write_claim(organisation=by.organisation, form=ClaimForm(title=title, **said), by=by) for title in ({DRAFT!r}, {JOINT!r}, {WAITING!r})]
form = MeasureForm(outcome="victim_satisfaction", measure="time to an update", before_text="weeks", after_text="typically within 2 hours")
measure_outcome(claim=made[0], form=form, by=by)
share_claim(claim=made[1], shares=dict(hampshire=Decimal("0.5"), wiltshire=Decimal("0.5")), by=by)
add_evidence(claim=made[2], caption="Report", reference="Page 3", by=by)
submit_claim(claim=made[2], by=by)
for source, amount in (("Table 1", 500), ("Table 4", 1000)):
    record_cost(organisation=by.organisation, form=CostForm(title="ITU", year="2017", amount=Decimal(amount), currency="DKK", source=source), by=by)
"""


@dataclass(frozen=True)
class Case:
    """A page: the name of its address, who opens it, what its first heading says, and what leads there from ``address``."""

    name: str
    who: str
    address: str
    heading: str
    status: int = 200
    then: Callable[[Page], None] | None = None

    def __str__(self) -> str:
        return f"{self.name} {self.who.partition('.')[0] or 'nobody'} {self.address}{' then' if self.then else ''}"


def follow_first_step(page: Page) -> None:
    """Opens the page of the first step of a sequence."""
    page.locator("#steps h3 a").first.click()


def press(name: str) -> Callable[[Page], None]:
    """Presses a button with nothing filled in."""
    return lambda page: page.get_by_role("button", name=name, exact=True).click()


def follow(name: str) -> Callable[[Page], None]:
    """Follows the first link so named."""
    return lambda page: page.get_by_role("link", name=name).first.click()


def import_table(page: Page) -> None:
    """Sends a table of which one row is sound and one is not."""
    table = "Module,Version,Stage\nhampshire/annual-leave,1.3.0,interested\nhampshire/nothing,1.0.0,live\n"
    page.locator("main input[type=radio]").first.check()
    page.locator("main input[type=file]").set_input_files({"name": "uses.csv", "mimeType": "text/csv", "buffer": table.encode()})
    for radio in page.get_by_role("group", name="How are its numbers written?").get_by_role("radio").all()[:1]:
        radio.check()
    press("Show what would be imported")(page)


def follow_both(first: str, second: str) -> Callable[[Page], None]:
    """Follows one link, then one of the page it leads to."""

    def followed(page: Page) -> None:
        with page.expect_navigation():
            follow(first)(page)
        with page.expect_navigation():
            follow(second)(page)

    return followed


def follow_and_press(name: str, pressed: str) -> Callable[[Page], None]:
    """Follows a link, then presses a button there with nothing filled in."""

    def followed(page: Page) -> None:
        with page.expect_navigation():
            follow(name)(page)
        with page.expect_navigation():
            press(pressed)(page)

    return followed


def answer_first(page: Page) -> None:
    """Follows the announced version, and answers what is said against it with nothing."""
    with page.expect_navigation():
        follow("9.0.0")(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Answer the objection").first.click()


def and_press(first: str, second: str, pressed: str) -> Callable[[Page], None]:
    """Follows two links, one after the other, then presses a button there with nothing filled in."""

    def followed(page: Page) -> None:
        with page.expect_navigation():
            follow(first)(page)
        follow_and_press(second, pressed)(page)

    return followed


def take(page: Page) -> None:
    page.get_by_role("button", name="Download").first.click()


def preview_recall(page: Page) -> None:
    page.get_by_label("Versions", exact=True).fill("*")
    page.get_by_label("High", exact=True).check()
    page.get_by_label("What is wrong", exact=True).fill("Grants leave twice.")
    press("Show who would be told")(page)


def wrong_password(page: Page) -> None:
    page.get_by_label("E-mail address").fill(VIEWER)
    page.get_by_role("textbox", name="Password").fill("not-the-password")
    press("Sign in")(page)


def right_password(page: Page) -> None:
    page.get_by_label("E-mail address").fill(PUBLISHER)
    page.get_by_role("textbox", name="Password").fill(PASSWORD)
    press("Sign in")(page)


def wrong_code(page: Page) -> None:
    right_password(page)
    page.get_by_label("Code").fill("000000")
    press("Sign in")(page)


def old_form(page: Page) -> None:
    page.context.clear_cookies()
    press("Sign in")(page)


def make_token(page: Page) -> None:
    page.get_by_label("Name").fill("Build server")
    press("Make the token")(page)


def send(filename: str, data: bytes) -> Callable[[Page], None]:
    """Has a file checked."""

    def sent(page: Page) -> None:
        page.get_by_label("Files").set_input_files({"name": filename, "mimeType": "application/octet-stream", "buffer": data})
        press("Check")(page)

    return sent


def send_table(page: Page) -> None:
    """Uploads an export with a name that nobody knows, a row that cannot be read, and one that has not ended."""
    rows = ["Process,Start time,Duration,Status", "Rota,2026-11-03 09:30,60,Completed", "Rota,soon,60,Completed", "Rota,,60,Running"]
    file = {"name": "sessions.csv", "mimeType": "text/csv", "buffer": "\n".join(rows).encode()}
    page.get_by_label("File", exact=True).set_input_files(file)
    press("Upload")(page)


def check_before_publishing(page: Page) -> None:
    for label, text in {"Short name": "triage-again", "Version": "1.0.0", "Licence": "MIT"}.items():
        page.get_by_label(label, exact=True).fill(text)
    page.get_by_label("What it does, in one sentence").fill("Sorts reports.")
    page.get_by_label("Files").set_input_files({"name": "triage.bprelease", "mimeType": "application/octet-stream", "buffer": TRIAGE})
    press("Check all of it first")(page)


def empty_summary(page: Page) -> None:
    page.get_by_label("What it does, in one sentence").fill("")
    press("Save")(page)


def decide_nothing(page: Page) -> None:
    with page.expect_navigation():
        follow(REVIEWED)(page)
    press("Record decision")(page)


def show_who(page: Page) -> None:
    page.get_by_label("Every partner").check()
    page.get_by_label("Why more are to see it").fill("Every force needs it.")
    press("Show who would see it")(page)


COMPARED = "&".join(f"module={path[9:]}" for path in (FILING, GATEWAY, AWARDS, "/modules/hampshire/victim-update"))
CASES = [
    Case("home", "", "/", "Take an automation"),
    Case("home", VIEWER, "/", "Take an automation"),
    Case("home", PUBLISHER, "/", "Take an automation"),
    Case("home", STEWARD, "/", "Take an automation"),
    Case("accessibility", "", "/accessibility", "Accessibility statement"),
    Case("accessibility", VIEWER, "/accessibility", "Accessibility statement"),
    Case("privacy", "", "/privacy", "Privacy"),
    Case("made_of", "", "/made-of", "What Moothall is made of"),
    Case("api_docs", "", "/api/docs", "API"),
    Case("assurance", VIEWER, "/assurance", "Assurance tiers"),
    # The catalogue.
    Case("catalogue", VIEWER, "/modules", "modules"),
    Case("catalogue", VIEWER, "/modules?page=2", "modules"),
    Case("catalogue", VIEWER, "/modules?q=crime", "crime"),
    Case("catalogue", VIEWER, "/modules?q=crime&platform=blueprism&publisher=hampshire&sort=newest", "crime"),
    Case("catalogue", VIEWER, "/modules?q=crime&platform=power_automate", "crime"),
    Case("catalogue", VIEWER, "/modules?q=zebrafish", "zebrafish"),
    Case("catalogue", VIEWER, "/modules?q=firarms", "firarms"),
    Case("catalogue", STEWARD, "/modules", "modules"),
    # Modules, releases, organisations.
    Case("module", VIEWER, FILING, "Crime incident filing"),
    Case("module", PUBLISHER, FILING, "Crime incident filing"),
    Case("module", STEWARD, FILING, "Crime incident filing"),
    Case("module", VIEWER, "/modules/hampshire/firearms-renewals", "irearms"),
    Case("module", VIEWER, "/modules/hampshire/victim-update", "ictim"),
    Case("module", VIEWER, "/modules/kobenhavn/bevillings-og-afslagsbreve", "reve"),
    Case("module", VIEWER, "/modules/met/statement-redaction", "edact"),
    Case("module", VIEWER, "/modules/wiltshire/planning-validation", "lanning"),
    Case("release", VIEWER, f"{FILING}/2.1.0", "Crime incident filing 2.1.0"),
    Case("release", VIEWER, f"{FILING}/2.0.2", "Crime incident filing 2.0.2"),
    Case("release", PUBLISHER, f"{FILING}/2.0.2", "Crime incident filing 2.0.2"),
    Case("release", VIEWER, "/modules/kobenhavn/journalisering/2.1.0", "ourna"),
    Case("sequence_documentation", VIEWER, f"{AWARDS}/1.1.0/documentation", "reve"),
    Case("sequence_step", VIEWER, AWARDS, "", 200, follow_first_step),
    Case("sequence_bundle", VIEWER, f"{FILING}/2.1.0/bundle", "You were not sent", 409),
    Case("release", VIEWER, f"{AWARDS}/1.1.0", "reve"),
    Case("organisation", VIEWER, "/organisations/hampshire", "Hampshire"),
    Case("organisation", VIEWER, "/organisations/kobenhavn", "Københavns Kommune"),
    Case("organisation", PUBLISHER, "/organisations/hampshire", "Hampshire"),
    # Side by side.
    Case("compare", VIEWER, "/compare", "Compare modules"),
    Case("compare", VIEWER, f"/compare?module={FILING[9:]}", "Compare modules"),
    Case("compare", VIEWER, f"/compare?module={FILING[9:]}&module={GATEWAY[9:]}&module=nobody/nothing", "Compare 2 modules"),
    Case("compare", PUBLISHER, f"/compare?{COMPARED}", "Compare 4 modules"),
    Case("compare", PUBLISHER, f"/compare?{COMPARED}&only=different", "Compare 4 modules"),
    Case("release_changes", VIEWER, f"{FILING}/2.1.0/changes", "What changed since"),
    Case("release_changes", VIEWER, f"{AWARDS}/1.1.0/changes", "What changed"),
    # How modules run.
    Case("module_runs", VIEWER, f"{FILING}/runs", "Runs of Crime incident filing"),
    Case("module_runs", ADOPTER, f"{FILING}/runs", "Runs of Crime incident filing"),
    Case("module_runs", VIEWER, f"{LEAVE}/runs", "Runs of"),
    Case("module_runs", VIEWER, f"{FILING}/runs?from=2026-13", "Refused", 422),
    Case("organisation_runs", PUBLISHER, "/organisations/hampshire/runs", "Runs at Hampshire"),
    Case("organisation_runs", AUDITOR, "/organisations/hampshire/runs", "Runs at Hampshire"),
    Case("partnership_runs", VIEWER, "/runs/partnership", "Runs in the partnership"),
    Case("partnership_runs", AUDITOR, "/runs/partnership?from=2024-01&to=2026-12", "Runs in the partnership"),
    # Who runs what.
    Case("use", VIEWER, f"{FILING}/use", "Who runs"),
    Case("use", ADOPTER, f"{FILING}/use", "Who runs"),
    Case("use", ADOPTER, f"{FILING}/use", "Who runs", 422, press("State it")),
    Case("adoptions", VIEWER, "/adoptions", "In use at Wiltshire"),
    Case("adoptions", ADOPTER, "/adoptions", "In use at Wiltshire"),
    Case("adoptions", ADOPTER, "/adoptions?stage=retired", "In use at Wiltshire"),
    Case("adoptions", STEWARD, "/adoptions", "In use at"),
    Case("adoption", VIEWER, "/adoptions", "at Wiltshire Council", 200, follow(RUN)),
    Case("adoption", ADOPTER, "/adoptions", "at Wiltshire Council", 200, follow(RUN)),
    Case("move_adoption", ADOPTER, "/adoptions", "Change stage or version", 200, follow_both(RUN, "Change stage or version")),
    Case("move_adoption", ADOPTER, "/adoptions", "Change stage or version", 422, and_press(RUN, "Change stage or version", "Save")),
    Case("change_adoption", ADOPTER, "/adoptions", "Change what you say", 200, follow_both(RUN, "Change what you say of it")),
    Case("retire_adoption", ADOPTER, "/adoptions", "Give up", 200, follow_both(RUN, "Give it up")),
    Case("retire_adoption", ADOPTER, "/adoptions", "Give up", 422, and_press(RUN, "Give it up", "Give it up")),
    Case("catalogue", ADOPTER, "/modules?in_use=verified&mine=yes&sort=used", "module"),
    Case("statistics", PUBLISHER, f"{FILING}/statistics", "Statistics"),
    Case("statistics", PUBLISHER, f"{LEAVE}/statistics", "Statistics"),
    Case("import", ADOPTER, "/import", "Import a table"),
    Case("import", ADOPTER, "/import", "Import a table", 422, press("Show what would be imported")),
    Case("import_preview", ADOPTER, "/import", "What would be imported", 200, import_table),
    # Writing the benefits ledger.
    Case("add_claim", PUBLISHER, "/benefits/add?module=hampshire/crime-incident-filing", "Claim a benefit"),
    Case("add_claim", PUBLISHER, "/benefits/add", "Claim a benefit", 422, press("Save it as a draft")),
    Case("change_claim", PUBLISHER, "/benefits", "Change", 200, follow_both(DRAFT, "Change it")),
    Case("change_claim", PUBLISHER, "/benefits", "Change", 200, and_press(DRAFT, "Change it", "Show what it comes to")),
    Case("claim_evidence", PUBLISHER, "/benefits", "What shows", 200, follow_both(DRAFT, "Add evidence")),
    Case("claim_evidence", PUBLISHER, "/benefits", "What shows", 422, and_press(DRAFT, "Add evidence", "Add it")),
    Case("claim_shares", PUBLISHER, "/benefits", "Who shares in", 200, follow_both(JOINT, "Who shares in it")),
    Case("claim_outcomes", PUBLISHER, "/benefits", "What else came of", 200, follow_both(DRAFT, "Other outcomes")),
    Case("claim_outcomes", PUBLISHER, "/benefits", "What else came of", 422, and_press(DRAFT, "Other outcomes", "Add it")),
    Case("submit_claim", PUBLISHER, "/benefits", "Hand in", 200, follow_both(DRAFT, "Hand it in")),
    Case("submit_claim", PUBLISHER, "/benefits", "Hand in", 422, and_press(JOINT, "Hand it in", "Hand it in")),
    Case("withdraw_claim", PUBLISHER, "/benefits", "Withdraw", 200, follow_both(DRAFT, "Withdraw it")),
    Case("agree_claim_share", ADOPTER, "/benefits", "Your share in", 200, follow_both(JOINT, "Answer")),
    Case("claims_to_decide", STEWARD, "/benefits/to-decide", "Claims to decide"),
    Case("claims_to_decide", VIEWER, "/benefits/to-decide", "Claims to decide"),
    Case("decide_claim", STEWARD, "/benefits/to-decide", WAITING, 200, follow(WAITING)),
    Case("decide_claim", STEWARD, "/benefits/to-decide", WAITING, 422, follow_and_press(WAITING, "Decide")),
    Case("add_baseline", PUBLISHER, "/benefits/baselines/add", "How long it takes by hand"),
    Case("add_baseline", PUBLISHER, "/benefits/baselines/add", "How long it takes by hand", 422, press("Record it")),
    Case("costs", PUBLISHER, "/benefits/costs", "Costs"),
    Case("costs", VIEWER, "/benefits/costs", "Costs"),
    Case("add_cost", PUBLISHER, "/benefits/costs/add", "What it costs"),
    Case("add_cost", PUBLISHER, "/benefits/costs/add", "What it costs", 422, press("Record it")),
    Case("rates", VIEWER, "/benefits/rates", "Exchange rates"),
    Case("add_rate", STEWARD, "/benefits/rates/add", "Exchange rate"),
    Case("add_rate", STEWARD, "/benefits/rates/add", "Exchange rate", 422, press("Record it")),
    # What one was told.
    Case("notices", VIEWER, "/notices", "Notices"),
    Case("notices", STEWARD, "/notices", "Notices"),
    Case("notice", VIEWER, "/notices", WAITS, 200, follow(WAITS)),
    Case("notice", VIEWER, "/notices", URGENT, 200, follow(URGENT)),
    Case("notice_preferences", VIEWER, "/account/notices", "Which mails you get"),
    # What happens after listing.
    Case("module", VIEWER, LEAVE, "leave"),
    Case("module", PUBLISHER, LEAVE, "leave"),
    Case("release", VIEWER, f"{LEAVE}/1.2.0", "leave"),
    Case("catalogue", VIEWER, "/modules?owner=needs-owner", "module"),
    Case("advisories", VIEWER, "/advisories", "Advisories"),
    Case("advisory", VIEWER, "/advisories", "Grants leave twice", 200, follow("MH-")),
    Case("amend_advisory", PUBLISHER, "/advisories", "Change MH-", 200, follow_both("MH-", "Change it")),
    Case("withdraw_advisory", PUBLISHER, "/advisories", "Withdraw MH-", 200, follow_both("MH-", "Withdraw it")),
    Case("warn", PUBLISHER, f"{LEAVE}/advisory", "Publish an advisory"),
    Case("warn", PUBLISHER, f"{LEAVE}/advisory", "Publish an advisory", 422, press("Publish it")),
    Case("quarantines", PUBLISHER, "/quarantine", "Quarantine"),
    Case("quarantines", STEWARD, "/quarantine", "Quarantine"),
    Case("quarantine_case", STEWARD, "/quarantine", "ictim", 200, follow("ictim")),
    Case("dismiss_report", STEWARD, "/quarantine", "Dismiss the report", 200, follow("Dismiss")),
    Case("verdicts", STEWARD, "/quarantine/files", "Decisions on files"),
    Case("verdicts", STEWARD, "/quarantine/files", "Decisions on files", 422, press("Decide")),
    Case("quarantine_all", PUBLISHER, f"{LEAVE}/quarantine", "Quarantine all versions"),
    Case("quarantine", PUBLISHER, f"{LEAVE}/1.3.0/quarantine", "Quarantine version 1.3.0"),
    Case("quarantine", PUBLISHER, f"{LEAVE}/1.3.0/quarantine", "Quarantine version 1.3.0", 422, press("Quarantine it")),
    Case("report", VIEWER, f"{LEAVE}/1.2.0/report", "Report version 1.2.0"),
    Case("report", VIEWER, f"{LEAVE}/1.2.0/report", "Report version 1.2.0", 422, press("Report it")),
    Case("recall", PUBLISHER, f"{LEAVE}/recall", "Recall versions"),
    Case("recall", PUBLISHER, f"{LEAVE}/recall", "Recall versions", 422, press("Recall them")),
    Case("recall", PUBLISHER, f"{LEAVE}/recall", "Recall versions", 200, preview_recall),
    Case("recalls", ADOPTER, "/recalls", "Recalls"),
    Case("recalls", PUBLISHER, "/recalls", "Recalls"),
    Case("answer_recall", ADOPTER, "/recalls", "Recall of", 200, follow("annual-leave")),
    Case("recall_case", PUBLISHER, "/recalls", "Recall of", 200, follow("annual-leave")),
    Case("recall_remedy", PUBLISHER, "/recalls", "Recall of", 422, follow_and_press("annual-leave", "Name it")),
    Case("end_recall", PUBLISHER, "/recalls", "Recall of", 422, follow_and_press("annual-leave", "Close it")),
    Case("download_anyway", VIEWER, f"{LEAVE}/1.2.0", "is recalled", 409, take),
    Case("transfers", PUBLISHER, "/transfers", "Transfers"),
    Case("transfer_case", PUBLISHER, "/transfers", "from Hampshire", 200, follow("oad traffic")),
    Case("end_transfer", PUBLISHER, "/transfers", "from Hampshire", 422, follow_and_press("oad traffic", "Decline or take back")),
    Case("transfer", PUBLISHER, f"{FILING}/transfer", "Pass it on"),
    Case("transfer", PUBLISHER, f"{FILING}/transfer", "Pass it on", 422, press("Offer it")),
    Case("support", PUBLISHER, f"{FILING}/support", "Promise of support"),
    Case("retirements", ADOPTER, "/retirements", "Retirements"),
    Case("retirement", ADOPTER, "/retirements", "Retirement of", 200, follow("leave")),
    Case("tick_retirement", ADOPTER, "/retirements", "Retirement of", 422, follow_and_press("leave", "Tick it")),
    Case("retirement", PUBLISHER, "/retirements", "Retirement of", 200, follow("leave")),
    Case("close_retirement", PUBLISHER, "/retirements", "Retirement of", 422, follow_and_press("leave", "Retire the module")),
    Case("retire", PUBLISHER, f"{FILING}/retire", "Retire it"),
    Case("retire", PUBLISHER, f"{FILING}/retire", "Retire it", 422, press("Begin its retirement")),
    Case("impact", PUBLISHER, f"{LEAVE}/9.0.0/impact", "Whom"),
    Case("impact", PUBLISHER, f"{LEAVE}/9.1.0/impact", "Whom", 422, press("Announce it")),
    Case("notice_periods", ADOPTER, "/notice-periods", "Announced versions"),
    Case("notice_period", ADOPTER, "/notice-periods", "9.0.0", 200, follow("9.0.0")),
    Case("object_to_release", ADOPTER, "/notice-periods", "9.0.0", 422, follow_and_press("9.0.0", "Object")),
    Case("notice_period", PUBLISHER, "/notice-periods", "9.0.0", 200, follow("9.0.0")),
    Case("answer_objection", PUBLISHER, "/notice-periods", "9.0.0", 422, answer_first),
    Case("undeprecate", PUBLISHER, f"{LEAVE}/undeprecate", "Take the deprecation back"),
    Case("home", ADOPTER, "/", "Take an automation"),
    # What adopters and stewards say.
    # What it gave back.
    Case("benefits", VIEWER, "/benefits", "Benefits ledger"),
    Case("benefits", PUBLISHER, "/benefits?year=2023–24", "Benefits ledger"),
    Case("benefits", ADOPTER, "/benefits?organisation=thames-valley&money=GBP", "Benefits ledger"),
    Case("claim", VIEWER, "/benefits?year=2023–24", "Crime incident filing", then=follow("Crime incident filing")),
    Case("claim", PUBLISHER, "/benefits?year=2023–24", "Crime incident filing", then=follow("Crime incident filing")),
    Case("claim", VIEWER, "/benefits?year=2017", "Breve", then=follow("Breve om bevilling og afslag")),
    Case("forecast", ADOPTER, f"{FILING}/forecast", "What it could give you"),
    Case("forecast", ADOPTER, f"{FILING}/forecast?volume=35000&unit=case files&hours_per_fte=1650", "What it could give you"),
    Case("forecast", ADOPTER, f"{FILING}/forecast?volume=many", "What it could give you"),
    Case("ratings_how", VIEWER, "/ratings/how", "How ratings work"),
    Case("signals", VIEWER, "/signals", "Quality, signal by signal"),
    Case("rate", ADOPTER, f"{GATEWAY}/1.1.0/rate", "Change your rating of version 1.1.0"),
    Case("rate", MET_PUBLISHER, f"{GATEWAY}/1.1.0/rate", "Rate version 1.1.0", 422, press("Rate it")),
    Case("rating", VIEWER, FILING, "Rating by Thames Valley", 200, follow("Reply or report")),
    Case("rating", STEWARD, FILING, "Rating by Thames Valley", 200, follow("Reply or report")),
    Case("reply_rating", PUBLISHER, FILING, "Reply to a rating", 200, follow_both("Reply or report", "Change your reply")),
    Case("report_rating", ADOPTER, FILING, "Report a rating", 200, follow_both("Reply or report", "Report it")),
    Case("reported_ratings", STEWARD, "/ratings/reported", "Reported ratings"),
    Case("decide_rating", STEWARD, FILING, "Decide on a reported rating", 200, follow_both("Reply or report", "Decide on the reports")),
    Case("restore_rating", STEWARD, "/ratings/reported", "Show a rating again", 200, follow_both("Metropolitan", "Show it again")),
    Case("practice", VIEWER, f"{FILING}/practice", "Practice record"),
    Case("practice", VIEWER, f"{LEAVE}/practice", "Practice record"),
    Case("practice", STEWARD, f"{LETTERS}/practice", "Practice record"),
    Case("edit_practice", PUBLISHER, f"{FILING}/practice/edit", "Practice record"),
    Case("edit_practice", PUBLISHER, f"{LEAVE}/practice/edit", "Practice record", 422, press("Save")),
    Case("decide_practice", STEWARD, f"{LETTERS}/practice/decide", "Decide whether it works"),
    Case("decide_practice", STEWARD, f"{LETTERS}/practice/decide", "Decide whether it works", 422, press("Save the decision")),
    # Runs.
    Case("runs", PUBLISHER, "/runs", "Runs of"),
    Case("runs", VIEWER, "/runs", "Runs of"),
    Case("runs", ADOPTER, "/runs", "Runs of"),
    Case("runs_schema", "", "/runs/schema", "What is taken of a run"),
    Case("runs_opt_in", ADOPTER, "/runs/opt-in", "Report our runs"),
    Case("runs_opt_out", PUBLISHER, "/runs/opt-out", "Stop reporting our runs"),
    Case("runs_show", PUBLISHER, "/runs/name", "Figures under our name"),
    Case("runs_delete", PUBLISHER, "/runs/delete", "Delete our runs"),
    Case("runs_delete", PUBLISHER, "/runs/delete", "Delete our runs", 422, press("Delete everything")),
    Case("runs_connect", PUBLISHER, "/runs/connect", "Connect what you run"),
    Case("runs_connect", VIEWER, "/runs/connect", "Connect what you run"),
    Case("runs_connect", ADOPTER, "/runs/connect", "Connect what you run"),
    Case("runs_upload", PUBLISHER, "/runs/connect/upload", "Upload an export"),
    Case("runs_upload", PUBLISHER, "/runs/connect/upload", "Upload an export", 422, press("Upload")),
    Case("runs_upload", PUBLISHER, "/runs/connect/upload", "0 new runs count", 200, send_table),
    Case("runs_hook", PUBLISHER, "/runs/connect/webhook", "Webhook of UiPath Orchestrator"),
    Case("runs_hook", ADOPTER, "/runs/connect/webhook", "Webhook of UiPath Orchestrator"),
    Case("runs_name", PUBLISHER, "/runs/connect/name?source=uipath&name=Payroll", "What a name stands for"),
    Case("runs_name", PUBLISHER, "/runs/connect/name", "What a name stands for", 422, press("Save")),
    Case("held_runs", PUBLISHER, "/runs/held", "Runs held apart"),
    Case("held_runs", PUBLISHER, "/runs/held", "Runs held apart", 422, press("Decide")),
    Case("held_runs", ADOPTER, "/runs/held", "Runs held apart"),
    # Publishing and withdrawing.
    Case("publish", PUBLISHER, "/publish", "Publish a module"),
    Case("publish", PUBLISHER, "/publish", "Publish a module", 422, press("Publish")),
    Case("publish", PUBLISHER, "/publish", "Publish a module", 200, check_before_publishing),
    Case("publish", PUBLISHER, "/publish?module=hampshire/crime-incident-filing", "Publish a version of Crime incident filing"),
    Case("check", VIEWER, "/publish/check", "Check a file"),
    Case("check", VIEWER, "/publish/check", "Check a file", 422, send("notes.txt", b"Nothing that runs.")),
    Case("check", VIEWER, "/publish/check", "Check a file", 200, send("triage.bprelease", TRIAGE)),
    Case("edit", PUBLISHER, f"{FILING}/edit", "Edit Crime incident filing"),
    Case("edit", PUBLISHER, f"{FILING}/edit", "Edit Crime incident filing", 422, empty_summary),
    Case("yank", PUBLISHER, f"{FILING}/2.1.0/yank", "Yank version 2.1.0"),
    Case("yank", PUBLISHER, f"{FILING}/2.1.0/yank", "Yank version 2.1.0", 422, press("Yank it")),
    Case("unyank", PUBLISHER, f"{FILING}/2.0.2/unyank", "Put back version 2.0.2"),
    Case("deprecate", PUBLISHER, f"{FILING}/deprecate", "Deprecate Crime incident filing"),
    Case("deprecate", PUBLISHER, f"{FILING}/deprecate", "Deprecate Crime incident filing", 422, press("Deprecate it")),
    # Governance, and what may be asked for.
    Case("governance", VIEWER, "/modules/met/statement-redaction/1.1.0/governance", "data and assessments"),
    Case("governance", PUBLISHER, f"{FILING}/2.1.0/governance", "data and assessments"),
    Case("governance_declare", PUBLISHER, f"{FILING}/2.1.0/governance/declare", "Whose data"),
    Case("governance_write", PUBLISHER, f"{FILING}/2.1.0/governance/dpia", "Data protection impact assessment"),
    Case("governance_write", PUBLISHER, f"{FILING}/2.1.0/governance/eia", "Equality impact assessment", 422, press("Save")),
    Case("governance_write", PUBLISHER, f"{FILING}/2.1.0/governance/atrs", "Algorithmic transparency record"),
    Case("module", VIEWER, DUTIES, "Duty planning across strands"),
    Case("organisation", VIEWER, "/organisations/met", "Metropolitan"),
    Case("ask_access", VIEWER, DUTIES, "Duty planning across strands", 422, press("Ask for access")),
    Case("public_part", PUBLISHER, f"{FILING}/public-part", "Who may ask for"),
    Case("access", VIEWER, "/access", "Access requests"),
    Case("legal_bases", VIEWER, "/legal-bases", "Laws that modules stand on"),
    Case("legal_bases", STEWARD, "/legal-bases", "Laws that modules stand on"),
    Case("law_changed", STEWARD, "/legal-bases/bail/changed", "Bail changed"),
    Case("law_changed", STEWARD, "/legal-bases/bail/changed", "Bail changed", 422, press("Record it")),
    Case("403", VIEWER, "/publish", "Not allowed", 403),
    Case("403", VIEWER, f"{FILING}/edit", "Not allowed", 403),
    # Reviews, and letting more see a module.
    Case("reviews", TECHNICAL, "/reviews", "open review"),
    Case("reviews", STEWARD, "/reviews", "open review"),
    Case("reviews", VIEWER, "/reviews", "open review"),
    Case("reviews", TECHNICAL, "/reviews?show=closed", "closed review"),
    Case("reviews", TECHNICAL, "/reviews?state=held&late=1", "open review"),
    Case("review_rules", VIEWER, "/reviews/rules", "Who signs what"),
    Case("review", TECHNICAL, "/reviews", REVIEWED, 200, follow(REVIEWED)),
    Case("review", STEWARD, "/reviews", REVIEWED, 200, follow(REVIEWED)),
    Case("review", BUSINESS_OWNER, "/reviews", REVIEWED, 200, follow(REVIEWED)),
    Case("review", PUBLISHER, "/reviews", REVIEWED, 200, follow(REVIEWED)),
    Case("decide_review", TECHNICAL, "/reviews", REVIEWED, 422, decide_nothing),
    Case("widen", PUBLISHER, f"{OWN}/widen", "Let more see"),
    Case("widen", PUBLISHER, f"{OWN}/widen", "Let more see", 200, show_who),
    Case("widen", PUBLISHER, f"{OWN}/widen", "Let more see", 422, press("Show who would see it")),
    Case("widening", BUSINESS_OWNER, "/reviews", "More are to see", 200, follow("Wider by a second person")),
    # Nothing there, or not for them.
    Case("404", "", "/nothing-here", "We cannot find that page", 404),
    Case("404", VIEWER, "/modules/met/custody-markers", "We cannot find that page", 404),
    Case("403", VIEWER, "/account/tokens", "Not allowed", 403),
    Case("403", VIEWER, "/account/members/invite", "Not allowed", 403),
    Case("csrf", "", "/account/login/", "This form is out of date", 403, old_form),
    # Signing in.
    Case("account_login", "", "/account/login/", "Sign in"),
    Case("account_login", "", "/account/login/", "Sign in", 200, wrong_password),
    Case("mfa_authenticate", "", "/account/login/", "Confirm your sign-in", 200, right_password),
    Case("mfa_authenticate", "", "/account/login/", "Confirm your sign-in", 200, wrong_code),
    Case("account_reset_password", "", "/account/password/reset/", "Set a new password"),
    Case("account_reset_password", "", "/account/password/reset/", "Set a new password", 200, press("Send the link")),
    Case("account_reset_password_done", "", "/account/password/reset/done/", "mail"),
    Case("account_reset_password_from_key", "", "/account/password/reset/key/1-wrong/", "link"),
    Case("account_reset_password_from_key_done", "", "/account/password/reset/key/done/", "password"),
    Case("account_signup", "", "/account/signup/", "invitation"),
    Case("account_inactive", "", "/account/inactive/", "closed"),
    Case("account_email_verification_sent", "", "/account/confirm-email/", "mail"),
    Case("account_confirm_email", "", "/account/confirm-email/wrong/", "Confirm your e-mail address"),
    Case("accept_invitation", "", "/account/invitation", "This invitation has ended", 404),
    Case("socialaccount_login_cancelled", "", "/account/3rdparty/login/cancelled/", "You stopped signing in"),
    Case("socialaccount_login_error", "", "/account/3rdparty/login/error/", "sign-in service did not answer", 401),
    # One's own account.
    Case("account", VIEWER, "/account/", "Your account"),
    Case("account", PUBLISHER, "/account/", "Your account"),
    Case("change_name", VIEWER, "/account/name", "Change your name"),
    Case("choose_organisation", VIEWER, "/account/organisation", "organisation"),
    Case("account_logout", VIEWER, "/account/logout/", "Sign out"),
    Case("account_reauthenticate", VIEWER, "/account/reauthenticate/", "Confirm"),
    Case("mfa_reauthenticate", PUBLISHER, "/account/2fa/reauthenticate/", "Confirm"),
    Case("account_change_password", VIEWER, "/account/password/change/", "password"),
    Case("account_change_password", VIEWER, "/account/password/change/", "password", 200, press("Save the password")),
    Case("mfa_index", VIEWER, "/account/2fa/", "Second factor"),
    Case("mfa_index", PUBLISHER, "/account/2fa/", "Second factor"),
    Case("mfa_activate_totp", VIEWER, "/account/2fa/totp/activate/", "Set up an authenticator app"),
    Case("mfa_activate_totp", VIEWER, "/account/2fa/totp/activate/", "Set up an authenticator app", 200, press("Use this app")),
    Case("mfa_deactivate_totp", PUBLISHER, "/account/2fa/totp/deactivate/", "app"),
    Case("mfa_list_webauthn", VIEWER, "/account/2fa/webauthn/", "Passkeys and security keys"),
    Case("mfa_add_webauthn", VIEWER, "/account/2fa/webauthn/add/", "Add a passkey"),
    Case("mfa_generate_recovery_codes", PUBLISHER, "/account/2fa/recovery-codes/generate/", "Make recovery codes"),
    Case(
        "mfa_view_recovery_codes",
        PUBLISHER,
        "/account/2fa/recovery-codes/generate/",
        "Recovery codes",
        200,
        press("Make the codes"),
    ),
    # What was done.
    Case("audit", AUDITOR, "/audit", "Audit"),
    Case("audit", AUDITOR, "/audit?organisation=hampshire&action=release.", "Audit"),
    Case("audit", AUDITOR, "/audit?before=60", "Audit"),
    Case("audit", AUDITOR, "/audit?action=nothing-like-it", "Audit"),
    Case("export_audit", AUDITOR, "/audit/export?organisation=hampshire", "Export the audit"),
    Case("export_audit", AUDITOR, "/audit/export", "Export the audit", 422, press("Export")),
    Case("404", STEWARD, "/audit", "We cannot find that page", 404),
    # Composing sequences.
    Case("catalogue", PUBLISHER, "/modules?kind=sequence", "sequence"),
    Case("drafts", PUBLISHER, "/sequences/drafts", "Compose a sequence"),
    Case("compose", PUBLISHER, "/sequences/drafts/new", "Begin a sequence"),
    Case("compose", PUBLISHER, "/sequences/drafts/new", "Begin a sequence", 422, press("Continue")),
    Case("compose", PUBLISHER, f"/sequences/drafts/new?module={LETTERS.removeprefix('/modules/')}&version=1.1.0", "Make your own from it"),
    Case("compose_upload", PUBLISHER, "/sequences/drafts/upload", "Send a BPMN file"),
    Case("compose_upload", PUBLISHER, "/sequences/drafts/upload", "Send a BPMN file", 422, press("Send it")),
    Case("draft", PUBLISHER, COMPOSING, "Filed and told"),
    Case("draft", PUBLISHER, DRAWN, "Drawn elsewhere"),
    Case("draft_words", PUBLISHER, f"{COMPOSING}/words", "What it is called"),
    Case("draft_discard", PUBLISHER, f"{COMPOSING}/discard", "Throw this draft away?"),
    Case("draft_publish", PUBLISHER, f"{COMPOSING}/publish", "Publish “Filed and told”"),
    Case("draft_publish", PUBLISHER, f"{COMPOSING}/publish", "Publish “Filed and told”", 422, press("Publish")),
    Case("draft_add", PUBLISHER, f"{COMPOSING}/add?after=file", "Add a step after “File the incident”"),
    Case("draft_add", PUBLISHER, f"{COMPOSING}/add", "Add a step", 422, press("Save and continue")),
    Case("draft_step", PUBLISHER, f"{COMPOSING}/steps/decide", "Change “Decide”"),
    Case("draft_step", PUBLISHER, f"{DRAWN}/steps/t0", "Change “Read the record”"),
    Case("draft_remove", PUBLISHER, f"{COMPOSING}/steps/decide/remove", "Take “Decide” out?"),
    Case("draft_module", PUBLISHER, f"{COMPOSING}/steps/file/module", "Which module does “File the incident”?"),
    Case("draft_module", PUBLISHER, f"{COMPOSING}/steps/file/module?q=zzz", "Which module does “File the incident”?"),
    Case("draft_module", PUBLISHER, f"{COMPOSING}/steps/write/module?q=letter", "Which module", 422, press("Save and continue")),
    Case("draft_call", PUBLISHER, f"{COMPOSING}/steps/file/call", "Which versions do “File the incident”?"),
    Case("draft_inputs", PUBLISHER, f"{COMPOSING}/steps/file/inputs", "What fills the inputs of “File the incident”?"),
    Case("draft_gives", PUBLISHER, f"{COMPOSING}/steps/decide/gives", "What does “Decide” hand on?"),
    Case("draft_next", PUBLISHER, f"{COMPOSING}/steps/decide/next", "What comes after “Decide”?"),
    # One's organisation.
    Case("tokens", PUBLISHER, "/account/tokens", "API tokens"),
    Case("new_token", PUBLISHER, "/account/tokens/new", "Make a token"),
    Case("new_token", PUBLISHER, "/account/tokens/new", "Make a token", 422, press("Make the token")),
    Case("new_token", PUBLISHER, "/account/tokens/new", "Copy your token now", 201, make_token),
    Case("revoke_token", PUBLISHER, "/account/tokens", "Revoke", 200, follow("Revoke")),
    Case("members", VIEWER, "/account/members", "Members"),
    Case("members", ADMINISTRATOR, "/account/members", "Members"),
    Case("members", STEWARD, "/account/members", "Members"),
    Case("invite_member", ADMINISTRATOR, "/account/members/invite", "Invite somebody"),
    Case("invite_member", ADMINISTRATOR, "/account/members/invite", "Invite somebody", 422, press("Send the invitation")),
    Case("invite_member", STEWARD, "/account/members/invite", "Invite somebody"),
    Case("change_role", ADMINISTRATOR, "/account/members", "role", 200, follow("Change role")),
    Case("end_membership", ADMINISTRATOR, "/account/members", "Remove", 200, follow("Remove")),
    Case("end_membership", VIEWER, "/account/", "Leave", 200, follow("Leave")),
]


# A module in review, one that only its own organisation sees, and one for which somebody asked that more see it.
IN_REVIEW = f"""
from accounts.models import User
from accounts.viewer import viewer_of
from registry.actions.ask_widening import ask_widening
from registry.actions.check_release import check_release
from registry.actions.publish_release import publish_release
from registry.releases.gates import ReleaseForm
from registry.releases.upload import spooled
from tests.make import bpmn
by = viewer_of(User.objects.get(email={PUBLISHER!r}))
for slug, title, visibility in (
    ("looked-at", {REVIEWED!r}, "partnership"), ("seen-by-ourselves", "Ours", "own"), ("wider", "Wider by a second person", "own")
):
    form = ReleaseForm(version="1.0.0", licence="MIT", summary="Counts what is in stock.", title=title, visibility=visibility)
    with spooled([bpmn(title)], "process.bpmn") as upload:
        release = publish_release(publisher="hampshire", slug=slug, uploads=[upload], form=form, by=by).release
    check_release(release.pk)
    if slug == "wider":
        ask_widening(module=release.module, visibility="partnership", reason="Every force needs it.", by=by)
"""


@pytest.fixture(scope="module", autouse=True)
def _something_to_show(installation: Installation) -> None:
    installation.token("hampshire", "read", "publish")
    installation.python(IN_REVIEW)
    installation.python(TOLD)
    installation.python(LATER)
    installation.python(RUNS)
    installation.python(JUDGED)
    installation.python(REPORTED)
    installation.python(CLAIMED)
    installation.python(COMPOSED)


# Those about second factors first: they ask for the password anew some minutes after signing in.
@pytest.mark.parametrize("case", sorted(CASES, key=lambda case: not case.name.startswith("mfa_")), ids=str)
def test_page(case: Case, windows: Windows, picture: Callable[[Page, str], None]) -> None:
    page = windows.kept(case.who)
    answer = page.goto(case.address)
    if case.then:
        answers: list[Response] = []
        page.on("response", note := lambda response: answers.append(response) if response.request.is_navigation_request() else None)
        with page.expect_navigation():
            case.then(page)
        page.remove_listener("response", note)
        answer = answers[-1]  # of several steps, the last one's
    assert case.heading in page.locator("h1").inner_text()
    assert answer is not None
    assert answer.status == case.status
    check_page(page)
    windows.watch.check()
    picture(page, str(case).replace("/", "_"))


# Addresses that are no pages, that only lead to others, or that a journey beside this file opens.
NO_PAGES = {
    "healthz", "readyz", "openapi", "download", "atom_advisories", "module_runs_csv", "organisation_runs_csv", "partnership_runs_csv", "powerbi_runs", "retirement_evidence", "confirm_owner", "agree_transfer", "mfa_download_recovery_codes", "mfa_login_webauthn",
    "governance_export", "governance_file", "practice_export", "practice_evidence",
    "runs_export", "statistics_csv", "import_template", "recall_record", "forget_run_name",
    "adoptions_csv", "confirm_adoption", "powerbi_adoptions",
    "review_file", "review_evidence",
    "benefits_csv", "benefits_xlsx", "powerbi_claims", "realise_forecast",
    "withdraw_notice",
    "evidence_file", "remove_cost", "remove_outcome",
    "draft_bpmn", "draft_move",
}  # fmt: skip
ELSEWHERE = {
    "open_invitation", "withdraw_invitation", "join_organisation", "account_email", "socialaccount_connections",
    "account_confirm_login_code", "mfa_reauthenticate_webauthn", "openid_connect_login", "openid_connect_callback", "socialaccount_signup", "account_set_password",
}  # fmt: skip
JOURNEYS = {"adopt", "mfa_edit_webauthn", "mfa_remove_webauthn", "governance_sign", "access_request", "reassess"}
# Acts on a review, which lead back to its page, or show it with what is wrong.
ON_REVIEWS = {
    "claim_review", "ask_author", "resubmit_release", "replace_files", "hold_release", "refuse_release", "reopen_review", "list_release",
    "sign_off", "withdraw_sign_off", "tick_item", "answer_finding", "submit_release",
}  # fmt: skip


def names(resolver: URLResolver) -> set[str]:
    """The names of all addresses below."""
    found: set[str] = set()
    for each in resolver.url_patterns:
        found |= {each.name} if isinstance(each, URLPattern) else names(each)
    return {name for name in found if name}


def test_no_page_is_left_out() -> None:
    api = {name for name in names(get_resolver()) if name.startswith("api_")} - {"api_docs"}
    left = names(get_resolver()) - {case.name for case in CASES} - api - NO_PAGES - ON_REVIEWS - ELSEWHERE - JOURNEYS
    assert not left, f"in no row of CASES: {sorted(left)}"
