"""The predicate against a plain restatement of its rule, over random worlds."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import ApiToken, Organisation, Role
from accounts.viewer import NOBODY, Viewer, viewer_of, viewer_of_token
from registry.catalogue.models import Module, ModuleShare
from registry.releases.models import Release
from registry.values.versions import version_key
from tests.make import make_member, make_organisation, make_user

VISIBILITIES = ("own", "named", "partnership")
STATUSES = ("draft", "listed", "deprecated", "yanked")


class RandomWorlds(TestCase):
    """Every module of a world, asked for by every kind of viewer."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(
                st.integers(0, 2),
                st.sampled_from(VISIBILITIES),
                st.sampled_from(STATUSES),
                st.sets(st.integers(0, 2)),
                st.sampled_from(["listed", "checking", "held"]),
            ),
            max_size=8,
        )
    )
    def test_the_rule(self, rows: list[tuple[int, str, str, set[int], str]]) -> None:
        bodies = [make_organisation(f"body-{number}") for number in range(3)]
        partnership = make_organisation("partnership", kind="partnership")
        for number, (owner, visibility, status, shared, state) in enumerate(rows):
            module = Module.objects.create(
                organisation=bodies[owner], publisher=bodies[owner].slug, slug=f"m{number}", title="M", visibility=visibility, status=status
            )
            ModuleShare.objects.bulk_create(ModuleShare(module=module, organisation=bodies[one]) for one in shared)
            Release.objects.create(
                module=module,
                version="1.0.0",
                version_key=version_key("1.0.0"),
                licence="MIT",
                platform="bpmn",
                artefact_kind="bpmn",
                inspection={},
                digest="x",
                state=state,
            )
        viewers = [viewer_of(make_member(body, role)) for body, role in itertools.product(bodies, (Role.VIEWER, Role.ADMINISTRATOR))]
        viewers += [
            viewer_of(make_member(partnership, Role.STEWARD)),
            viewer_of(make_member(partnership, Role.AUDITOR)),
            viewer_of(make_user()),
            NOBODY,
        ]
        viewers += [
            viewer_of_token(ApiToken(organisation=body, modules=modules, scopes=["read"]))
            for body in bodies
            for modules in ([], ["m1", "m2"])
        ]
        for viewer in viewers:
            expected = {module.pk for module in Module.objects.all() if may_see(viewer, module)}
            assert set(Module.objects.visible_to(viewer).values_list("pk", flat=True)) == expected
            seen = Release.objects.visible_to(viewer).select_related("module")
            assert {release.pk for release in seen} == {
                release.pk
                for release in Release.objects.select_related("module")
                if release.module_id in expected and may_see_release(viewer, release)
            }


def may_see(viewer: Viewer, module: Module) -> bool:
    """The rule in plain words, one module at a time."""
    if not viewer.organisations:
        return False
    if viewer.is_auditor:
        return True
    is_own = module.organisation_id in viewer.organisations
    if viewer.modules is not None:
        return is_own and module.slug in viewer.modules
    if is_own:
        return True
    if module.status == "draft":
        return False
    if module.visibility == "partnership":
        return True
    shared = module.shares.filter(organisation__in=viewer.organisations).exists()
    return module.visibility == "named" and (viewer.is_steward or shared)


def may_see_release(viewer: Viewer, release: Release) -> bool:
    return viewer.is_auditor or release.state == "listed" or release.module.organisation_id in viewer.organisations


@pytest.mark.django_db
def test_rights_are_read_afresh() -> None:
    person = make_member("hampshire")
    assert viewer_of(person).organisations
    person.memberships.all().delete()
    assert not viewer_of(person).is_member


@pytest.mark.django_db
def test_a_closed_organisation_sees_nothing() -> None:
    person = make_member("hampshire")
    Organisation.objects.update(is_active=False)
    assert viewer_of(person).organisations == ()
