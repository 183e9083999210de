"""Judging what was read: one file for each check. Checks report; :mod:`registry.reviews.policy` decides."""

from registry.checks import (
    active_content,
    embedded_screenshots,
    host_reach,
    licence_differs,
    licence_incompatible,
    licence_missing,
    missing_dependency,
    not_read,
    nothing_to_start,
    personal_contact,
    personal_number,
    risky_code,
    secret_found,
    stored_test_data,
    summary_not_plain,
    user_folder,
)
from registry.checks.model import Check, ReleaseCheck

# Of the content of one artefact, in the child process that reads it.
CHECKS: tuple[Check, ...] = (
    secret_found,
    personal_number,
    personal_contact,
    user_folder,
    host_reach,
    risky_code,
    embedded_screenshots,
    stored_test_data,
    active_content,
    not_read,
)
# Of a whole release, with what its form and the database know.
RELEASE_CHECKS: tuple[ReleaseCheck, ...] = (
    nothing_to_start,
    missing_dependency,
    licence_missing,
    licence_incompatible,
    licence_differs,
    summary_not_plain,
)
