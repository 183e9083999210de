"""The shapes of a comparison, and candidates rendered into them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, TypedDict

from api.rest.shapes import (
    AdaptationShape,
    DependencyShape,
    ModuleShape,
    SystemShape,
    adaptation_shape,
    dependency_shape,
    module_shape,
    release_url,
)
from registry.index.comparing import Candidate, Comparison
from registry.releases.step_counts import StepCounts


class ComparedRatingsShape(TypedDict):
    """What organisations that run it said of it; there is no figure for the whole."""

    count: int
    means: Annotated[dict[str, float], "From 1 to 5, by criterion"]


class ComparedStepsShape(TypedDict):
    """Numbers of steps."""

    count: int
    people: Annotated[int, "A person's decisions and work"]
    code: int
    languages: Annotated[list[str], "Of code, the most used first"]
    handle_errors: int
    error_routes: int
    parts: Annotated[int, "Pages, workflows or subflows with a name"]


class ComparedDataShape(TypedDict):
    """What its publisher says of its data."""

    categories: list[str]
    decisions: str
    law_enforcement: bool
    uses_ai: bool


class ComparedFitShape(TypedDict):
    """What your organisation has of it already, by the other modules it runs or publishes."""

    stage: Annotated[str, "Your own record: interested, assessing, pilot, live, retired, or empty"]
    version: str
    others_on_platform: int
    known_systems: list[str]
    new_systems: list[str]


class CandidateShape(TypedDict):
    """One module with the release that is compared."""

    asked: Annotated[str, "As it was asked for: publisher/slug or publisher/slug@version"]
    module: ModuleShape
    version: Annotated[str, "Empty where no release can be seen yet; what follows is then empty too"]
    versions: Annotated[list[str], "That you see, highest first"]
    released_at: datetime | None
    state: Annotated[str, "recalled, yanked, or that of its review; listed is the usual one"]
    licence: str
    marking: str
    handling: str
    platform: str
    platform_version: str
    systems: list[SystemShape]
    entry_points: Annotated[list[dict[str, Any]], "As in an inspection"]
    reach: Annotated[dict[str, list[str]], "As in an inspection"]
    dependencies: list[DependencyShape]
    adaptation: list[AdaptationShape]
    steps: ComparedStepsShape
    ratings: ComparedRatingsShape
    verified_fte: Annotated[str, "A year, of shared claims that are approved, as a decimal number"]
    evidence: Annotated[str, "approved, claimed, or empty"]
    data: ComparedDataShape | None
    fit: ComparedFitShape | None
    owner: str
    support_by: str
    support_until: Annotated[str | None, "A day"]
    url: str


class ComparisonShape(TypedDict):
    """Candidates in the order asked for, and which members of theirs differ."""

    candidates: list[CandidateShape]
    differ: Annotated[list[str], "Names of members in which the candidates differ"]
    missing: Annotated[list[str], "Asked for, and absent or not shared with your organisation: the two are the same"]


_OF_ITSELF = frozenset({"asked", "module", "url", "versions"})  # differ by nature


def comparison_shape(found: Comparison) -> ComparisonShape:
    """``found`` whole."""
    candidates = [_candidate(one) for one in found.candidates]
    members = [name for name in CandidateShape.__annotations__ if name not in _OF_ITSELF]
    return ComparisonShape(
        candidates=candidates,
        differ=[name for name in members if any(one[name] != candidates[0][name] for one in candidates[1:])],  # type: ignore[literal-required]
        missing=[str(want) for want in found.missing],
    )


def _candidate(one: Candidate) -> CandidateShape:
    read = one.inspection.as_json() if one.inspection else {}
    return CandidateShape(
        asked=str(one.wanted),
        module=module_shape(one.entry),
        version=one.version,
        versions=list(one.versions),
        released_at=one.released_at,
        state=one.state,
        licence=one.licence,
        marking=one.marking,
        handling=one.handling,
        platform=read.get("platform") or "",
        platform_version=read.get("platform_version") or "",
        systems=[SystemShape(name=system.name, versions=system.versions) for system in one.systems],
        entry_points=read.get("entry_points", []),
        reach=read.get("reach", {}),
        dependencies=[dependency_shape(entry) for entry in one.dependencies],
        adaptation=[adaptation_shape(row) for row in one.adaptation],
        steps=_steps(one.steps),
        ratings=ComparedRatingsShape(count=one.ratings, means=dict(one.means)),
        verified_fte=str(one.entry.verified_fte),
        evidence=one.entry.evidence,
        data=ComparedDataShape(
            categories=list(one.data.categories),
            decisions=one.data.decisions,
            law_enforcement=one.data.law_enforcement,
            uses_ai=one.data.uses_ai,
        )
        if one.data
        else None,
        fit=ComparedFitShape(
            stage=one.fit.stage,
            version=one.fit.version,
            others_on_platform=one.fit.on_platform,
            known_systems=list(one.fit.known),
            new_systems=list(one.fit.unknown),
        )
        if one.fit
        else None,
        owner=one.owner_name,
        support_by=one.support_by,
        support_until=one.support_until.isoformat() if one.support_until else None,
        url=release_url(one.entry.id, one.version) if one.version else module_shape(one.entry)["url"],
    )


def _steps(counts: StepCounts) -> ComparedStepsShape:
    return ComparedStepsShape(
        count=counts.steps,
        people=counts.people,
        code=counts.code,
        languages=list(counts.languages),
        handle_errors=counts.handles_errors,
        error_routes=counts.error_routes,
        parts=counts.parts,
    )
