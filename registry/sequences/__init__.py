"""Composition: whole processes made of versioned modules, their locks, and BPMN in and out."""
