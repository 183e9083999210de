"""What people call the platforms."""

from typing import Final

PLATFORMS: Final = {
    "uipath": "UiPath",
    "blueprism": "Blue Prism",
    "power_automate": "Power Automate",
    "automation_anywhere": "Automation Anywhere",
    "robot_framework": "Robot Framework",
    "openrpa": "OpenRPA",
    "tagui": "TagUI",
    "n8n": "n8n",
    "python": "Python",
    "bpmn": "BPMN",
    "dmn": "DMN",
    "publiccode": "publiccode.yml",
}
