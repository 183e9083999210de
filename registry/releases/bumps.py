"""Which bump a release owes to those who run the version before it, and whether its number says so (docs/publishing.md, *Versions*)."""

from __future__ import annotations

from dataclasses import dataclass

from registry.catalogue.models import Module
from registry.errors import Refused
from registry.formats.model import Inspection, inspection_from_json
from registry.releases.bump_reasons import Reason, reasons_for
from registry.releases.models import Release
from registry.releases.queries import ReleaseQuerySet
from registry.values.bumps import Bump, bump_between, bumped, choices_after, core_of, tail_of
from registry.values.versions import version_key

MAX_REASONS = 50  # that are shown and told to machines
MAX_TOLD = 10  # in one text
_TELLS = {Bump.PATCH: "only corrects", Bump.MINOR: "adds something", Bump.MAJOR: "breaks for who runs it"}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What ``version`` owes to ``before``. ``reasons`` are all that ask for more than a patch, the breaking ones first."""

    version: str
    before: str
    due: Bump
    given: Bump
    would_do: str  # the least version that we know to be enough
    reasons: tuple[Reason, ...] = ()
    is_from_file: bool = False  # the version is written in the artefact, so that it must be raised there

    @property
    def is_honest(self) -> bool:
        """Whether the version says at least as much as is due."""
        return self.given.weight >= self.due.weight

    @property
    def shown(self) -> tuple[Reason, ...]:
        """The first reasons, of which there may be very many."""
        return self.reasons[:MAX_REASONS]

    @property
    def more(self) -> int:
        """How many reasons are not shown."""
        return len(self.reasons) - len(self.shown)

    @property
    def breaking(self) -> tuple[Reason, ...]:
        """Those shown that break who runs the version before."""
        return tuple(reason for reason in self.shown if reason.due == Bump.MAJOR)

    @property
    def additions(self) -> tuple[Reason, ...]:
        """Those shown that add without breaking."""
        return tuple(reason for reason in self.shown if reason.due == Bump.MINOR)

    @property
    def mend(self) -> str:
        """How to publish it honestly."""
        if self.is_from_file:
            return f"Raise the version to {self.would_do} in your tool, export again and publish that."
        return f"Publish it as {self.would_do}."

    def as_json(self) -> dict[str, object]:
        """The judgement as machines read it."""
        return {
            "due": self.due.value,
            "given": self.given.value,
            "compared_with": self.before,
            "would_do": self.would_do,
            "reasons": [{"bump": reason.due.value, "text": reason.text} for reason in self.shown],
            "more_reasons": self.more,
        }


@dataclass(frozen=True, slots=True)
class Choice:
    """A version that may be next, and what it would tell."""

    version: str
    words: str


@dataclass(frozen=True, slots=True)
class NextVersions:
    """The listed version, and what may follow it."""

    latest: str
    choices: tuple[Choice, ...]


class VersionTooSmall(Refused):
    """A version that promises its takers more than the files keep."""

    def __init__(self, judgement: Judgement) -> None:
        told = [reason.text for reason in judgement.reasons if reason.due == judgement.due]
        sentences = [f"{text}." for text in told[:MAX_TOLD]] + ([f"And {len(told) - MAX_TOLD} more."] if len(told) > MAX_TOLD else [])
        self.short = (
            f"{judgement.version} {'breaks for who runs' if judgement.due == Bump.MAJOR else 'adds to'} {judgement.before}, "
            "and its number does not say so."
        )
        super().__init__("version_bump_too_small", " ".join([self.short, *sentences]), where="version", mend=judgement.mend)
        self.judgement = judgement
        self.members = judgement.as_json()


def judged(module: Module | None, version: str, inspection: Inspection, *, is_from_file: bool = False) -> Judgement | None:
    """What ``version`` of ``module`` owes with these files; None where nothing listed lies before it. In two queries at most."""
    before = base_of(module, version) if module else None
    given = bump_between(before.version, version) if before else None
    if module is None or before is None or given is None:
        return None
    reasons = reasons_for(inspection_from_json(before.inspection), inspection)
    due = max((reason.due for reason in reasons), key=lambda bump: bump.weight, default=Bump.PATCH)
    would_do = _least(module, before.version, version, due, is_enough=given.weight >= due.weight)
    return Judgement(version, before.version, due, given, would_do, reasons, is_from_file)


def base_of(module: Module, version: str) -> Release | None:
    """The release ``version`` is judged against: the greatest that is listed, not withdrawn and no pre-release, below its three numbers.

    So a pre-release is judged as its release will be, what differs between pre-releases is nobody's promise, and a correction of an older
    line is compared with that line.
    """
    below = _promised(module).filter(version_key__lt=version_key(core_of(version)))
    return below.newest_first().only("version", "inspection", "module").first()


def next_versions(module: Module) -> NextVersions | None:
    """What may follow what is listed now; None before anything is. Before 1.0.0 corrections and additions have one number."""
    latest = _promised(module).newest_first().values_list("version", flat=True).first()
    if latest is None:
        return None
    words: dict[str, list[str]] = {}
    for bump, version in choices_after(latest):
        words.setdefault(version, []).append(_TELLS[bump])
    return NextVersions(latest, tuple(Choice(version, " or ".join(said)) for version, said in words.items()))


def _promised(module: Module) -> ReleaseQuerySet:
    return Release.objects.filter(module=module, listed_at__isnull=False, yanked_at=None, is_prerelease=False)


def _least(module: Module, before: str, version: str, due: Bump, *, is_enough: bool) -> str:
    """The least version that will do. Where it is taken, or lies above another that it would be judged against, one that breaks with all."""
    least = bumped(before, due) + tail_of(version)
    if least == version:
        return version
    known = list(Release.objects.filter(module=module).values_list("version", "version_key"))
    between = any(version_key(before) < key < version_key(least) for _, key in known)
    if least not in dict(known) and not between:
        return least
    greatest = max((core_of(each) for each, _ in known), key=version_key)
    return version if is_enough else bumped(greatest, Bump.MAJOR) + tail_of(version)
