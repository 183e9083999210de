"""What organisations report of their runs: kept apart, in a database of its own where one is given, with no person and no free text."""
