"""The command ``propose-redactions``: a statement in, one proposal a line out."""

import sys

from met_statement_redaction.proposals import propose


def main() -> int:
    """Exit 0 always: having nothing to propose is an answer."""
    for proposal in propose(sys.stdin.read()):
        sys.stdout.write(f"{proposal.start}\t{proposal.end}\t{proposal.reason}\n")
    return 0
