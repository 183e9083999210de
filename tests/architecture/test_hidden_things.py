"""Nobody can tell from any byte whether there is something they may not see: what is hidden answers as what is not there."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from accounts.models import Role, User
from accounts.viewer import Viewer, viewer_of
from registry.actions.check_release import check_release
from registry.actions.decide_rating_report import decide_rating_report
from registry.actions.deprecate_module import deprecate_module
from registry.actions.publish_advisory import AdvisoryForm, publish_advisory
from registry.actions.quarantine_release import quarantine_release
from registry.actions.recall_releases import recall_releases
from registry.actions.record_download import record_download
from registry.actions.refresh_module import refresh_module
from registry.actions.report_rating import report_rating
from registry.actions.report_release import report_release
from registry.actions.retire_module import start_retirement
from registry.actions.state_adoption import AdoptionForm, state_adoption
from registry.actions.transfer_module import offer_transfer
from registry.benefits.models import Claim, CostLine, OutcomeMeasure
from registry.catalogue.models import BusinessArea, Module, ModuleShare
from registry.releases.models import Release
from registry.reviews.models import Review
from tests.architecture.urls_table import (
    ANONYMOUS,
    FILE,
    ON_API,
    ON_PAGES,
    OWNER,
    PARTNER,
    PARTNERSHIP,
    PEOPLE,
    STRANGER,
    TABLE,
    TOKENS,
    VERSIONS,
    VISIBILITIES,
    Actor,
    Row,
    Spot,
    World,
    address,
    sees_module,
    sees_release,
)
from tests.make import (
    make_adoption,
    make_claim,
    make_member,
    make_month,
    make_organisation,
    make_practice,
    make_rating,
    make_release,
    make_user,
    make_viewer,
)

pytestmark = pytest.mark.django_db
NAMED = {actor.name: actor for actor in (*PEOPLE, *TOKENS)}
MEMBERS = (
    ANONYMOUS,
    NAMED["outsider"],
    NAMED["unnamed administrator"],
    NAMED["unnamed viewer"],
    NAMED["named publisher"],
    NAMED["partnership's administrator"],
    NAMED["token of the named partner"],
    NAMED["token of an unnamed partner"],
    NAMED["token of another module"],
)
STEWARD = NAMED["steward"]  # sees what is shared by name, whoever it is shared with
RUNNERS = ("cumbria", "dorset", "essex", "kent", "norfolk")  # organisations that report runs
ONE_OF_EACH = (ANONYMOUS, NAMED["unnamed viewer"], NAMED["token of an unnamed partner"])
CANARY = "zyx"  # begins every word that only hidden things hold


# --- What somebody receives -----------------------------------------------------------------------------------------------
QUESTIONS = (
    "",
    "?q=letter",
    "?q=leter",  # mended by the words of what is visible
    "?q=zyxtitel",  # one letter from a hidden word
    "?q=zyxstpe&sort=newest",
    "?q=secret+helper",
    "?sort=title",
    "?sort=newest&page=2",
    "?platform=bpmn",
    "?application=Zyxsystem",
    "?application=Niche+RMS",
    "?publisher=hampshire",
    "?publisher=kobenhavn",
    "?licence=EUPL-1.2",
    "?licence=MIT&status=deprecated",
    "?kind=sequence",
    "?mine=yes",
    "?in_use=verified&sort=used",
    "?evidence=approved&sort=benefit",
    "?sort=rating",
    "?business_area={area}",
)
PAGES = (
    "/",
    "/account/",
    "/account/members",
    "/publish",
    "/publish/check",
    "/nothing-here",
    f"/organisations/{OWNER}",
    f"/organisations/{PARTNER}",
    f"/organisations/{STRANGER}",
    f"/organisations/{PARTNERSHIP}",
    "/organisations/kobenhavn",
    "/organisations/nobody",
    "/access",
    "/legal-bases",
)
PAGES += ("/import", "/import/templates/adoptions-en.csv")
PAGES += ("/advisories", "/recalls", "/quarantine", "/transfers", "/retirements", "/modules?owner=needs-owner", "/modules?status=retired")
PAGES += ("/runs/partnership", "/runs/partnership.csv", f"/organisations/{OWNER}/runs", f"/organisations/{PARTNER}/runs.csv")
API = ("/feeds/powerbi/runs.csv",)
PAGES += ("/runs", "/runs/held", "/runs/schema", "/runs/export/days.csv", "/runs/export/runs.csv", "/runs/opt-in")
PAGES += ("/ratings/how", "/ratings/reported", "/ratings/1", "/signals")
PAGES += ("/runs/connect", "/runs/connect/upload", "/runs/connect/name")
API += ("/api/v1/runs/schema.json", "/feeds/atom/advisories", "/api/v1/advisories", "/api/v1/recalls")
PAGES += ("/benefits", "/benefits.csv?year=all", "/benefits?organisation=kobenhavn&year=1999")
API += ("/feeds/powerbi/claims.csv", "/api/v1/claims", "/api/v1/claims?organisation=kobenhavn")
PAGES += ("/adoptions", "/adoptions.csv", "/adoptions/999999999")
API += ("/api/v1/adoptions", "/feeds/powerbi/adoptions.csv")
API += ("/api/v1/openapi.json", "/api/docs", "/api/v1/nothing-here", "/api/v1/on-request", "/api/v1/on-request?q=zyxtitle")
PAGES += ("/benefits/add", "/benefits/costs", "/benefits/rates", "/benefits/to-decide", "/benefits/baselines/add", "/benefits/costs/add")
PAGES += ("/sequences/drafts", "/sequences/drafts/new", "/sequences/drafts/upload", "/sequences/drafts/999999999")
PAGES += ("/notice-periods", "/notice-periods/999999999")
API += ("/api/v1/notice-periods",)
COMPARED = "module=hampshire/letters&module=hampshire/stamps&module=hampshire/partnership&module=hampshire/named"
PAGES += (
    "/compare",
    f"/compare?{COMPARED}",
    "/compare?module=hampshire/letters",
    "/compare?module=hampshire/letters@9.9.9&module=hampshire/nothing",
)
API += (f"/api/v1/compare?{COMPARED}", "/api/v1/compare?module=hampshire/letters&module=hampshire/nothing")
VISIBLE = ("letters", "stamps", "old", "partnership", "named")  # slugs of the owner that some of the observers see


def addresses(area: str) -> list[str]:
    """Every address that shows anything of more than one module, and those of what is visible."""
    modules = [f"{OWNER}/{slug}" for slug in VISIBLE]
    found = [*PAGES, *API]
    found += [f"{base}{question.format(area=area)}" for base in ("/modules", "/api/v1/modules") for question in QUESTIONS]
    found += [f"/api/v1/modules?page_size=1&page={page}" for page in (1, 2, 3)]
    for module in modules:
        found += [f"/modules/{module}/use", f"/api/v1/modules/{module}/adoptions"]
        found += [f"/modules/{module}", f"/modules/{module}/1.0.0", f"/modules/{module}/1.0.0/files/{FILE}"]
        found += [f"/modules/{module}/1.0.0{more}" for more in ("/documentation", "/steps/t", "/bundle")]
        found += [f"/api/v1/modules/{module}/releases/1.0.0{more}" for more in ("/bundle", "/lock")]
        found += [f"/modules/{module}/runs", f"/modules/{module}/runs.csv", f"/api/v1/modules/{module}/runs"]
        found += [f"/modules/{module}/forecast", f"/modules/{module}/1.0.0/impact", f"/api/v1/modules/{module}/releases/1.0.0/updates"]
        found += [f"/modules/{module}/1.0.0/governance", f"/modules/{module}/1.0.0/governance/export/dpia.json"]
        found += [f"/api/v1/modules/{module}/releases/1.0.0/governance", f"/api/v1/modules/{module}/releases/1.0.0/steps"]
        found += [f"/modules/{module}/practice{more}" for more in ("", ".txt", ".csv", ".json", "/evidence")]
        found += [f"/modules/{module}/1.0.0/rate", f"/api/v1/modules/{module}/ratings", f"/api/v1/modules/{module}/practice"]
        found += [f"/modules/{module}/1.0.0/changes{more}" for more in ("", "?from=1.0.0", "?from=9.9.9")]
        found += [f"/api/v1/modules/{module}/releases/1.0.0/changes"]
        found += [f"/modules/{module}/statistics", f"/modules/{module}/statistics.csv", f"/api/v1/modules/{module}/statistics"]
        found += [f"/api/v1/modules/{module}{more}" for more in ("", "/releases", "/releases/1.0.0", f"/releases/1.0.0/artefacts/{FILE}")]
    return found


def received(response: Any) -> tuple[int, dict[str, str], bytes]:
    """Everything that left us but what is drawn by lot or by the clock for every answer."""
    text = response.body
    for drawn in (rb'name="csrfmiddlewaretoken" value="[^"]+"', rb'nonce="[^"]+"'):
        text = re.sub(drawn, b"", text)
    headers = {name: re.sub(r"'nonce-[^']+'", "", value) for name, value in response.headers.items() if name not in ("Expires", "Date")}
    headers["Set-Cookie"] = " ".join(sorted(response.cookies))
    return response.status_code, headers, text


def crawl(world: World, actors: tuple[Actor, ...], area: str) -> dict[tuple[str, str], tuple[int, dict[str, str], bytes]]:
    """What each of ``actors`` receives at each address."""
    found = {(actor.name, path): received(world.ask(actor, "GET", path)) for actor in actors for path in addresses(area)}
    for actor in actors:
        for path in ("/publish/check", "/api/v1/inspect"):
            body = {"artefact": SimpleUploadedFile(FILE, process("A try", "Shared helper"))}
            found[actor.name, f"POST {path}"] = received(world.ask(actor, "POST", path, body))
    return found


def take(world: World, actors: tuple[Actor, ...], area: str) -> None:
    """Each observer's downloads of the day, which are counted once."""
    for path in addresses(area):
        if path.endswith((f"/{FILE}", "/bundle")):
            for actor in actors:
                world.ask(actor, "GET", path)


# --- What is visible, and what is hidden ----------------------------------------------------------------------------------
def process(name: str, calls: str = "", *, task: str = "Read the record", uses: str = "") -> bytes:
    """BPMN that calls another process by name, and binds a module by its identifier."""
    called = f'<callActivity id="c" name="Call" calledElement="{calls}"/>' if calls else ""
    bound = f'<extensionElements><m:uses module="{uses}" range="^1"/></extensionElements>' if uses else ""
    return (
        '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:m="urn:moothall:sequence:1" id="d" targetNamespace="urn:t">'
        f'<process id="p" name="{name}"><startEvent id="s"/><userTask id="t" name="{task}">{bound}</userTask>{called}</process></definitions>'
    ).encode()


OTHER_STEWARD = "other.steward@partnership.example"


def show(world: World) -> None:
    """The owner's modules that everybody sees; they name things that are not there yet. Organisations are no secret to members."""
    for slug in ("thames-valley", "kobenhavn"):
        make_organisation(slug)
    make_member(PARTNERSHIP, Role.STEWARD, user=make_user(OTHER_STEWARD))
    needs = {"dependencies": (f"{OWNER}/secret-helper@^1",), "systems": ("Niche RMS",)}
    letters = process("Letters", "Shared helper")
    shown = make_release(f"{OWNER}/letters", data=letters, filename=FILE, by=world.by, readme="Sends letters.", **needs)
    make_practice(shown.module, by=world.by)
    make_release(f"{OWNER}/stamps", data=process("Stamps", "Held helper"), filename=FILE, by=world.by)
    old = make_release(f"{OWNER}/old", data=process("Old letters"), filename=FILE, by=world.by)
    deprecate_module(module=old.module, reason="Use something else.", by=world.by)
    for slug in RUNNERS:
        make_month(slug, f"{OWNER}/letters", settled_month())
        make_month(slug, f"{OWNER}/stamps", timezone.now().date().replace(day=1))  # not settled
    programme = make_claim(OWNER, by=world.by, title="All of it", fte=Decimal(20), money=Decimal(900), currency="GBP")
    module = Module.objects.get(publisher=OWNER, slug="letters")
    make_claim(OWNER, module, by=world.by, title="Letters sent", fte=Decimal(2), part_of=programme.pk, volume=10, unit="letters")
    runs(f"{OWNER}/letters", make_viewer("thames-valley"), "counted")
    runs(f"{OWNER}/letters", world.by, "named")


def runs(module: str, by: Viewer, sharing: str) -> None:
    """An organisation states that it runs version 1.0.0, in words that nobody else may read."""
    publisher, slug = module.split("/")
    release = Release.objects.select_related("module").get(module__publisher=publisher, module__slug=slug, version="1.0.0")
    words = {"owner": "Zyxteam", "objective": "Zyxaim", "blockers": "Zyxblocker", "reason": "Zyxwhy", "systems": ("Zyxestate",)}
    form = AdoptionForm(since=date(2024, 1, 2), sharing=sharing, volume=987_654, unit="zyxitems", shares_volume=False, **words)
    assert by.organisation is not None
    state_adoption(module=release.module, release=release, stage="live", form=form, organisation=by.organisation, by=by)


def hide(world: World, *, by_name: bool) -> None:
    """Everything a publisher may keep to itself or not have had checked; ``by_name`` also what is shared with others by name."""
    danes = make_viewer("kobenhavn")
    words: dict[str, Any] = {
        "title": "Zyxtitle of letters",
        "summary": "Zyxsummary sends a letter to a victim.",
        "readme": "Zyxreadme letters, partnership, bpmn.",
        "changes": "Zyxchanges.",
        "owner_name": "Zyxowner",
        "owner_email": "zyxmail@example.org",
        "ip_owner": "Zyxrights",
        "handling": "Zyxhandling",
        "licence": "EUPL-1.2",
        "systems": ("Zyxsystem", "Niche RMS"),
        "business_area": last_area(),
        "dependencies": (f"{OWNER}/letters@^1",),
        "filename": "zyxfile.bpmn",
    }

    def add(identifier: str, name: str, version: str = "1.0.0", by: Viewer = world.by, **more: Any) -> Release:
        data = process(name, "Letters", task="Zyxstep")
        return make_release(identifier, version, data=data, by=by, **(words | {"visibility": "own"} | more))

    helper = add(f"{OWNER}/secret-helper", "Shared helper")
    add(f"{OWNER}/secret-sequence", "Zyxname sequence")
    locking = process("Zyxname locking", task="Zyxstep", uses=f"{OWNER}/stamps")
    make_release(f"{OWNER}/zyxlocking", data=locking, by=world.by, **(words | {"visibility": "own"}))
    add(f"{OWNER}/zyxunchecked", "Zyxname unchecked", visibility="partnership", checked=False)
    held = add(f"{OWNER}/zyxheld", "Zyxname held", visibility="partnership", checked=False)
    add("kobenhavn/zyxdansk", "Shared helper", by=danes, language="da")
    add("kobenhavn/zyxbrev", "Zyxname brev", by=danes, visibility="partnership", checked=False)
    if by_name:
        add(f"{OWNER}/zyxsensitive", "Held helper", visibility="partnership", marking="OFFICIAL-SENSITIVE")
        add(f"{OWNER}/zyxnamed", "Held helper", visibility="named", share_with=("thames-valley",))
        hide_from_partners(add)
        data = process("Held helper", "Stamps", task="Zyxstep")
        waiting = make_release(
            f"{OWNER}/stamps",
            "9.0.0",
            data=data,
            filename="zyxfile.bpmn",
            by=world.by,
            checked=False,
            summary="",
            title="",
            changes="Zyxchanges.",
        )
        check_release(waiting.pk)
    # Releases of what everybody sees, which say nothing new of the module itself.
    for version, name in (("2.0.0", "Held helper"), ("1.5.0", "Zyxname checking")):
        data = process(name, "Stamps", task="Zyxstep", uses=f"{OWNER}/stamps")
        letters = make_release(
            f"{OWNER}/letters",
            version,
            data=data,
            filename="zyxfile.bpmn",
            by=world.by,
            checked=False,
            summary="",
            title="",
            changes="Zyxchanges.",
        )
        if version == "2.0.0":
            Release.objects.filter(pk=letters.pk).update(state="held")
    Release.objects.filter(pk=held.pk).update(state="held")
    Module.objects.filter(publisher=OWNER, slug="old").update(successor=helper.module)
    record_download(release=helper, by=danes)
    hide_claims(world, helper.module)
    runs(f"{OWNER}/secret-helper", world.by, "named")
    runs(f"{OWNER}/letters", danes, "kept")
    if by_name:  # stewards read what stewards hide
        hidden_rating(world, danes)
    make_adoption(helper, "kobenhavn", owner="Zyxpost", unit="zyxunits", volume=7)
    stamps = Release.objects.select_related("module").get(module__publisher=OWNER, module__slug="stamps", version="1.0.0")
    make_adoption(stamps, "kobenhavn", "pilot", "kept", owner="Zyxkept", unit="zyxunits", volume=7)
    trouble(world, helper, Module.objects.get(slug="secret-sequence"), danes)
    hide_runs()


def hide_runs() -> None:
    """Runs of hidden modules, by many and by one that shows its figures, and runs of a visible one by too few, of a version not shown."""
    for slug in RUNNERS:
        make_month(slug, f"{OWNER}/secret-helper", settled_month(), runs=7_007)
    make_month("kobenhavn", "kobenhavn/zyxdansk", settled_month(), runs=7_007)
    for slug in (OWNER, *RUNNERS[:3]):
        make_month(slug, f"{OWNER}/stamps", settled_month(), "9.0.0-zyx", runs=7_007)


def hide_claims(world: World, hidden: Module) -> None:
    """Claims, costs and outcomes: of a module that is hidden, and of a visible one kept to the owner; parts of a programme that everybody reads."""
    programme = Claim.objects.get(title="All of it")
    said = {
        "organisation": programme.organisation,
        "created_by": world.by.user,
        "benefit_class": "cashable",
        "part_of": programme,
        "fte": 3,
    }
    said |= {"money": 7, "currency": "GBP", "unit": "zyxunit", "volume": 5, "post": "Zyxpost", "source": "Zyxsource", "state": "submitted"}
    said |= {"starts_on": programme.starts_on, "ends_on": programme.ends_on, "hours_per_fte": 1650}
    seen = Module.objects.get(publisher=OWNER, slug="letters")
    for number, (module, sharing, state) in enumerate(
        [(hidden, "shared", "submitted"), (seen, "own", "submitted"), (seen, "shared", "draft")]
    ):
        period = programme.period if number else "Zyxyear"
        claim = Claim.objects.create(
            **said | {"module": module, "sharing": sharing, "state": state, "title": f"Zyxclaim {number}", "period": period}
        )
        OutcomeMeasure.objects.create(claim=claim, outcome="compliance", measure="Zyxmeasure", after_text="Zyxafter")
    cost = {
        "organisation": programme.organisation,
        "title": "Zyxcost",
        "kind": "other",
        "year": programme.period,
        "amount": 5,
        "currency": "GBP",
    }
    CostLine.objects.create(sharing="own", created_by=world.by.user, **cost)
    CostLine.objects.create(claim=claim, created_by=world.by.user, **cost)


def trouble(world: World, helper: Release, sequence: Module, danes: Viewer) -> None:
    """What happens after listing, to modules that are hidden: warned of, recalled, in quarantine, passed on, retired."""
    form = AdvisoryForm(summary="Zyxwarning", details="Zyxdetails", severity="low", ranges="*")
    publish_advisory(module=helper.module, form=form, by=world.by)
    offer_transfer(module=helper.module, receiver="thames-valley", reason="Zyxoffer", by=world.by)
    start_retirement(module=sequence, ends_on=timezone.now().date(), reason="Zyxend", by=world.by)
    danish = Module.objects.get(slug="zyxdansk")
    recall_releases(module=danish, versions="*", severity="high", reason="Zyxrecall", by=danes)
    report_release(release=danish.releases.get(), reason="Zyxreport", by=danes)
    quarantine_release(release=danish.releases.get(), reason="Zyxquarantine", by=danes)
    Module.objects.filter(pk=helper.module_id).update(needs_owner="needs-owner")
    make_rating(helper, by=danes, words="Zyxrating of what nobody else sees.")
    make_practice(
        helper.module, by=world.by, does_it_work="promising", basis="Zyxbasis", evidence_reference="Zyxreport", problem="Zyxproblem"
    )


def hidden_rating(world: World, danes: Viewer) -> None:
    """What somebody said of a module that everybody sees, and a steward hid."""
    letters = Release.objects.select_related("module__organisation").get(module__slug="letters", version="1.0.0")
    rating = make_rating(letters, by=danes, words="Zyxwords that name a person.")
    report_rating(rating=rating, reason="Zyxreported", by=viewer_of(world.users["steward"]))
    other = viewer_of(User.objects.get(email=OTHER_STEWARD))
    decide_rating_report(rating=rating, hide=True, reason="Zyxhidden", by=other)


def hide_from_partners(add: Callable[..., Release]) -> None:
    """What stewards see and partners do not: in every state of a review, OFFICIAL-SENSITIVE, in quarantine, lent until yesterday."""
    for state in ("in_review", "awaiting_author", "held", "refused"):
        release = add(f"{OWNER}/zyx{state.replace('_', '-')}", f"Zyxname {state}", visibility="partnership", checked=False)
        check_release(release.pk)
        Review.objects.filter(release=release).update(state=state, closed_at=timezone.now() if state == "refused" else None)
        Release.objects.filter(pk=release.pk).update(state=state)
    add(f"{OWNER}/zyxdraft", "Zyxname draft", visibility="partnership", checked=False, draft=True)
    add(f"{OWNER}/zyxsensitive", "Held helper", visibility="partnership", marking="OFFICIAL-SENSITIVE")
    lent = add(f"{OWNER}/zyxlent", "Zyxname lent", visibility="partnership", marking="OFFICIAL-SENSITIVE").module
    yesterday = timezone.now() - timedelta(days=1)
    ModuleShare.objects.bulk_create(
        ModuleShare(module=lent, organisation=make_organisation(slug), expires_at=yesterday) for slug in (PARTNER, STRANGER)
    )
    away = add(f"{OWNER}/zyxaway", "Held helper", visibility="partnership")
    Release.objects.filter(pk=away.pk).update(quarantined_at=timezone.now(), quarantine_reason="Zyxreason.")
    refresh_module(Module.objects.get(pk=away.module_id))


def settled_month() -> date:
    """One of which others may be shown something, and that the pages show unasked."""
    return (timezone.now().date() - timedelta(days=100)).replace(day=1)


def last_area() -> str:
    """A business area that nothing visible is in."""
    return BusinessArea.objects.order_by("slug").values_list("slug", flat=True).last() or ""


@pytest.mark.parametrize(("actors", "by_name"), [(MEMBERS, True), ((STEWARD,), False)], ids=["members", "steward"])
def test_no_byte_changes_when_something_hidden_is_added(world: World, actors: tuple[Actor, ...], by_name: bool) -> None:
    show(world)
    area = last_area()
    take(world, actors, area)
    before = crawl(world, actors, area)
    hide(world, by_name=by_name)
    after = crawl(world, actors, area)
    changed = [f"{who} at {path}" for (who, path), bytes_ in after.items() if bytes_ != before[who, path]]
    assert changed == []
    sung = [
        f"{who} at {path}"
        for (who, path), (_, headers, text) in after.items()
        if CANARY not in path.lower() and (CANARY in text.decode(errors="replace").lower() or CANARY in str(headers).lower())
    ]
    assert sung == []


def test_the_crawl_sees_what_is_there(world: World) -> None:
    """The test above would notice: whoever may see the hidden things receives their words, and other bytes than before."""
    show(world)
    owner = (NAMED["viewer"], NAMED["token in scope"])
    before = crawl(world, owner, last_area())
    hide(world, by_name=True)
    after = crawl(world, owner, last_area())
    changed = {path for (who, path) in after if after[who, path] != before[who, path]}
    letters = f"{OWNER}/letters"
    assert {
        "/",
        "/modules",
        "/modules?q=secret+helper",
        f"/modules/{letters}",
        f"/organisations/{OWNER}",
        f"/modules/{OWNER}/old",
        "/runs/partnership",
        f"/organisations/{OWNER}/runs",
        f"/modules/{OWNER}/stamps/runs.csv",
        "/feeds/powerbi/runs.csv",
    } <= changed
    assert {"/api/v1/modules", f"/api/v1/modules/{letters}", f"/api/v1/modules/{letters}/releases/1.0.0", "POST /publish/check"} <= changed
    assert {"/benefits", "/benefits.csv?year=all", "/api/v1/claims", "/feeds/powerbi/claims.csv"} <= changed
    assert any(b"Zyxtitle" in text for _, _, text in after.values())


# --- Guessing -------------------------------------------------------------------------------------------------------------
METHODS = ("GET", "POST")
OTHERS = (
    "HEAD",
    "PUT",
    "PATCH",
    "DELETE",
    "OPTIONS",
)  # answered as GET is, or refused before anybody asks who it is: asked by one of each kind


def guess(world: World, row: Row, actor: Actor, method: str, spot: Spot, hidden: Spot) -> tuple[int, dict[str, str], bytes]:
    """What ``actor`` receives at ``spot``, with its names put in the place of those of ``hidden``."""
    body = row.body(world, actor, hidden) if method == "POST" else None
    asked = address(world, row, spot)
    status, headers, text = received(world.ask(actor, method, asked, body, is_json=row.is_json))
    names = {asked: address(world, row, hidden), f"{OWNER}/{spot.visibility}": f"{OWNER}/{hidden.visibility}", spot.version: hidden.version}
    for there, said in names.items():
        headers = {name: value.replace(there, said) for name, value in headers.items()}
        text = text.replace(there.encode(), said.encode())
    return status, headers, text


@pytest.mark.parametrize("row", [row for row in TABLE if row.of], ids=lambda row: row.name)
def test_a_guessed_address_answers_as_one_that_is_not_there(world: World, row: Row) -> None:
    for actor in ON_API if row.is_api else ON_PAGES:
        hidden = [(Spot(visibility), Spot("not-there")) for visibility in VISIBILITIES if not sees_module(actor, Spot(visibility))]
        if row.of == "release":
            kept = [version for version, state in VERSIONS.items() if state not in ("listed", "yanked")]
            spots = [Spot("partnership", version) for version in kept]
            spots += [Spot(visibility, version) for visibility in ("own", "named") for version in ("2.0.0", "3.0.0")]
            sees = row.sees or sees_release
            unlisted = [spot for spot in spots if sees_module(actor, spot) and not sees(actor, spot)]
            hidden += [(spot, Spot(spot.visibility, "7.7.7")) for spot in unlisted]
        for spot, absent in hidden:
            for method in (*METHODS, *(OTHERS if actor in ONE_OF_EACH else ())):
                answer = guess(world, row, actor, method, spot, spot)
                assert answer == guess(world, row, actor, method, absent, spot), (actor.name, method, spot)


@pytest.mark.parametrize("filename", ["zyxfile.bpmn", FILE])
def test_the_name_of_a_hidden_file_is_not_to_be_guessed(world: World, filename: str) -> None:
    make_release(f"{OWNER}/letters", by=world.by)
    make_release(f"{OWNER}/letters", "2.0.0", filename="zyxfile.bpmn", by=world.by, checked=False)
    person, token = NAMED["unnamed viewer"], NAMED["token of an unnamed partner"]
    for actor, path in ((person, "/modules/{}/2.0.0/files/{}"), (token, "/api/v1/modules/{}/releases/2.0.0/artefacts/{}")):
        answers = [received(world.ask(actor, "GET", path.format(f"{OWNER}/letters", name))) for name in (filename, "absent.bpmn")]
        assert answers[0] == answers[1]
        assert answers[0][0] == 404


def test_publishing_reveals_nothing_of_another_organisations_modules(world: World) -> None:
    """By the page that names a module, and by naming one as a successor or as something needed."""
    publisher, token = NAMED["named publisher"], NAMED["token of the named partner"]
    mine = make_release(f"{PARTNER}/mine", by=make_viewer(PARTNER)).module.identifier
    make_release(f"{OWNER}/kept-back", by=world.by, visibility="own")
    answers = []
    for slug in ("kept-back", "not-there"):
        form = {"reason": "Use the other.", "successor": f"{OWNER}/{slug}"}
        release = {"version": "2.0.0", "dependencies": f"{OWNER}/{slug}@^1", "artefact": SimpleUploadedFile(FILE, process("Mine too"))}
        asked = [
            world.ask(publisher, "GET", f"/publish?module={OWNER}/{slug}"),
            world.ask(publisher, "POST", f"/modules/{mine}/deprecate", form),
            world.ask(token, "POST", f"/api/v1/modules/{mine}/deprecate", form, is_json=True),
            world.ask(token, "POST", f"/api/v1/modules/{mine}/releases", release | {"dry_run": "true"}),
        ]
        assert [response.status_code for response in asked] == [403, 422, 422, 200]
        answers.append([(status, text.replace(slug.encode(), b"SLUG")) for status, _, text in map(received, asked)])
    assert answers[0] == answers[1]


def test_a_system_is_spelt_as_its_publisher_spells_it(world: World) -> None:
    """Else publishing would tell which systems hidden modules work in."""
    hidden = make_release(f"{OWNER}/hidden", by=world.by, visibility="own", systems=("ZYXsystem",))
    assert hidden.module.systems.get().system.name == "ZYXsystem"
    mine = make_release(f"{PARTNER}/mine", by=make_viewer(PARTNER), systems=("Zyxsystem",))
    assert mine.module.systems.get().system.name == "Zyxsystem"
