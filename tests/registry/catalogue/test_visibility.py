"""The predicate against a plain restatement of its rule, over random worlds."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.models import ApiToken, Organisation, Role
from accounts.viewer import NOBODY, Viewer, viewer_of, viewer_of_token
from registry.catalogue.models import Module, ModuleShare
from registry.releases.models import Release
from registry.reviews.models import SignOffRule
from registry.values.versions import version_key
from tests.make import make_member, make_organisation, make_user

VISIBILITIES = ("own", "named", "partnership")
STATUSES = ("draft", "listed", "deprecated", "yanked")


@dataclass(frozen=True)
class Drawn:
    """A module with one release, in one of the ways both may be."""

    owner: int
    visibility: str
    marking: str
    status: str
    shared: set[int]  # by name, for good
    lent: set[int]  # on request, until tomorrow
    lapsed: set[int]  # on request, until yesterday
    state: str
    signed_for: str
    is_quarantined: bool


BODIES = st.sets(st.integers(0, 2))
DRAWN = st.builds(
    Drawn,
    owner=st.integers(0, 2),
    visibility=st.sampled_from(VISIBILITIES),
    marking=st.sampled_from(["OFFICIAL", "OFFICIAL-SENSITIVE"]),
    status=st.sampled_from(STATUSES),
    shared=BODIES,
    lent=BODIES,
    lapsed=BODIES,
    state=st.sampled_from(["listed", "listed", "checking", "in_review", "held", "refused"]),
    signed_for=st.sampled_from(VISIBILITIES),
    is_quarantined=st.booleans(),
)


def make(drawn: Drawn, number: int, bodies: list[Organisation]) -> None:
    owner, now = bodies[drawn.owner], timezone.now()
    module = Module.objects.create(
        organisation=owner,
        publisher=owner.slug,
        slug=f"m{number}",
        title="M",
        visibility=drawn.visibility,
        marking=drawn.marking,
        status=drawn.status,
    )
    until = dict.fromkeys(drawn.lapsed, now - timedelta(days=1)) | dict.fromkeys(drawn.lent, now + timedelta(days=1))
    until |= dict.fromkeys(drawn.shared, None)
    ModuleShare.objects.bulk_create(ModuleShare(module=module, organisation=bodies[one], expires_at=end) for one, end in until.items())
    Release.objects.create(
        module=module,
        version="1.0.0",
        version_key=version_key("1.0.0"),
        licence="MIT",
        platform="bpmn",
        artefact_kind="bpmn",
        inspection={},
        digest="x",
        state=drawn.state,
        visibility=drawn.signed_for,
        quarantined_at=now if drawn.is_quarantined else None,
        quarantine_reason="Inquiry." if drawn.is_quarantined else "",
    )


class RandomWorlds(TestCase):
    """Every module of a world, asked for by every kind of viewer."""

    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(DRAWN, max_size=8))
    def test_the_rule(self, rows: list[Drawn]) -> None:
        SignOffRule.objects.all().delete()  # who must sign is tested elsewhere
        bodies = [make_organisation(f"body-{number}") for number in range(3)]
        partnership = make_organisation("partnership", kind="partnership")
        for number, drawn in enumerate(rows):
            make(drawn, number, bodies)
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
    if module.visibility == "own":
        return False
    return viewer.is_steward or is_named(viewer, module) or (module.visibility == "partnership" and module.marking == "OFFICIAL")


def is_named(viewer: Viewer, module: Module) -> bool:
    shares = module.shares.filter(organisation__in=viewer.organisations)
    return any(share.expires_at is None or share.expires_at > timezone.now() for share in shares)


def may_see_release(viewer: Viewer, release: Release) -> bool:
    if viewer.is_auditor or release.module.organisation_id in viewer.organisations:
        return True
    if release.state != "listed" or release.quarantined_at:
        return False
    signed_for_them = release.visibility == "named" and (viewer.is_steward or is_named(viewer, release.module))
    return release.visibility == "partnership" or signed_for_them


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
