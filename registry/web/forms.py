"""Forms in the design system's shape."""

from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    """Renders fields with our own templates."""
