"""Proposes redactions in a witness statement for a person to accept or refuse."""

from met_statement_redaction.proposals import Proposal, apply, propose

__all__ = ["Proposal", "apply", "propose"]
