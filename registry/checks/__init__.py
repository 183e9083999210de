"""Judging what was read: one file for each content check. Checks report; :mod:`registry.reviews.policy` decides."""

from registry.checks import nothing_to_start, user_folder
from registry.checks.model import Check

CHECKS: tuple[Check, ...] = (nothing_to_start, user_folder)
