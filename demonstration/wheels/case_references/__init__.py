"""Finds and normalises the reference numbers that forces and councils write in many ways."""

from case_references.references import PATTERNS, Reference, find, parse

__all__ = ["PATTERNS", "Reference", "find", "parse"]
