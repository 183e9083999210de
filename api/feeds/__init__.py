"""Feeds: renderers of the read model for programs that know no API of ours."""
