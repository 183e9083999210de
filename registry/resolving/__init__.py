"""Plain Python: ranges and releases in, a lock out, or a sentence that explains the conflict."""
