"""Reads runs out of what platforms send anyway. Only the fields named here are taken; whatever else comes is neither kept nor shown."""
