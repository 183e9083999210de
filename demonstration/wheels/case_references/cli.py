"""The command ``case-references``: reads text, writes one reference a line."""

import sys

from case_references.references import find


def main() -> int:
    """Exit 0 when something was found, else 1."""
    found = find(sys.stdin.read())
    for reference in found:
        sys.stdout.write(f"{reference.kind}\t{reference.text}\n")
    return 0 if found else 1
