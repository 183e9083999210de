"""Forms in the design system's markup: every form of the pages, allauth's too, is rendered by these templates."""

from __future__ import annotations

from typing import Any

from django.forms.boundfield import BoundField
from django.forms.renderers import TemplatesSetting
from django.http import HttpRequest

_WIDGETS = "django/forms/widgets/"
# Which of our templates renders which of Django's widgets; those not named, such as hidden inputs, stay Django's.
_OURS = {
    **dict.fromkeys(("date", "email", "input", "number", "text", "url"), "text"),
    "password": "password",
    "textarea": "textarea",
    "select": "select",
    "radio": "radios",
    "checkbox_select": "checkboxes",
    "checkbox": "checkbox",
    "file": "file",
    "clearable_file_input": "file",
}


class Field(BoundField):
    """A form's field that knows where a link from the error summary must lead."""

    @property
    def anchor(self) -> str:
        """The id of the field's control; of a group, that of its first."""
        grouped = self.widget_type in ("radioselect", "checkboxselectmultiple")
        return f"{self.auto_id}_0" if grouped else self.id_for_label


class Renderer(TemplatesSetting):
    """Renders fields and widgets with the templates in ``templates/forms``."""

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
    bound_field_class = Field

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        ours = _OURS.get(template_name.removeprefix(_WIDGETS).removesuffix(".html")) if template_name.startswith(_WIDGETS) else None
        if ours is None:
            return str(super().render(template_name, context, request))
        attributes = dict(context["widget"]["attrs"])
        extra = {"classes": attributes.pop("class", ""), "attributes": attributes, "is_invalid": attributes.get("aria-invalid") == "true"}
        return str(super().render(f"forms/{ours}.html", context | extra, request))
