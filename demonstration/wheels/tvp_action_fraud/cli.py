"""The command ``action-fraud-triage``: a dissemination file in, one reference and its route a line out."""

import sys

from tvp_action_fraud.dissemination import read
from tvp_action_fraud.triage import route


def main() -> int:
    """Exit 1 on a file that cannot be read, so that the scheduler tells somebody."""
    try:
        for report in read(sys.stdin):
            sys.stdout.write(f"{report.reference}\t{route(report)}\n")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0
