"""Tables that organisations keep elsewhere, on their way into the registry: read, shown, and only then stored (demand 24)."""
