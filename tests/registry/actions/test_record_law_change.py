"""A law changes: every module that stands on it is flagged, its owners are told, and it is flagged until they have looked."""

from __future__ import annotations

from datetime import date

import pytest

from accounts.models import Organisation, Role
from accounts.viewer import Viewer
from registry.actions.record_law_change import confirm_reassessment, record_law_change, set_legal_bases
from registry.errors import Conflict, NotAllowed, Refused
from registry.governance.models import LegalBasis, Reassessment
from registry.index.governance import governance
from registry.notices.models import Notice
from tests.make import make_organisation, make_release, make_viewer

pytestmark = pytest.mark.django_db
DAY = date(2027, 4, 1)


@pytest.fixture
def steward() -> Viewer:
    return make_viewer(make_organisation("moothall", kind=Organisation.Kind.PARTNERSHIP), Role.STEWARD)


@pytest.fixture
def by() -> Viewer:
    return make_viewer("hampshire")


def test_the_modules_that_stand_on_it_are_flagged_until_their_publisher_has_looked(steward: Viewer, by: Viewer) -> None:
    mine = make_release("hampshire/bail", by=by).module
    other = make_release("hampshire/rotas", by=by).module
    hidden = make_release("met/secret", visibility="own").module
    basis = LegalBasis.objects.get(slug="bail")
    set_legal_bases(module=mine, slugs=["bail", "data-protection"], by=by)
    set_legal_bases(module=other, slugs=["employment"], by=by)
    set_legal_bases(module=hidden, slugs=["bail"], by=make_viewer("met"))
    record_law_change(basis=basis, what="Conditions last 60 days.", from_day=DAY, by=steward)
    assert set(Reassessment.objects.values_list("module__slug", flat=True)) == {"bail", "secret"}
    told = Notice.objects.filter(kind="assessment_due")
    assert set(told.values_list("organisation__slug", flat=True)) == {"hampshire", "met"}
    assert not any("secret" in notice.title + notice.text for notice in told)
    (flagged,) = governance(by, "hampshire", "bail", "1.0.0").reassessments
    assert governance(by, "hampshire", "rotas", "1.0.0").reassessments == ()
    with pytest.raises(NotAllowed):
        confirm_reassessment(reassessment=flagged, outcome="Nothing.", by=make_viewer("met"))
    with pytest.raises(Refused):
        confirm_reassessment(reassessment=flagged, outcome=" ", by=by)
    confirm_reassessment(reassessment=flagged, outcome="The wait is 60 days now.", by=by)
    assert governance(by, "hampshire", "bail", "1.0.0").reassessments == ()
    with pytest.raises(Conflict):
        confirm_reassessment(reassessment=flagged, outcome="Again.", by=by)


def test_only_stewards_record_it(by: Viewer) -> None:
    with pytest.raises(NotAllowed) as refused:
        record_law_change(basis=LegalBasis.objects.get(slug="bail"), what="It changed.", from_day=DAY, by=by)
    assert refused.value.code == "not_a_steward"
    assert not Reassessment.objects.exists()


def test_an_unknown_basis_is_refused(by: Viewer) -> None:
    module = make_release("hampshire/bail", by=by).module
    with pytest.raises(Refused) as refused:
        set_legal_bases(module=module, slugs=["magna-carta"], by=by)
    assert refused.value.code == "legal_basis_unknown"
