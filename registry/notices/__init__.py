"""Telling the people concerned."""
