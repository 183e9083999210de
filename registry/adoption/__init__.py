"""Who runs what: an organisation's dated statement that it runs a release, which expires unless it says so again (B10, B11, C8)."""
