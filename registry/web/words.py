"""The words pages use for what the registry stores as codes."""

from collections.abc import Iterable, Mapping

from registry.index.use_entries import StageEntry
from registry.reviews import tiers
from registry.values import platforms

PLATFORMS = platforms.PLATFORMS
KINDS = {"module": "Module", "sequence": "Process sequence"}
FLOW_TONES = {
    "robot": "Robot",
    "person": "A person",
    "breaks": "An update would break it",
    "open": "No module yet",
    "choice": "Decided by rule",
    "error": "Error raised or handled",
    "new": "New",
    "chg": "Changed",
    "gone": "Gone",
}
STEP_KINDS = {  # what a step is, in a few words; an action says its own
    "action": "",
    "code": "Code",
    "decision": "Decides by rule",
    "call": "Calls another part",
    "start": "Start",
    "end": "End",
    "event": "Event",
    "human": "A person",
    "group": "Group",
    "exception": "Handles errors",
}
REUSE = {"use": "use it as it is", "change": "use and change it", "offer": "use, change and offer it to others"}
VISIBILITIES = {"own": "Your organisation only", "named": "Organisations named by its publisher", "partnership": "Every partner"}
STATUSES = {"draft": "Not listed yet", "listed": "Listed", "deprecated": "Deprecated", "yanked": "Yanked", "retired": "Retired"}
STATES = {
    "draft": "Draft",
    "checking": "Being checked",
    "in_review": "In review",
    "awaiting_author": "Waiting for the author",
    "listed": "Listed",
    "held": "Held",
    "refused": "Refused",
}
OWNER_TYPES = {
    "crown": "the Crown",
    "council": "a council",
    "chief_officer": "the chief officer or commissioner",
    "supplier": "its supplier",
    "joint": "several bodies jointly",
}
ECOSYSTEMS = {
    "moothall": "module",
    "nuget": "package",
    "pypi": "Python package",
    "blueprism": "Blue Prism object or process",
    "dotnet": ".NET assembly",
    "powerplatform-connector": "connector",
    "powerplatform-solution": "solution",
    "powerplatform-flow": "flow",
    "pad-module": "Power Automate action group",
    "bpmn": "process",
    "dmn": "decision",
    "conda": "conda package",
    "robot-library": "Robot Framework library",
    "robot-resource": "Robot Framework resource file",
    "tagui-flow": "TagUI flow",
    "a360-package": "Automation 360 package",
    "a360-bot": "Automation 360 bot",
    "openrpa-assembly": "OpenRPA plug-in",
    "openrpa-workflow": "OpenRPA workflow",
    "n8n-node": "n8n node",
    "n8n-workflow": "n8n workflow",
    "npm": "npm package",
    "software": "software",
}
DEPENDENCY_STATUSES = {  # tone, words
    "included": ("good", "In the files"),
    "registry": ("good", "In Moothall"),
    "vendor": ("none", "From the vendor"),
    "missing": ("stop", "Missing"),
}
THEMES = tiers.THEMES
GROUPS = {"systems": "Systems it works in", "accounts": "Accounts and queues", "settings": "Settings"}
EFFORTS = {"set": ("change", "To set"), "check": ("check", "To check"), "none": ("good", "Works as it is")}
SEVERITIES = {"note": ("none", "Note"), "answer": ("change", "To answer"), "stop": ("stop", "To mend")}
PAPER_STATES = {
    "good": ("good", "In order"),
    "missing": ("stop", "Missing"),
    "unsigned": ("change", "Not signed yet"),
    "expired": ("stop", "To be looked at again"),
    "out_of_date": ("stop", "Out of date"),
    "not_needed": ("none", "Not required"),
}
ACCESS_STATES = {
    "pending": ("change", "Waiting for an answer"),
    "approved": ("good", "Given"),
    "declined": ("stop", "Declined"),
    "withdrawn": ("none", "Withdrawn"),
    "revoked": ("stop", "Taken back"),
    "expired": ("none", "Ended"),
}
SIGN_OFFS = {
    "technical": "Technical",
    "business_owner": "Business owner",
    "information_assurance": "Information assurance",
    "licence": "Licence",
}
SIGNERS = {"any": "Any reviewer of that role", "publisher": "Somebody of its publisher", "other": "Somebody of another organisation"}
REVIEW_KINDS = {"new": "First release", "update": "New version", "widening": "To be seen by more"}
REVIEWS_OF = {"new": "Review of a first release", "update": "Review of an update", "widening": "Review for more to see it"}
QUEUES = {"open": "Open", "waiting": "Waiting for you", "closed": "Closed"}
OUTCOMES = {"agreed": "Agreed", "declined": "Declined", "withdrawn": "Taken back"}
ACTS = {  # what a review's log says that somebody did
    "submit": "handed it in",
    "check": "Checked",
    "claim": "put it back",
    "ask_author": "asked the author",
    "resubmit": "answered",
    "replace": "sent new files; earlier signatures no longer count",
    "answer": "answered a finding",
    "tick": "confirmed an item of the checklist",
    "sign": "signed",
    "withdraw_sign_off": "took back a signature",
    "hold": "held it",
    "refuse": "refused it",
    "reopen": "took it up again",
    "list": "listed it",
    "widening": "agreed that more may see it",
}
FACETS = {
    "mine": "At your organisation",
    "in_use": "In use",
    "evidence": "Evidence of benefit",
    "platform": "Runs on",
    "application": "Works in",
    "business_area": "Business area",
    "kind": "Kind",
    "publisher": "Publisher",
    "licence": "Licence",
    "status": "Status",
    "assurance": "Assurance tier",
    "owner": "Looked after",
}
WANTING = {"needs-owner": "Needs an owner"}
IN_USE = {"verified": "Verified in use", "pilot": "Pilot"}
MINE = {"yes": "You run or try it"}
EVIDENCE = {"approved": "Approved", "claimed": "Claimed, not approved"}
STAGES = {"interested": "Interested", "assessing": "Assessing", "pilot": "Pilot", "live": "Live", "retired": "Retired"}
STAGE_COUNTS = {  # what others are besides those verified to run it: one, many
    "lapsed": ("live but not confirmed for a year", "live but not confirmed for a year"),
    "pilot": ("pilot", "pilots"),
    "assessing": ("assessing", "assessing"),
    "interested": ("interested", "interested"),
}
SHARINGS = {"named": "By name", "counted": "Counted, without your name", "kept": "Kept to yourselves"}
STANDINGS = {
    "verified": ("good", "Verified"),
    "ending": ("change", "Ends soon"),
    "ended": ("stop", "Not confirmed for a year"),
    "": ("none", "Not live"),
}
ADOPTION_ENTRIES = {
    "stated": "Stated",
    "stage": "Stage changed",
    "version": "Version changed",
    "confirmed": "Confirmed",
    "edited": "Details changed",
    "expired": "Ended without being confirmed",
}
ORGANISATIONS = {  # kinds, one and many
    "police": ("force", "forces"),
    "council": ("council", "councils"),
    "fire": ("fire service", "fire services"),
    "health": ("health body", "health bodies"),
    "supplier": ("supplier", "suppliers"),
}
LEVELS = {"low": ("check", "Low"), "moderate": ("change", "Moderate"), "high": ("stop", "High"), "critical": ("stop", "Critical")}
RECALL_ANSWERS = {"stopped": "We stopped it", "upgraded": "We moved to another version", "not_in_use": "We do not run it"}
SORTS = {
    "relevance": "Best match",
    "used": "Most organisations using it",
    "benefit": "Evidenced benefit",
    "rating": "Adopters’ ratings",
    "newest": "Newest release",
    "title": "Title",
}
LANGUAGES = {  # of code inside a step
    "vbnet": "Visual Basic",
    "csharp": "C#",
    "python": "Python",
    "javascript": "JavaScript",
    "typescript": "TypeScript",
    "powershell": "PowerShell",
    "vbscript": "VBScript",
    "sql": "SQL",
    "shell": "shell",
    "java": "Java",
    "r": "R",
    "dax": "DAX",
    "feel": "FEEL",
}
BENEFIT_CLASSES = {
    "cashable": "Cashable",
    "non_cashable": "Capacity released",
    "avoided": "Cost avoided",
    "new_capacity": "New capacity",
    "quality": "Quality",
}
BENEFIT_OUTCOMES = {  # the eight of the Hampshire and Thames Valley programme (S0-5)
    "protecting": "Protecting the vulnerable",
    "data_quality": "Quality of data",
    "capacity": "Capacity release",
    "victim_satisfaction": "Victim satisfaction",
    "cashable": "Cashable savings",
    "workforce_satisfaction": "Workforce satisfaction",
    "compliance": "Compliance",
    "process_assurance": "Process assurance",
}
CLAIM_STATUSES = {
    "approved": ("good", "Approved"),
    "waiting": ("check", "Waiting for approval"),
    "unevidenced": ("change", "Unevidenced"),
    "not_itemised": ("none", "Not itemised"),
    "draft": ("none", "Being written"),
    "submitted": ("check", "Waiting for approval"),
    "returned": ("change", "Sent back"),
    "withdrawn": ("none", "Withdrawn"),
}
LACKING = {  # without which a measure shows nothing yet
    "": ("good", "Approved"),
    "measure": ("none", "No measure yet"),
    "baseline": ("change", "Baseline due"),
    "post": ("change", "Budget line due"),
    "evidence": ("change", "Evidence due"),
    "approval": ("check", "Waiting for approval"),
}
COST_KINDS = {
    "staff": "Staff",
    "licences": "Licences",
    "infrastructure": "Infrastructure",
    "supplier": "Supplier",
    "other": "Other",
    "total": "Not itemised",
}
CURRENCIES = {"GBP": "pounds sterling", "DKK": "Danish kroner", "EUR": "euros", "SEK": "Swedish kronor", "NOK": "Norwegian kroner"}
OUTTURNS = {"below": ("change", "Below the range"), "inside": ("good", "Inside the range"), "above": ("good", "Above the range")}


def platform(name: str, version: str | None) -> str:
    """A platform with the version its files ask for, as one reads it: ``UiPath 23.10``, ``Python 3.11 or later``."""
    known = PLATFORMS.get(name, name)
    asked = (version or "").removeprefix(known).strip()
    if name == "automation_anywhere" and asked.isdecimal():
        return f"Automation 360, bot code {asked}"  # a bot says which form of code it is, not which release it needs
    if asked.startswith(">=") and "," not in asked:
        asked = f"{asked[2:].strip()} or later"
    return f"{known} {asked}".strip()


def steps(count: int) -> str:
    """``1 step``, ``3 steps``."""
    return f"{count:,} step{'s' if count != 1 else ''}"


def assurance(tier: int | str) -> str:
    """How far something has come on the tiers of assurance."""
    return f"{tier} of {tiers.HIGHEST}" if str(tier) != "0" else "None reached yet"


def sentence(words: str) -> str:
    """``words`` with a capital at the start, the rest as written."""
    return words[:1].upper() + words[1:]


def facet_label(facet: str, value: str, label: str) -> str:
    """What the catalogue calls one value of a facet; ``label`` is what the search made of it."""
    if facet == "assurance":
        return assurance(value)
    known = {
        "platform": PLATFORMS,
        "kind": KINDS,
        "status": STATUSES,
        "owner": WANTING,
        "in_use": IN_USE,
        "mine": MINE,
        "evidence": EVIDENCE,
    }.get(facet, {})
    return known.get(value, label)


def organisations(by_kind: Mapping[str, int]) -> str:
    """So many of each kind: "3 forces and 1 council"; those that show no name are "others", or organisations where they are alone."""
    known = [(count, *ORGANISATIONS.get(kind, ("organisation", "organisations"))) for kind, count in by_kind.items() if kind != "unnamed"]
    parts = [f"{count:,} {one if count == 1 else many}" for count, one, many in sorted(known, key=lambda each: -each[0])]
    if unnamed := by_kind.get("unnamed", 0):
        one, many = ("other", "others") if parts else ("organisation", "organisations")
        parts.append(f"{unnamed:,} {one if unnamed == 1 else many}")
    return " and ".join(filter(None, (", ".join(parts[:-1]), *parts[-1:])))


def also_used(stages: Iterable[StageEntry]) -> str:
    """How many organisations are so far and no further, with the names of those that show theirs."""
    parts = []
    for each in stages:
        words = STAGE_COUNTS[each.stage][each.count != 1]
        parts.append(f"{each.count:,} {words}" + (f" ({', '.join(each.names)})" if each.names else ""))
    return ", ".join(parts)
