"""Telling the people concerned, in the product and by mail."""
