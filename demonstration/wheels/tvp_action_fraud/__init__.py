"""Sorts the daily Action Fraud disseminations into those for a person and those that can be recorded straight away."""

from tvp_action_fraud.dissemination import Dissemination, read
from tvp_action_fraud.triage import Route, route

__all__ = ["Dissemination", "Route", "read", "route"]
