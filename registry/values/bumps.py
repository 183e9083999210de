"""How far one version lies above another, and which version is far enough: the arithmetic of SemVer 2.0.

Before 1.0.0 section 4 of SemVer lets anything change. We ask for what npm's and Cargo's ranges rely on: in ``0.y.z`` the second number acts
as the major one, and the third for all else.
"""

from __future__ import annotations

from enum import StrEnum

from semver import Version


class Bump(StrEnum):
    """What a new version tells its takers: it corrects, it adds, or it breaks."""

    PATCH = "patch"
    MINOR = "minor"
    MAJOR = "major"

    @property
    def weight(self) -> int:
        """Greater for what asks more of a taker."""
        return list(Bump).index(self)


def core_of(version: str) -> str:
    """The three numbers of ``version``, without what marks it as a pre-release."""
    return str(Version.parse(version).finalize_version())


def tail_of(version: str) -> str:
    """What marks ``version`` as a pre-release, such as ``-rc.1``; else empty."""
    found = Version.parse(version).prerelease
    return f"-{found}" if found else ""


def bump_between(before: str, after: str) -> Bump | None:
    """Which bump ``after`` is over ``before``, by their three numbers; None where it is not above it."""
    was, now = Version.parse(before), Version.parse(after)
    if _core(now) <= _core(was):
        return None
    if now.major > was.major:
        return Bump.MAJOR
    if now.minor > was.minor:
        return Bump.MAJOR if was.major == 0 else Bump.MINOR
    return Bump.MINOR if was.major == 0 else Bump.PATCH


def bumped(before: str, due: Bump) -> str:
    """The least version without a pre-release that is ``due`` above ``before``."""
    was = Version.parse(before).finalize_version()
    if due == Bump.MAJOR:
        return str(was.bump_minor() if was.major == 0 else was.bump_major())
    if due == Bump.MINOR and was.major > 0:
        return str(was.bump_minor())
    return str(was.bump_patch())


def choices_after(before: str) -> tuple[tuple[Bump, str], ...]:
    """The next version for each bump, the smallest first."""
    return tuple((each, bumped(before, each)) for each in Bump)


def _core(version: Version) -> tuple[int, int, int]:
    return version.major, version.minor, version.patch
