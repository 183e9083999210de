"""Near-duplicates are found among what the asker sees, and only there, at a cost that does not grow with the catalogue."""

from __future__ import annotations

from copy import copy
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models.base import ModelState
from django.test.utils import CaptureQueriesContext

from accounts.viewer import NOBODY, Viewer
from registry.actions.quarantine_release import quarantine_release
from registry.actions.replace_artefacts import replace_artefacts
from registry.actions.yank_release import yank_release
from registry.catalogue.models import Module
from registry.formats.model import Inspection, inspection_from_json
from registry.releases.alike import Alike, alike_to, sign_all
from registry.releases.models import Likeness, Release
from registry.releases.upload import spooled
from tests.make import make_organisation, make_release, make_steward, make_viewer, workflow

pytestmark = pytest.mark.django_db

DOES = ("Assign", "Delay", "WriteLine", "InvokeMethod", "If", "Throw", "Assign", "Delay", "Switch", "WriteLine", "Pick", "Rethrow")


def doing(*actions: str, name: str = "Step") -> bytes:
    return workflow(inside="".join(f'<{action} DisplayName="{name} {number}"/>' for number, action in enumerate(actions)))


def published(identifier: str, data: bytes = b"", version: str = "1.0.0", **more: object) -> Release:
    return make_release(identifier, version, data=data or doing(*DOES), filename="Main.xaml", **more)


def read_of(release: Release) -> Inspection:
    return inspection_from_json(release.inspection)


def told(found: tuple[Alike, ...]) -> list[tuple[str, str]]:
    return [(one.release.module.identifier, one.release.version) for one in found]


@pytest.fixture
def mine() -> Inspection:
    """What Kent is about to publish: a copy with other words and two steps more."""
    return read_of(published("kent/own-copy", doing(*DOES[:6], "Persist", "Confirm", *DOES[6:], name="Trin"), visibility="own"))


@pytest.fixture
def kent() -> Viewer:
    return make_viewer("kent")


def test_a_renamed_copy_with_some_steps_more_is_told_with_what_is_the_same(mine: Inspection, kent: Viewer) -> None:
    original = published("hampshire/victim-update")
    (found,) = alike_to(kent, mine, but="kent/own-copy")
    assert found.release == original
    assert found.release.module.organisation.name == "Hampshire"
    assert found.actions - found.same == 2
    assert 60 <= found.percent < 100


def test_what_does_something_else_is_not_told(mine: Inspection, kent: Viewer) -> None:
    published("hampshire/other", doing("Parallel", "Receive", "Send", "Compensate", "Confirm", "Receive", "Send", "Terminate"))
    assert alike_to(kent, mine, but="kent/own-copy") == ()


def test_too_small_tells_nothing(kent: Viewer) -> None:
    one, other = published("hampshire/one", doing("Assign", "If")), published("hampshire/two", doing("Assign", "If"))
    assert alike_to(kent, read_of(one)) == alike_to(kent, read_of(other)) == ()
    assert bytes(other.likeness.signature) == b""


def test_its_own_module_is_not_told_and_of_another_the_likest_release(mine: Inspection, kent: Viewer) -> None:
    published("hampshire/victim-update", doing(*DOES[:6], "Persist", "Confirm", *DOES[6:]))
    published("hampshire/victim-update", doing(*DOES, "Receive", "Send"), "2.0.0")
    assert told(alike_to(kent, mine, but="kent/own-copy")) == [("hampshire/victim-update", "1.0.0")]
    assert ("kent/own-copy", "1.0.0") in told(alike_to(kent, mine))


def test_at_most_three_are_told_the_likest_first(mine: Inspection, kent: Viewer) -> None:
    for number in range(5):
        published(f"hampshire/copy-{number}", doing(*DOES, *("Persist",) * number))
    found = alike_to(kent, mine, but="kent/own-copy")
    assert len(found) == 3
    assert [one.likeness for one in found] == sorted((one.likeness for one in found), reverse=True)


class TestHidden:
    def test_what_the_asker_does_not_see_is_never_told(self, mine: Inspection, kent: Viewer) -> None:
        make_organisation("met")
        published("hampshire/own", visibility="own")
        published("hampshire/named", visibility="named", share_with=("met",))
        published("hampshire/sensitive", marking="OFFICIAL-SENSITIVE")
        published("hampshire/waiting", checked=False)
        assert alike_to(kent, mine, but="kent/own-copy") == ()
        assert told(alike_to(make_viewer("met"), mine)) == [("hampshire/named", "1.0.0")]
        assert {name for name, _ in told(alike_to(make_viewer("hampshire"), mine))} == {
            "hampshire/own",
            "hampshire/named",
            "hampshire/sensitive",
        }

    def test_nor_what_is_in_quarantine_or_withdrawn(self, mine: Inspection, kent: Viewer) -> None:
        yank_release(release=published("hampshire/yanked"), reason="It fails.", by=make_viewer("hampshire"))
        quarantine_release(release=published("hampshire/bad"), reason="It leaks.", by=make_steward())
        assert alike_to(kent, mine, but="kent/own-copy") == ()
        assert alike_to(make_viewer("hampshire"), mine) == ()

    def test_nobody_is_told_nothing(self, mine: Inspection) -> None:
        published("hampshire/victim-update")
        assert alike_to(NOBODY, mine) == ()


def test_replaced_files_have_their_own_signature() -> None:
    draft = published("hampshire/victim-update", checked=False, draft=True)
    before = bytes(draft.likeness.signature)
    with spooled([doing(*DOES[:7])], "Main.xaml") as upload:
        replace_artefacts(release=draft, uploads=[upload], by=make_viewer("hampshire"))
    assert bytes(Likeness.objects.get(release=draft).signature) != before


def test_releases_of_before_are_signed_bit_by_bit() -> None:
    releases = [published(f"hampshire/module-{number}") for number in range(4)]
    signed = bytes(releases[0].likeness.signature)
    Likeness.objects.all().delete()
    assert sign_all(3) == 3
    assert Likeness.objects.count() == 3
    out = StringIO()
    call_command("sign_releases", stdout=out)
    assert out.getvalue() == "1 releases were signed.\n"
    assert sign_all(3) == 0
    assert {bytes(each) for each in Likeness.objects.values_list("signature", flat=True)} == {signed}


def copies(original: Release, count: int) -> None:
    """Modules of its publisher that do the very same, straight into their tables."""
    modules, releases = [], []
    for number in range(count):
        module = copy(original.module)
        module.pk, module.slug, module._state = None, f"{original.module.slug}-{number}", ModelState()
        modules.append(module)
    Module.objects.bulk_create(modules)
    for module in modules:
        release = copy(original)
        release.pk, release.module, release._state = None, module, ModelState()
        release._state.fields_cache = {"module": module}
        releases.append(release)
    Release.objects.bulk_create(releases)
    kept = original.likeness
    Likeness.objects.bulk_create(Likeness(release=release, signature=kept.signature, bands=kept.bands) for release in releases)


def test_it_takes_two_statements_with_ten_modules_and_with_two_hundred(mine: Inspection, kent: Viewer) -> None:
    counts = []
    for number in (9, 189):
        copies(published(f"kent/original-{number}", visibility="own"), number)
        with CaptureQueriesContext(connection) as seen:
            assert len(alike_to(kent, mine, but="kent/own-copy")) == 3
        counts.append(len(seen))
    assert Module.objects.count() > 200
    assert counts == [2, 2]
