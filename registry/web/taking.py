"""How a downloaded file comes into its platform, as each platform's own editor words it."""

from __future__ import annotations

from dataclasses import dataclass

from registry.index.entries import FileEntry


@dataclass(frozen=True, slots=True)
class Way:
    """One way to take a release: a title, what to do in order, and a line to copy where there is one."""

    title: str
    steps: tuple[str, ...]
    command: str = ""


_ORCHESTRATOR = Way(
    "UiPath Orchestrator",
    (
        "In Orchestrator open Tenant, Packages, and upload the file.",
        "In your folder add a process from the package.",
        "Create the assets, queues and credentials listed under “What you must change”.",
    ),
)
_STUDIO = Way(
    "UiPath Studio",
    (
        "Unpack the file into a folder of its own.",
        "In Studio choose Open, and the file project.json.",
        "Let Studio restore the packages, then set what is listed under “What you must change”.",
    ),
)
_LIBRARY = Way(
    "UiPath Studio",
    ("Put the file into a folder that Manage Packages has as a source.", "In your project open Manage Packages and install it from there."),
)
_BP_RELEASE = Way(
    "Blue Prism",
    (
        "In the client choose File, Import, Release / Skill, and the file.",
        "Decide for every conflict whether to keep yours.",
        "Create credentials, queues and environment variables under the names listed here.",
    ),
)
_BP_PART = Way(
    "Blue Prism",
    (
        "In the client choose File, Import, Process / Object, and the file.",
        "Keep its name: what uses it finds it by that.",
        "Set what is listed under “What you must change”.",
    ),
)
_SOLUTION = Way(
    "Power Automate",
    (
        "In your environment open Solutions, Import solution, and choose the file.",
        "Choose a connection of yours for every connection reference, and a value for every variable.",
        "Turn the flows on.",
    ),
)
_LEGACY = Way(
    "Power Automate",
    (
        "Open My flows, Import, Import Package (Legacy), and choose the file.",
        "Choose a connection of yours for every connection.",
        "Turn the flow on.",
    ),
)
_DESKTOP = Way(
    "Power Automate for desktop",
    ("Make a new flow.", "Open the file in a text editor and copy all of it.", "Paste it into the flow’s designer."),
)
_DIAGRAM = Way(
    "A BPMN modeller", ("Open the file in your modeller, or import it into your process repository.", "Change roles and systems to yours.")
)
_DECISION = Way(
    "A DMN engine",
    ("Open the file in your modeller, or deploy it to your decision engine.", "Call the decision with the inputs listed here."),
)
_A360_EXPORT = Way(
    "Automation 360 Control Room",
    (
        "In the Control Room open Automation, choose Import bots, and the file.",
        "Choose whether bots and packages of the same name are kept or replaced.",
        "Create the credentials and lockers listed under “What you must change”, then check the bot out and save it.",
    ),
)
_A360_PACKAGE = Way(
    "Automation 360 Control Room",
    (
        "In the Control Room open Manage, Packages, and choose Add package.",
        "Choose the file, look at what it offers, and accept it: its code runs inside your bots.",
        "In each bot that needs it choose this version under Packages.",
    ),
)
_A360_BOT = Way(
    "Automation 360 Control Room",
    (
        "The Control Room takes a bot by its interfaces or in an export, not as a file by itself: make an empty bot, and replace its content "
        "through the repository API or your version control.",
        "Keep its path and name: other bots find it by them.",
        "Create what is listed under “What you must change”.",
    ),
)
_ATMX = Way(
    "Automation Anywhere 11",
    (
        "Copy the file into the folder My Tasks of your client, and upload it to the Control Room.",
        "For Automation 360 run the Bot Migration there: it makes a new bot of the task.",
    ),
)
_OPENRPA = Way(
    "OpenRPA",
    (
        "In OpenRPA choose Import, and the file; or copy it into your project’s folder.",
        "Install the plug-ins listed under “Dependencies”, and restart the robot.",
        "Record the selectors again where your systems have other addresses, and create the credentials listed here.",
    ),
)
_OPENRPA_PROJECT = Way(
    "OpenRPA",
    (
        "Unpack the file into a folder of its own.",
        "In OpenRPA choose Import, and the file that ends in .rpaproj.",
        "Create the credentials and work queues listed under “What you must change”.",
    ),
)
_N8N = Way(
    "n8n",
    (
        "Make a new workflow, open its menu, choose Import from File, and the file.",
        "Choose a credential of yours in every node that names one.",
        "Try it, then turn it on.",
    ),
)
_BY_KIND = {
    "uipath-nupkg-process": _ORCHESTRATOR,
    "uipath-nupkg-tests": _ORCHESTRATOR,
    "uipath-nupkg-python": _ORCHESTRATOR,
    "uipath-nupkg-library": _LIBRARY,
    "nupkg-dotnet-activities": _LIBRARY,
    "uipath-project-zip": _STUDIO,
    "uipath-solution-zip": _STUDIO,
    "uipath-xaml": Way("UiPath Studio", ("Copy the file into your project’s folder.", "Call it with Invoke Workflow File.")),
    "blueprism-release": _BP_RELEASE,
    "blueprism-object": _BP_PART,
    "blueprism-process": _BP_PART,
    "powerplatform-solution": _SOLUTION,
    "powerplatform-solution-src": Way(
        "Power Platform CLI",
        ("Unpack the file.", "Pack the folder as a solution, and import that."),
        "pac solution pack --folder . --zipfile solution.zip",
    ),
    "flow-legacy-package": _LEGACY,
    "pad-robin": _DESKTOP,
    "bpmn": _DIAGRAM,
    "bpmn-zip": _DIAGRAM,
    "dmn": _DECISION,
    "robocorp-robot-zip": Way(
        "rcc",
        (
            "Unpack the file into a folder of its own.",
            "Make the secrets and environment variables listed under “What you must change” known to it.",
            "Run it there; rcc builds its environment at the first run.",
        ),
        "rcc run",
    ),
    "sema4-action-zip": Way(
        "Sema4 Action Server",
        (
            "Unpack the file into a folder of its own.",
            "Start the server there: it builds the environment at the first start.",
            "Give it the secrets listed under “What you must change”.",
        ),
        "action-server start",
    ),
    "robotframework-suite": Way(
        "Robot Framework",
        (
            "Put the file beside the resources and libraries it needs.",
            "Install what is listed under “What you must change” into the virtual environment that runs it.",
        ),
        "robot .",
    ),
    "tagui-flow": Way(
        "TagUI",
        ("Put the file, unpacked if it is a zip, into a folder of its own.", "Put the table or the parameters it takes beside it."),
        "tagui FLOW.tag",
    ),
    "a360-bot-export": _A360_EXPORT,
    "a360-package": _A360_PACKAGE,
    "a360-taskbot": _A360_BOT,
    "aa-v11-atmx": _ATMX,
    "openrpa-xaml": _OPENRPA,
    "openrpa-project": _OPENRPA_PROJECT,
    "n8n-workflow": _N8N,
    "publiccode": Way("publiccode.yml", ("Read it beside the software it describes: it is nothing to install.",)),
}
_PYTHON = ("python-wheel", "python-sdist", "python-project-zip")


def ways(files: tuple[FileEntry, ...]) -> tuple[Way, ...]:
    """How to take a release, one way for each platform's files; the last way is how to check what was downloaded."""
    found = {way.title: way for file in files if (way := _way(file)) is not None}
    check = Way(
        "Check what you downloaded",
        ("In PowerShell, in the folder of your downloads:", "The hash must be the SHA-256 above."),
        f'Get-FileHash "{files[0].filename}"',
    )
    return (*found.values(), check)


def _way(file: FileEntry) -> Way | None:
    if file.kind in _PYTHON:
        steps = ("Make a virtual environment on the machine that runs it.", "Install the downloaded file into it.")
        return Way("Python", steps, f"python -m pip install ./{file.filename}")
    return _BY_KIND.get(file.kind)
