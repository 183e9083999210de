"""Anybody does anything in any order, and still nothing is listed that others did not sign for whoever sees it (T5).

``REVIEW_RUNS`` says how many runs there are; the night asks for 2,000. The runs are the same ones each time.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from typing import Any, ClassVar

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule, run_state_machine_as_test

from accounts.models import AuditEvent, Membership, Organisation, Role, SignOffRole, User
from accounts.viewer import Viewer, viewer_of
from registry.actions import publish_release as publishing
from registry.actions import replace_artefacts as replacing
from registry.actions.answer_finding import answer_finding
from registry.actions.ask_author import ask_author
from registry.actions.ask_widening import ask_widening
from registry.actions.check_release import check_release
from registry.actions.claim_review import claim_review
from registry.actions.decide_widening import decide_widening
from registry.actions.hold_release import hold_release
from registry.actions.list_release import list_release
from registry.actions.refuse_release import refuse_release
from registry.actions.reopen_review import reopen_review
from registry.actions.resubmit_release import resubmit_release
from registry.actions.sign_off import sign_off, withdraw_sign_off
from registry.actions.submit_release import submit_release
from registry.actions.update_module import update_module
from registry.actions.yank_release import unyank_release, yank_release
from registry.catalogue.models import Module
from registry.checks.model import Reading
from registry.checks.reading import read_and_judge
from registry.errors import RegistryError
from registry.releases.gates import ReleaseForm
from registry.releases.models import Finding, Release
from registry.releases.upload import Upload, spooled
from registry.reviews.models import ChecklistItem, Review, ReviewEntry, SignOff, Widening
from tests.make import bpmn, make_member, make_organisation, make_user

RUNS = int(os.environ.get("REVIEW_RUNS", "15"))
STEPS = 50
PUBLISHER, PLACES = "hampshire", ("hampshire", "met", "wiltshire")
VISIBILITIES, MARKINGS, ROLES = ("own", "named", "partnership"), ("OFFICIAL", "OFFICIAL-SENSITIVE"), tuple(SignOffRole.values)
NAMES = st.sampled_from([(), (), ("met",), ("wiltshire",), ("met", "wiltshire")])
PERSON, RELEASE = st.integers(0, 11), st.sampled_from((0, 0, 0, 1, 2, 3))
PUBLISHING = st.sampled_from((0, 0, 0, 1, 1, *range(12)))  # more often somebody who may, so that runs come to something
JUDGING = st.sampled_from((4, 5, 7, 8, 11, 11, *range(12)))
VISIBILITY, MARKING = st.sampled_from(VISIBILITIES), st.sampled_from(MARKINGS)
# What the policy asks for, written out once more: who signs what is to be seen so.
NEEDED = {
    (visibility, marking): frozenset(ROLES) for visibility in ("named", "partnership") for marking in MARKINGS
} | {("own", "OFFICIAL"): frozenset(), ("own", "OFFICIAL-SENSITIVE"): frozenset({"information_assurance"})}  # fmt: skip
DONE: Counter[str] = Counter()


def read_here(*, upload: Upload) -> Any:
    """Reads a file in this process: what it says is not at stake here, and a child for each would take most of the time."""
    return Reading.from_json(read_and_judge(upload.path, upload.filename, {"key": "00"}), upload.filename)


class Portal(RuleBasedStateMachine):
    """One module of Hampshire's, its releases, and twelve people who come and go."""

    people: ClassVar[list[User]]
    watchers: ClassVar[list[Viewer]]

    def __init__(self) -> None:
        super().__init__()
        self.mark = transaction.savepoint_create()
        self.hands: dict[int, set[int]] = {}  # release -> people, as this test saw them act
        self.signed_for: dict[int, frozenset[int]] = {}  # sign-off -> organisations named when it was signed
        self.wide: dict[int, tuple[str, str]] = {}  # release -> the visibility and marking it was found listed for
        self.before: dict[str, Any] = {}
        self.files = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.mark)
        DONE["runs"] += 1

    # --- What people do ---
    def attempt(self, name: str, work: Callable[[], object]) -> object:
        """Do it; what is refused writes nothing, and what is done is on record."""
        events, entries = AuditEvent.objects.count(), ReviewEntry.objects.count()
        self.note_before()
        try:
            with transaction.atomic():
                done = work()
        except RegistryError as error:
            assert (AuditEvent.objects.count(), ReviewEntry.objects.count()) == (events, entries), f"{name} was refused, and written"
            DONE[f"{name}: {error.code}"] += 1
            return None
        assert AuditEvent.objects.count() > events, f"{name} left no trace"
        DONE[name] += 1
        return done

    def note_before(self) -> None:
        module = self.module()
        self.before = {"seen": self.seen_by(module), "listed": bool(self.wide), "agreed": self.agreed()} if module else {}

    def viewer(self, who: int) -> Viewer:
        return viewer_of(self.people[who])

    def module(self) -> Module | None:
        return Module.objects.select_related("organisation").filter(slug="letters").first()

    def release(self, which: int) -> Release | None:
        found = list(Release.objects.select_related("module__organisation", "created_with").order_by("-pk")[:4])
        return found[which % len(found)] if found else None

    def review(self, which: int) -> Review | None:
        found = Review.objects.select_related("release__module__organisation", "release__created_with")
        opened = list(found.order_by(F("closed_at").desc(nulls_first=True), "-pk")[:3])
        return opened[which % len(opened)] if opened else None

    def had_a_hand(self, release: Release, by: Viewer) -> None:
        assert by.user is not None
        self.hands.setdefault(release.pk, set()).add(by.user.pk)

    def fit(self, review: Review, role: str) -> int | None:
        """Somebody who ought to be able to sign, as far as this test knows; so that runs come to something."""
        taken = set(SignOff.objects.filter(review=review, voided_at=None).values_list("user", flat=True)) | self.hands[review.release_id]
        held = Membership.objects.filter(role__in=("reviewer", "steward"), signs__contains=[role]).exclude(user__in=taken)
        theirs = held.filter(organisation__slug=PUBLISHER)
        found = (theirs if role == "business_owner" or review.visibility == "own" else held.exclude(pk__in=theirs)).order_by("pk").first()
        return self.people.index(found.user) if found else None

    @initialize(
        visibility=VISIBILITY,
        names=NAMES,
        marking=st.sampled_from(("OFFICIAL", "OFFICIAL", "OFFICIAL-SENSITIVE")),
        listed=st.sampled_from((True, True, False)),
    )
    def first(self, visibility: str, names: tuple[str, ...], marking: str, listed: bool) -> None:
        self.publish(0, visibility, names or ("met",), marking, draft=False)
        self.check(0)
        if listed:
            self.goes_the_whole_way(0)

    @rule(who=PUBLISHING, visibility=st.sampled_from(("", "", *VISIBILITIES)), names=NAMES, marking=MARKING, draft=st.booleans())
    def publish(self, who: int, visibility: str, names: tuple[str, ...], marking: str, draft: bool) -> None:
        by, self.files = self.viewer(who), self.files + 1
        form = ReleaseForm(
            version=f"1.{Release.objects.count()}.0", licence="MIT", summary="Writes letters.", visibility=visibility, share_with=names,
            marking=marking, draft=draft, data_categories=("none",),
        )  # fmt: skip
        with spooled([bpmn(f"File {self.files}")], "process.bpmn") as upload:
            done = self.attempt(
                "publish",
                lambda: publishing.publish_release(publisher=PUBLISHER, slug="letters", uploads=[upload], form=form, by=by),
            )
        if done is not None:
            self.had_a_hand(done.release, by)  # type: ignore[attr-defined]

    @rule(which=RELEASE)
    def check(self, which: int) -> None:
        release = self.release(which)
        if release is not None and release.state == "checking":
            self.attempt("check", lambda: check_release(release.pk))

    @rule(who=PUBLISHING, which=RELEASE)
    def submit(self, who: int, which: int) -> None:
        if release := self.release(which):
            by = self.viewer(who)
            if self.attempt("submit", lambda: submit_release(release=release, by=by)):
                self.had_a_hand(release, by)

    @rule(who=PUBLISHING, which=RELEASE)
    def replace(self, who: int, which: int, release: Release | None = None) -> None:
        if release := release or self.release(which):
            by, self.files = self.viewer(who), self.files + 1
            with spooled([bpmn(f"File {self.files}")], "process.bpmn") as upload:
                if self.attempt("replace", lambda: replacing.replace_artefacts(release=release, uploads=[upload], by=by)):
                    self.had_a_hand(release, by)

    @rule(who=PUBLISHING, which=RELEASE)
    def resubmit(self, who: int, which: int) -> None:
        if review := self.review(which):
            by = self.viewer(who)
            if self.attempt("resubmit", lambda: resubmit_release(review=review, text="So.", by=by)):
                self.had_a_hand(review.release, by)

    @rule(who=JUDGING, other=PERSON, which=RELEASE)
    def claim(self, who: int, other: int, which: int) -> None:
        if review := self.review(which):
            self.attempt("claim", lambda: claim_review(review=review, assignee=self.people[other], by=self.viewer(who)))

    @rule(who=JUDGING, which=RELEASE, act=st.sampled_from((ask_author, hold_release, reopen_review, reopen_review)))
    def judge(self, who: int, which: int, act: Callable[..., object]) -> None:
        if review := self.review(which):
            self.attempt(act.__name__, lambda: act(review=review, text="Why?", by=self.viewer(who)))

    @rule(who=JUDGING, which=RELEASE, sure=st.integers(0, 5))
    def refuse(self, who: int, which: int, sure: int) -> None:
        review = self.review(which)
        if review is not None and sure == 0:  # seldom, as it ends everything
            self.attempt("refuse", lambda: refuse_release(review=review, text="No.", by=self.viewer(who)))

    @rule(who=JUDGING, which=RELEASE, severity=st.sampled_from(("note", "answer", "stop")))
    def answer(self, who: int, which: int, severity: str) -> None:
        if review := self.review(which):
            mark = f"{review.pk}{severity}{Finding.objects.count()}"
            found = Finding.objects.create(
                release=review.release, digest=review.digest, code="found", severity=severity, title="x", fingerprint=mark
            )
            given = self.attempt(
                "answer", lambda: answer_finding(review=review, finding=found, verdict="false", reason="No.", by=self.viewer(who))
            )
            if given is None:
                Finding.objects.filter(pk=found.pk).delete()

    @rule(who=JUDGING, which=RELEASE, role=st.sampled_from(ROLES), stale=st.booleans())
    def sign(self, who: int, which: int, role: str, stale: bool) -> None:
        if review := self.review(which):
            self.put_name(review, role, who, "0" * 64 if stale else review.digest)

    @rule(which=RELEASE)
    def goes_the_whole_way(self, which: int) -> None:
        if (review := self.review(which)) and review.is_open:
            if review.state == "awaiting_author":
                self.resubmit(0, which)
            if review.state == "held":
                self.judge(11, which, reopen_review)
            self.check(which)
            self.everybody_fit_signs(which)
            self.list(0, which)

    @rule(which=RELEASE)
    def is_mended(self, which: int) -> None:
        if (review := self.review(which)) and review.state == "in_review":
            self.attempt("ask_author", lambda: ask_author(review=review, text="Mend it.", by=self.viewer(11)))
            self.replace(0, 0, Release.objects.select_related("module__organisation").get(pk=review.release_id))
            self.check(0)

    @rule(visibility=st.sampled_from(VISIBILITIES[1:]), names=NAMES, other=st.sampled_from((1, 2, 3)), end=st.booleans())
    def more_are_to_see_it(self, visibility: str, names: tuple[str, ...], other: int, end: bool) -> None:
        self.ask_wider(0, visibility, names, "")
        if Widening.objects.filter(decided_at=None).exists():
            self.decide(other, agree=True)
            if end:
                self.goes_the_whole_way(0)

    @rule(which=RELEASE, role=st.sampled_from(ROLES))
    def somebody_has_second_thoughts(self, which: int, role: str) -> None:
        self.everybody_fit_signs(which)
        self.withdraw(0, which, role, own=True)
        self.list(0, which)

    @rule(which=RELEASE)
    def everybody_fit_signs(self, which: int) -> None:
        if (review := self.review(which)) and review.release.state in ("in_review", "listed") and review.is_open:
            for role in ROLES:
                who = self.fit(review, role)
                if who is not None:
                    if not Review.objects.visible_to(self.viewer(who)).filter(pk=review.pk).exists():
                        self.attempt("claim", lambda who=who: claim_review(review=review, assignee=self.people[who], by=self.viewer(11)))
                    self.put_name(review, role, who, review.digest)

    def put_name(self, review: Review, role: str, who: int, digest: str) -> None:
        by = self.viewer(who)
        signed = self.attempt("sign", lambda: sign_off(review=review, role=role, digest=digest, by=by))
        if isinstance(signed, SignOff):
            assert signed.user_id not in self.hands[review.release_id], "whoever had a hand in it signed"
            held = Membership.objects.filter(user=by.user)
            assert held.filter(organisation=signed.organisation_id, role__in=("reviewer", "steward"), signs__contains=[role]).exists()
            if role == "technical" and signed.visibility == "partnership":
                assert not held.filter(organisation__slug=PUBLISHER).exists(), "not of another organisation"
            self.signed_for[signed.pk] = self.seen_by(review.release.module)[2]

    @rule(who=PERSON, which=RELEASE, role=st.sampled_from(ROLES), own=st.booleans())
    def withdraw(self, who: int, which: int, role: str, own: bool) -> None:
        if review := self.review(which):
            signed = SignOff.objects.filter(review=review, role=role, voided_at=None).first()
            if own and signed is not None:
                who = self.people.index(signed.user)
            self.attempt("withdraw", lambda: withdraw_sign_off(review=review, role=role, text="No.", by=self.viewer(who)))

    @rule(who=PUBLISHING, which=RELEASE)
    def list(self, who: int, which: int) -> None:
        if review := self.review(which):
            self.attempt("list", lambda: list_release(review=review, by=self.viewer(who)))

    @rule(who=PUBLISHING, visibility=st.sampled_from(("", *VISIBILITIES)), names=NAMES, raised=st.integers(0, 4))
    def change(self, who: int, visibility: str, names: tuple[str, ...], raised: int) -> None:
        if module := self.module():
            form = ReleaseForm(
                visibility=visibility, share_with=names, marking=("OFFICIAL-SENSITIVE", "OFFICIAL")[raised] if raised < 2 else ""
            )
            self.attempt("change", lambda: update_module(module=module, form=form, by=self.viewer(who)))

    @rule(who=PUBLISHING, visibility=VISIBILITY, names=NAMES, marking=st.sampled_from(("", "", *MARKINGS)))
    def ask_wider(self, who: int, visibility: str, names: tuple[str, ...], marking: str) -> None:
        if module := self.module():
            by = self.viewer(who)
            self.attempt(
                "ask_wider",
                lambda: ask_widening(module=module, visibility=visibility, share_with=names, marking=marking, reason="Good.", by=by),
            )

    @precondition(lambda self: Widening.objects.filter(decided_at=None).exists())
    @rule(who=PUBLISHING, agree=st.sampled_from((True, True, False)))
    def decide(self, who: int, agree: bool) -> None:
        wish, by = Widening.objects.get(decided_at=None), self.viewer(who)
        if self.attempt("agree" if agree else "decline", lambda: decide_widening(widening=wish, agree=agree, text="So.", by=by)) and agree:
            assert by.user is not None
            assert wish.requested_by_id != by.user.pk, "agreed to one's own wish"
            for review in Review.objects.filter(kind="widening", closed_at=None):
                self.hands.setdefault(review.release_id, set()).add(wish.requested_by_id)

    @rule(who=PUBLISHING, which=RELEASE, act=st.sampled_from((yank_release, unyank_release)))
    def yank(self, who: int, which: int, act: Callable[..., object]) -> None:
        if release := self.release(which):
            self.attempt(act.__name__, lambda: act(release=release, reason="It fails.", by=self.viewer(who)))

    @rule(who=PERSON, where=st.sampled_from(PLACES), role=st.sampled_from((Role.PUBLISHER, Role.REVIEWER, Role.VIEWER)), signs=st.sets(st.sampled_from(ROLES)))  # fmt: skip
    def given_a_role(self, who: int, where: str, role: str, signs: set[str]) -> None:
        if who not in (0, 11):  # so that somebody is left who publishes, and who assigns
            Membership.objects.update_or_create(
                user=self.people[who], organisation=Organisation.objects.get(slug=where), defaults={"role": role, "signs": sorted(signs)}
            )

    @rule(who=PERSON, where=st.sampled_from(PLACES))
    def leaves(self, who: int, where: str) -> None:
        if who not in (0, 11):
            Membership.objects.filter(user=self.people[who], organisation__slug=where).delete()

    # --- What always holds ---
    def seen_by(self, module: Module) -> tuple[str, str, frozenset[int]]:
        module.refresh_from_db(fields=["visibility", "marking"])
        return module.visibility, module.marking, frozenset(module.shares.values_list("organisation", flat=True))

    def agreed(self) -> int:
        return Widening.objects.filter(outcome="agreed").exclude(effective_at=None).count()

    @invariant()
    def nothing_is_listed_that_others_did_not_sign(self) -> None:
        for release in Release.objects.filter(state="listed").select_related("module"):
            now = (release.visibility, release.marking)
            if self.wide.get(release.pk) == now:
                continue
            signed = list(
                SignOff.objects.filter(review__release=release, voided_at=None, digest=release.digest, visibility=now[0], marking=now[1])
            )
            assert NEEDED[now] <= {each.role for each in signed}, f"{release} lacks sign-offs for {now}"
            for review in {each.review_id for each in signed}:
                people = [each.user_id for each in signed if each.review_id == review]
                assert len(people) == len(set(people)), "one person signed twice"
            assert not {each.user_id for each in signed} & self.hands[release.pk], "whoever had a hand in it signed"
            for each in signed:
                if each.role == "technical" and now[0] == "partnership":
                    assert each.organisation_id != release.module.organisation_id
                if not Review.objects.get(pk=each.review_id).is_widening and (now[0] == "named" or now == VISIBILITIES[2:] + MARKINGS[1:]):
                    named = self.seen_by(release.module)[2]
                    assert named <= self.signed_for[each.pk], "signed for fewer"
            self.wide[release.pk] = now
            DONE[f"listed for {now[0]}, {now[1]}"] += 1

    @invariant()
    def no_sign_off_outlives_what_it_is_of(self) -> None:
        for one in SignOff.objects.filter(voided_at=None, review__closed_at=None).select_related("review__release__module"):
            review, release = one.review, one.review.release
            assert (one.digest, one.visibility, one.marking) == (release.digest, review.visibility, review.marking)
            assert one.user_id not in self.hands[release.pk], "a sign-off outlived that its signer took a hand"
        for review in Review.objects.filter(closed_at=None).exclude(kind="widening").select_related("release__module"):
            module = review.release.module
            assert (review.visibility, review.release.state) == (module.visibility, review.state)
            assert review.marking == review.release.marking
            assert MARKINGS.index(review.marking) >= MARKINGS.index(module.marking)

    @invariant()
    def more_see_it_only_when_a_second_person_agreed(self) -> None:
        if not self.before or not self.before["listed"] or (module := self.module()) is None:
            return
        (was, was_marked, were), (now, marked, named) = self.before["seen"], self.seen_by(module)
        narrowed = (was, was_marked) == ("partnership", "OFFICIAL")  # all saw it, so naming some of them is no more
        wider = VISIBILITIES.index(now) > VISIBILITIES.index(was) or MARKINGS.index(marked) < MARKINGS.index(was_marked)
        if wider or (named - were and not narrowed):
            assert self.agreed() > self.before["agreed"], f"{self.before['seen']} became {(now, marked, named)} by nobody's leave"
        self.before = {}

    @invariant()
    def partners_see_what_is_signed_for_them(self) -> None:
        module = self.module()
        if module is None:
            return
        visibility, marking, named = self.seen_by(module)
        for viewer in self.watchers:
            seen = list(Release.objects.visible_to(viewer).values_list("pk", "state", "visibility", "marking", "version"))
            sees_module = Module.objects.visible_to(viewer).filter(pk=module.pk).exists()
            for key, state, widest, marked, _ in seen:
                assert state == "listed"
                assert key in self.wide
                if not viewer.is_steward and not named & set(viewer.organisations):
                    assert (widest, marked, visibility, marking) == ("partnership", "OFFICIAL", "partnership", "OFFICIAL")
                assert "own" not in (widest, visibility)
            assert sees_module == bool(seen), "a module without a release to see, or releases without their module"
            if sees_module:
                assert module.latest_version in {each[4] for each in seen}, "the module's row names what a viewer may not see"

    @invariant()
    def the_module_says_what_its_latest_release_says(self) -> None:
        module = self.module()
        if module is not None and module.status != Module.Status.DRAFT:
            latest = Release.objects.get(module=module, version=module.latest_version)
            assert (latest.state, latest.licence) == ("listed", module.licence)
            assert (module.status == Module.Status.YANKED) == latest.is_yanked


@pytest.fixture
def portal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Twelve people: 0 publishes and stays, 11 is a steward and stays; and three who only look."""
    monkeypatch.setattr(publishing, "inspect_upload", read_here)
    monkeypatch.setattr(replacing, "inspect_upload", read_here)
    ChecklistItem.objects.update(is_active=False)  # a test of its own
    partnership = make_organisation("partnership", kind="partnership")
    places = [make_organisation(slug) for slug in PLACES]
    roles = (Role.PUBLISHER, Role.PUBLISHER, Role.REVIEWER, Role.REVIEWER, Role.REVIEWER)
    homes = (places[0], places[0], places[0], places[0], places[1], places[1], places[1], places[2], places[2], places[2], places[0])
    people = [make_user(f"person-{number}@example.org") for number in range(12)]
    for number, (person, home) in enumerate(zip(people, homes, strict=False)):
        role = roles[number] if number < 4 else Role.REVIEWER
        Membership.objects.create(user=person, organisation=home, role=role, signs=list(ROLES) if role == Role.REVIEWER else [])
    Membership.objects.create(user=people[11], organisation=partnership, role=Role.STEWARD, signs=["licence"])
    Portal.people = people
    Portal.watchers = [viewer_of(make_member(place, Role.VIEWER)) for place in (*places[1:], "kent")]
    Portal.watchers.append(viewer_of(make_member(partnership, Role.STEWARD)))
    DONE.clear()


@pytest.mark.django_db
@pytest.mark.usefixtures("portal")
def test_whatever_people_do_nothing_is_listed_unsigned(record_property: Callable[[str, object], None]) -> None:
    run_state_machine_as_test(
        Portal,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            deadline=None,
            phases=(Phase.explicit, Phase.generate) if RUNS < 100 else tuple(Phase),
            suppress_health_check=list(HealthCheck),
        ),
    )
    record_property("done", dict(DONE))
    print(f"{DONE['runs']} runs of up to {STEPS} steps; {sum(n for name, n in DONE.items() if name != 'runs')} acts")
    for name, count in sorted(DONE.items()):
        print(f"  {count:>5} {name}")
    for name in (
        "publish",
        "replace",
        "sign",
        "withdraw",
        "list",
        "agree",
        "listed for partnership, OFFICIAL",
        "listed for named, OFFICIAL",
    ):
        assert DONE[name], f"no run came to this: {name}"
