"""What a module's page says and who sees it change without a release, and every reader follows at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from accounts.models import AuditEvent, Role
from accounts.viewer import NOBODY, Viewer, viewer_of
from registry.actions.ask_widening import ask_widening
from registry.actions.decide_widening import decide_widening
from registry.actions.update_module import update_module
from registry.catalogue.models import Module, ModuleShare, SearchWordUse
from registry.errors import Missing, NotAllowed, RegistryError
from registry.index import read
from registry.index.entries import SearchQuery
from registry.index.search import search
from registry.releases.gates import ReleaseForm
from tests.make import make_member, make_module, make_organisation, make_release, make_viewer
from tests.race import race
from tests.unchanged import audit_refuses, refuses, unchanged

MODULE = ("hampshire", "victim-update")
IDENTIFIER = "hampshire/victim-update"


@pytest.fixture
def by() -> Viewer:
    return make_viewer("hampshire")


@pytest.fixture
def module() -> Module:
    make_organisation("wiltshire")
    make_organisation("met")
    return make_module(IDENTIFIER, readme="# Once", systems=("Niche RMS",))


def sees(slug: str) -> bool:
    """Whether a viewer of that organisation sees the module: page, releases, file, search and organisation's page must agree."""
    viewer = make_viewer(slug, Role.VIEWER)
    found = {one.id for one in search(viewer, SearchQuery()).results} | {one.id for one in search(viewer, SearchQuery(q="victim")).results}
    listed = {one.id for one in read.organisation_modules(viewer, make_organisation("hampshire"))}
    newest = {one.id for one in read.home(viewer).newest}
    answers = {IDENTIFIER in found, IDENTIFIER in listed, IDENTIFIER in newest}
    for ask in (
        lambda: read.module_detail(viewer, *MODULE),
        lambda: read.releases(viewer, *MODULE),
        lambda: read.release_detail(viewer, *MODULE, "1.0.0"),
        lambda: read.artefact(viewer, *MODULE, "1.0.0", "process.bpmn"),
    ):
        try:
            ask()
        except Missing:
            answers.add(False)
        else:
            answers.add(True)
    assert len(answers) == 1, "the surfaces disagree"
    return answers.pop()


@pytest.mark.django_db
def test_narrowed_and_widened_every_surface_follows_at_once(module: Module, by: Viewer) -> None:
    """Fewer see it at once; more see it when a second person agrees, and then at once."""
    steps = [
        (ReleaseForm(visibility="own"), {"hampshire"}, False),
        (ReleaseForm(visibility="named", share_with=("wiltshire",)), {"hampshire", "wiltshire"}, True),
        (ReleaseForm(visibility="named", share_with=("met",)), {"hampshire", "met"}, True),
        (ReleaseForm(title="Tell victims"), {"hampshire", "met"}, False),
        (ReleaseForm(visibility="partnership"), {"hampshire", "wiltshire", "met"}, True),
        (ReleaseForm(visibility="named", share_with=("met",)), {"hampshire", "met"}, False),
        (ReleaseForm(visibility="own"), {"hampshire"}, False),
    ]
    for form, seen_by, needs_agreement in steps:
        module.refresh_from_db()
        if needs_agreement:
            with refuses("widening_needs_agreement"):
                update_module(module=module, form=form, by=by)
            wish = ask_widening(module=module, visibility=form.visibility, share_with=form.share_with, reason="It helps.", by=by)
            decide_widening(widening=wish, agree=True, by=make_viewer("hampshire"))
        else:
            update_module(module=module, form=form, by=by)
        assert {slug for slug in ("hampshire", "wiltshire", "met") if sees(slug)} == seen_by, form


@pytest.mark.django_db
def test_whoever_was_named_stays_named_until_all_others_are_shut_out(module: Module, by: Viewer) -> None:
    update_module(module=module, form=ReleaseForm(visibility="named", share_with=("wiltshire",)), by=by)
    wish = ask_widening(module=module, visibility="partnership", reason="It helps.", by=by)
    decide_widening(widening=wish, agree=True, by=make_viewer("hampshire"))
    module.refresh_from_db()
    update_module(module=module, form=ReleaseForm(visibility="named"), by=by)
    assert (sees("wiltshire"), sees("met")) == (True, False)
    update_module(module=module, form=ReleaseForm(visibility="own"), by=by)
    assert not module.shares.exists()


@pytest.mark.django_db
def test_access_that_was_asked_for_ends_by_itself_or_when_its_own_organisation_alone_sees_it(module: Module, by: Viewer) -> None:
    update_module(module=module, form=ReleaseForm(visibility="named", share_with=("wiltshire",)), by=by)
    granted = ModuleShare.objects.create(
        module=module, organisation=make_organisation("met"), expires_at=timezone.now() + timedelta(days=1)
    )
    module.refresh_from_db()
    with refuses("widening_needs_agreement", "share_with"):  # nor is it made to last by naming them
        update_module(module=module, form=ReleaseForm(share_with=("met", "wiltshire")), by=by)
    update_module(module=module, form=ReleaseForm(visibility="named", share_with=("wiltshire",)), by=by)
    assert ModuleShare.objects.filter(pk=granted.pk).exists()
    update_module(module=module, form=ReleaseForm(visibility="own"), by=by)
    assert not ModuleShare.objects.exists()


@pytest.mark.django_db
def test_the_audit_says_what_changed_and_from_which_visibility(module: Module, by: Viewer) -> None:
    update_module(module=module, form=ReleaseForm(visibility="own", owner_email="robots@hampshire.example"), by=by)
    event = AuditEvent.objects.get(action="module.updated")
    assert (event.subject, event.user, event.organisation) == (IDENTIFIER, by.user, module.organisation)
    assert event.detail == {"changed": ["visibility", "owner_email"], "visibility": ["partnership", "own"]}


@pytest.mark.django_db
def test_everything_a_form_gives_is_shown_and_found(module: Module, by: Viewer) -> None:
    form = ReleaseForm(
        title="Tell complainants",
        summary="Writes to people who complained.",
        readme="# Anew\n\nMentions gooseberries.",
        systems=("Athena@>=7", "NICHE rms"),
        business_area="victim-care",
        marking="OFFICIAL-SENSITIVE",
        handling="Hampshire only",
        owner_name="Robotics team",
        owner_email="robots@hampshire.example",
        ip_owner_type="council",
        ip_owner="Hampshire",
        reuse="change",
        language="da",
    )
    before = module.revision
    update_module(module=module, form=form, by=by)
    shown = read.module_detail(by, *MODULE)
    entry = shown.entry
    assert (entry.title, entry.summary, entry.marking, entry.reuse, entry.language) == (
        form.title,
        form.summary,
        form.marking,
        form.reuse,
        form.language,
    )
    assert (shown.owner_name, shown.owner_email, shown.ip_owner, shown.ip_owner_type, shown.handling) == (
        form.owner_name,
        form.owner_email,
        form.ip_owner,
        form.ip_owner_type,
        form.handling,
    )
    assert "<h2>Anew</h2>" in shown.readme_html
    assert [(system.name, system.versions) for system in shown.systems] == [("Athena", ">=7"), ("Niche RMS", "")]
    assert entry.applications == ("Athena", "Niche RMS")
    assert entry.business_area == "victim-care"
    assert entry.revision > before
    for word, found in (("gooseberries", 1), ("complainants", 1), ("once", 0)):
        assert search(by, SearchQuery(q=word)).count == found, word
    assert not SearchWordUse.objects.filter(module=module, word__word="once").exists()
    assert search(by, SearchQuery(application=("Athena",))).count == 1


@pytest.mark.django_db
def test_what_is_not_given_stays(module: Module, by: Viewer) -> None:
    before = read.module_detail(by, *MODULE)
    update_module(module=module, form=ReleaseForm(title="Tell victims"), by=by)
    after = read.module_detail(by, *MODULE)
    assert (after.entry.summary, after.readme, after.systems, after.entry.visibility, after.entry.licence) == (
        before.entry.summary,
        before.readme,
        before.systems,
        before.entry.visibility,
        before.entry.licence,
    )


@pytest.mark.django_db
def test_what_belongs_to_a_release_is_left_alone(module: Module, by: Viewer) -> None:
    update_module(module=module, form=ReleaseForm(version="9.9.9", licence="EUPL-1.2", changes="All", dependencies=("met/x",)), by=by)
    shown = read.module_detail(by, *MODULE)
    assert shown.current is not None
    assert (shown.entry.licence, shown.entry.latest_version, shown.current.entry.changes) == ("MIT", "1.0.0", "")
    assert len(shown.releases) == 1
    assert not shown.current.dependencies


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("form", "code", "where"),
    [
        (ReleaseForm(title="x" * 121), "text_too_long", "title"),
        (ReleaseForm(summary="x" * 301), "text_too_long", "summary"),
        (ReleaseForm(summary="a\x00b"), "text_invalid", "summary"),
        (ReleaseForm(visibility="public"), "visibility_unknown", "visibility"),
        (ReleaseForm(visibility="named"), "share_with_missing", "share_with"),
        (ReleaseForm(visibility="named", share_with=("wiltshire", "nowhere")), "organisation_unknown", "share_with"),
        (ReleaseForm(marking="SECRET"), "marking_unknown", "marking"),
        (ReleaseForm(business_area="nothing"), "business_area_unknown", "business_area"),
        (ReleaseForm(language="fr"), "language_unknown", "language"),
        (ReleaseForm(ip_owner_type="me"), "ip_owner_type_unknown", "ip_owner_type"),
        (ReleaseForm(reuse="no"), "reuse_unknown", "reuse"),
        (ReleaseForm(systems=("x",)), "system_invalid", "systems"),
        (ReleaseForm(systems=("Niche@" + ">" * 61,)), "system_invalid", "systems"),
    ],
)
def test_refusals_change_nothing(module: Module, by: Viewer, form: ReleaseForm, code: str, where: str) -> None:
    with unchanged(), pytest.raises(RegistryError) as error:
        update_module(module=module, form=form, by=by)
    assert (error.value.code, error.value.where) == (code, where)


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.PUBLISHER, Role.ADMINISTRATOR)])
def test_roles_that_do_not_publish_may_not(module: Module, role: str) -> None:
    where = make_organisation("partnership", kind="partnership") if role in (Role.STEWARD, Role.AUDITOR) else module.organisation
    with unchanged(), pytest.raises(NotAllowed):
        update_module(module=module, form=ReleaseForm(visibility="own"), by=viewer_of(make_member(where, role)))


@pytest.mark.django_db
def test_nor_may_those_it_is_shared_with_nor_strangers(module: Module, by: Viewer) -> None:
    update_module(module=module, form=ReleaseForm(visibility="named", share_with=("wiltshire",)), by=by)
    for viewer in (NOBODY, make_viewer("met"), make_viewer("wiltshire", Role.ADMINISTRATOR)):
        with unchanged(), pytest.raises(NotAllowed):
            update_module(module=module, form=ReleaseForm(visibility="partnership"), by=viewer)


@pytest.mark.django_db
def test_a_module_not_listed_yet_can_be_changed_and_stays_its_publishers_own(by: Viewer) -> None:
    make_organisation("met")
    module = make_release(IDENTIFIER, checked=False, visibility="own").module
    update_module(module=module, form=ReleaseForm(visibility="partnership", title="Tell victims"), by=by)
    assert read.module_detail(by, *MODULE).entry.title == "Tell victims"
    with pytest.raises(Missing):
        read.module_detail(make_viewer("met"), *MODULE)


@pytest.mark.django_db
def test_without_its_audit_line_nobody_new_sees_it(module: Module, by: Viewer) -> None:
    audit_refuses()
    with unchanged(), pytest.raises(DatabaseError):
        update_module(module=module, form=ReleaseForm(visibility="named", share_with=("met",), systems=("Athena",)), by=by)


@pytest.mark.django_db(transaction=True)
def test_changes_of_different_fields_at_once_are_all_kept(by: Viewer) -> None:
    module = make_module(IDENTIFIER)
    forms = [ReleaseForm(title="Tell victims"), ReleaseForm(handling="With care"), ReleaseForm(visibility="own"), ReleaseForm(reuse="use")]
    results = race(4, lambda number: update_module(module=module, form=forms[number], by=by))
    assert all(isinstance(one, Module) for one in results), results
    module.refresh_from_db()
    assert (module.title, module.handling, module.visibility, module.reuse) == ("Tell victims", "With care", "own", "use")


@pytest.mark.django_db(transaction=True)
def test_two_lists_of_shares_at_once_end_as_one_of_them(by: Viewer) -> None:
    for slug in ("met", "wiltshire", "kent"):
        make_organisation(slug)
    module = make_module(IDENTIFIER)
    lists = [("met", "wiltshire"), ("kent",)]
    results = race(2, lambda number: update_module(module=module, form=ReleaseForm(visibility="named", share_with=lists[number]), by=by))
    assert sum(isinstance(one, Module) for one in results) == 1, results  # the other would be seen by more than the first let see it
    assert tuple(module.shares.order_by("organisation__slug").values_list("organisation__slug", flat=True)) in lists
