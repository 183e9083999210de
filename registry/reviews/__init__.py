"""Who judges a release, and what follows."""
