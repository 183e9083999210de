"""Whether the steps of a sequence fit together: each finds what it calls, and is given what it takes, in order and of a type that fits.

What is certain refuses a publish. What cannot be told from the files is a note.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from registry.formats.arguments import Argument
from registry.formats.flow import Filled, Flow, Node, Use
from registry.formats.model import EntryPoint
from registry.sequences.order import Before, Order, order_of
from registry.values.platforms import PLATFORMS
from registry.values.types import Answer, Typed, fits, kind_of, value_fits

MAX_NAMED = 5  # in a sentence
PERSON = "bpmn"  # what a person hands on is typed in words, as drawn


@dataclass(frozen=True, slots=True)
class Interface:
    """What one release of a module can be called by."""

    module: str
    version: str
    platform: str
    entry_points: tuple[EntryPoint, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something about one step, by its id; ``where`` is the part of the step, such as ``inputs.in_Config``."""

    code: str
    step: str
    message: str
    mend: str
    where: str = ""
    is_certain: bool = True  # else it is a note


@dataclass(frozen=True, slots=True)
class _Reading:
    flow: Flow
    interfaces: Mapping[str, Interface]
    nodes: dict[str, Node]
    order: Order


def problems(flow: Flow, interfaces: Mapping[str, Interface]) -> tuple[Problem, ...]:
    """Everything that does not fit, in the order of the steps. ``interfaces`` by module identifier; a module without one is not judged."""
    reading = _Reading(flow, interfaces, {node.id: node for node in flow.nodes}, order_of(flow))
    found = [problem for node in flow.bound for problem in _of_step(reading, node)]
    return tuple(dict.fromkeys([*found, *_of_starter(flow, interfaces)]))


def entry_point_of(use: Use, interface: Interface) -> EntryPoint | None:
    """The entry point that ``use`` calls, by its name in whatever case; of a Python command its name is enough."""
    found = _called(use, interface)
    return found[0] if found else None


def _called(use: Use, interface: Interface) -> list[EntryPoint]:
    points = list(interface.entry_points)
    if not use.entry_point:
        return points[:1]
    wanted = use.entry_point
    exact = [point for point in points if point.name == wanted]
    return exact or [
        point for point in points if wanted.casefold() in (point.name.casefold(), point.name.partition(" = ")[0].strip().casefold())
    ]


def _of_step(reading: _Reading, node: Node) -> Iterator[Problem]:
    use = node.uses
    interface = reading.interfaces.get(use.module) if use else None
    if use is None:
        return
    point = None
    if interface is not None:
        found = _called(use, interface)
        point = found[0] if found else None
        yield from _of_call(node, use, interface, found)
    names = [filled.name.casefold() for filled in use.inputs]
    for place, filled in enumerate(use.inputs):
        if names[place] in names[:place]:
            message = f"{_step(node)} fills {filled.name} twice."
            yield Problem("input_twice", node.id, message, "Fill it once.", _where(filled.name))
        yield from _of_source(reading, node, filled)
        if interface is not None and point is not None:
            yield from _of_input(reading, node, filled, interface, point)
    if interface is not None and point is not None:
        yield from _missing(node, use, interface, point)


def _of_call(node: Node, use: Use, interface: Interface, found: Sequence[EntryPoint]) -> Iterator[Problem]:
    which, there = _which(interface), _listed([point.name for point in interface.entry_points])
    if not interface.entry_points:
        message = f"Whether {which} can be called by {_step(node)} cannot be told: it names no entry point."
        yield Problem("no_entry_points", node.id, message, "Say in the documentation of the step how it is started.", "entry_point", False)
    elif not found:
        message = f"{_step(node)} calls “{use.entry_point}”, which {which} does not have."
        yield Problem("entry_point_unknown", node.id, message, f"It has {there}.", "entry_point")
    elif len(found) > 1:
        message = f"{_step(node)} calls “{use.entry_point}”, of which {which} has {len(found)}; the first is taken."
        yield Problem("entry_point_ambiguous", node.id, message, "Ask its publisher to name them apart.", "entry_point", False)
    elif not use.entry_point and len(interface.entry_points) > 1 and interface.platform != PERSON:
        message = f"{_step(node)} does not say what it calls; {which} has {len(interface.entry_points)} entry points, and {found[0].name} is taken."
        yield Problem("entry_point_not_named", node.id, message, f"Name one of {there}.", "entry_point", False)


def _of_source(reading: _Reading, node: Node, filled: Filled) -> Iterator[Problem]:
    """Whether what fills an input can be there when the step begins."""
    where = _where(filled.name)
    if filled.source and not filled.output:
        message = f"{_step(node)} takes {filled.name} from “{filled.source}”, which names no output."
        yield Problem("source_unclear", node.id, message, "Write step/output, or /name for what whoever starts it gives.", where)
        return
    if not filled.step:
        return
    source = reading.nodes.get(filled.step)
    if source is None:
        message = f"{_step(node)} takes {filled.name} from a step “{filled.step}”, which is not there."
        yield Problem("source_unknown", node.id, message, "Choose an earlier step, or leave it empty.", where)
        return
    before = reading.order.before(source.id, node.id)
    if before is Before.NEVER:
        message = f"{_step(node)} takes {filled.name} from {_step(source)}, which cannot have run before."
        yield Problem("source_not_before", node.id, message, "Choose an earlier step, or change the order.", where)
    elif before is Before.PERHAPS:
        message = f"{_step(node)} takes {filled.name} from {_step(source)}, which is passed over on another way."
        yield Problem("source_passed_over", node.id, message, "Say in the hand-over what is used then.", where, False)
    elif before is Before.UNTOLD:
        message = f"{_step(node)} takes {filled.name} from {_step(source)}; the drawing does not say that it has run before."
        yield Problem("source_order_unknown", node.id, message, "Draw one after the other.", where, False)
    yield from _of_output(reading, node, filled, source)


def _of_output(reading: _Reading, node: Node, filled: Filled, source: Node) -> Iterator[Problem]:
    """Whether the step that is named gives what is wanted of it."""
    where = _where(filled.name)
    if _given(reading, source, filled.output) or (source.uses and source.uses.module not in reading.interfaces):
        return
    wants = f"{_step(node)} takes {filled.name} from {filled.output} of {_step(source)}"
    if source.uses is None and (source.is_human or source.gives):
        there = f"It hands on {_listed([one.name for one in source.gives])}." if source.gives else "Say on that step what it hands on."
        yield Problem("output_not_declared", node.id, f"{wants}, which nobody said it hands on.", there, where)
    elif source.uses is None and source.is_task:
        yield Problem("source_not_bound", node.id, f"{wants}, to which no module is bound yet.", "Bind a module to it.", where, False)
    elif source.uses is None:
        yield Problem("source_gives_nothing", node.id, f"{wants}, which is no step that gives anything.", "Choose a step.", where)
    else:
        interface = reading.interfaces[source.uses.module]
        point = entry_point_of(source.uses, interface)
        if point is None:
            return  # said of that step
        told = _tells(interface.platform, point.outputs, point.inputs)
        mend = f"It gives {_listed([one.name for one in point.outputs])}." if point.outputs else "Choose another step."
        message = f"{wants}, which {point.name} of {_which(interface)} does not {'give' if told else 'tell'}."
        yield Problem("output_unknown", node.id, message, mend, where, told)


def _of_input(reading: _Reading, node: Node, filled: Filled, interface: Interface, point: EntryPoint) -> Iterator[Problem]:
    """Whether the entry point takes it, and whether what fills it is of a type that fits."""
    where = _where(filled.name)
    taken = _named(point.inputs, filled.name)
    if not taken:
        told = _tells(interface.platform, point.inputs, () if interface.platform == "power_automate" else point.outputs)
        mend = f"It takes {_listed([one.name for one in point.inputs])}." if point.inputs else "Leave it out, or ask its publisher."
        message = f"{_step(node)} fills {filled.name}, which {point.name} of {_which(interface)} does not {'take' if told else 'tell'}."
        yield Problem("input_unknown", node.id, message, mend, where, told)
        return
    target = Typed(interface.platform, taken[0].type)
    source = reading.nodes.get(filled.step) if filled.step else None
    given = _given(reading, source, filled.output) if source is not None else ()
    if given:
        yield from _fed(node, filled, given, taken[0], target)
    elif filled.value and not filled.source:
        fit = value_fits(filled.value, target)
        if fit.answer is not Answer.YES:
            message = f"{_step(node)} fills {filled.name} with a value: {fit.how}."
            mend = f"{filled.name} is {taken[0].type} on {_platform(interface.platform)}."
            code = "secret_written" if fit.answer is Answer.NO else "value_doubtful"
            yield Problem(code, node.id, message, mend, where, fit.answer is Answer.NO)


def _fed(node: Node, filled: Filled, given: Sequence[Typed], taken: Argument, target: Typed) -> Iterator[Problem]:
    """Of several ends that give the same output under different types, the one that fits counts."""
    rank = [Answer.YES, Answer.CONVERTED, Answer.UNKNOWN, Answer.NO]
    fit, source = min(((fits(each, target), each) for each in given), key=lambda pair: rank.index(pair[0].answer))
    if fit.answer is Answer.YES:
        return
    message = f"{_step(node)} takes {filled.name} as {_typed(target)}; {filled.output} comes as {_typed(source)}: {fit.how}."
    if fit.answer is Answer.NO:
        mend = "Put a step between that turns one into the other, or choose another output."
        yield Problem("types_differ", node.id, message, mend, _where(filled.name))
    elif fit.answer is Answer.CONVERTED:
        yield Problem("types_converted", node.id, message, "Say in the hand-over who converts it.", _where(filled.name), False)
    else:
        yield Problem("types_unknown", node.id, message, "Ask both publishers what it holds.", _where(filled.name), False)


def _missing(node: Node, use: Use, interface: Interface, point: EntryPoint) -> Iterator[Problem]:
    filled = {one.name.casefold() for one in use.inputs if one.source or one.value}
    for argument in point.inputs:
        if argument.required and argument.name.casefold() not in filled:
            message = f"{_step(node)} leaves {argument.name} empty, which {point.name} of {_which(interface)} needs."
            mend = "Fill it from an earlier step, with a value, or let whoever starts the sequence give it."
            yield Problem("input_missing", node.id, message, mend, _where(argument.name))


def _of_starter(flow: Flow, interfaces: Mapping[str, Interface]) -> Iterator[Problem]:
    """Whether the steps agree on what whoever starts the sequence gives under one name."""
    first: dict[str, Typed] = {}
    for node, filled, argument, interface in _asked_of_starter(flow, interfaces):
        typed = Typed(interface.platform, argument.type)
        before = first.setdefault(filled.output.casefold(), typed)
        if Answer.NO in (fits(before, typed).answer, fits(typed, before).answer):
            message = f"{_step(node)} takes /{filled.output} as {_typed(typed)}, another step as {_typed(before)}."
            yield Problem("starter_types_differ", node.id, message, "Give them two names.", _where(filled.name), False)


def wanted_inputs(flow: Flow, interfaces: Mapping[str, Interface]) -> tuple[Argument, ...]:
    """What whoever starts the sequence gives, in the order of the steps; types in our own words, as the steps may be on several platforms."""
    found: dict[str, Argument] = {}
    told = {(node.id, filled.name): (argument, interface) for node, filled, argument, interface in _asked_of_starter(flow, interfaces)}
    for node in flow.bound:
        for filled in node.uses.inputs if node.uses else ():
            if filled.step or not filled.output:
                continue
            argument, interface = told.get((node.id, filled.name), (None, None))
            kind = kind_of(interface.platform, argument.type).words if argument and interface else ""
            known = found.setdefault(filled.output, Argument(filled.output, kind, False, argument.description if argument else ""))
            required = bool(known.required or (argument and argument.required))
            found[filled.output] = replace(known, type=known.type or kind, required=required)
    return tuple(found.values())


def step_points(flow: Flow, interfaces: Mapping[str, Interface]) -> tuple[EntryPoint, ...]:
    """For each bound step what it is given and what of it is used, so that versions of the sequence can be compared by it."""
    wanted = {(filled.step, filled.output): None for node in flow.bound if node.uses for filled in node.uses.inputs if filled.step}
    found = []
    for node in flow.bound:
        use = node.uses
        interface = interfaces.get(use.module) if use else None
        point = entry_point_of(use, interface) if use and interface else None
        platform = interface.platform if interface else ""
        inputs = [
            _spoken(one.name, point.inputs if point else (), platform) for one in (use.inputs if use else ()) if one.source or one.value
        ]
        outputs = [_spoken(output, point.outputs if point else (), platform) for step, output in wanted if step == node.id]
        found.append(EntryPoint(node.name or node.id, tuple(dict.fromkeys(inputs)), tuple(outputs)))
    return tuple(found)


def _spoken(name: str, arguments: Sequence[Argument], platform: str) -> Argument:
    """The argument with its type in our own words where they are known. What the sequence fills itself, it asks of nobody."""
    known = _named(arguments, name)
    written = known[0].type if known else ""
    return Argument(name, kind_of(platform, written).words or written, False)


def _asked_of_starter(flow: Flow, interfaces: Mapping[str, Interface]) -> Iterator[tuple[Node, Filled, Argument, Interface]]:
    for node in flow.bound:
        use = node.uses
        interface = interfaces.get(use.module) if use else None
        point = entry_point_of(use, interface) if use and interface else None
        for filled in use.inputs if use and interface and point else ():
            taken = _named(point.inputs, filled.name) if point else []
            if filled.source.startswith("/") and taken and interface:
                yield node, filled, taken[0], interface


def _given(reading: _Reading, source: Node, output: str) -> tuple[Typed, ...]:
    """The types under which ``source`` gives ``output``; none where it does not, or nobody knows."""
    if source.uses is None:
        return tuple(Typed(PERSON, one.type) for one in _named(source.gives, output))
    interface = reading.interfaces.get(source.uses.module)
    point = entry_point_of(source.uses, interface) if interface else None
    return tuple(Typed(interface.platform, one.type) for one in _named(point.outputs, output)) if interface and point else ()


def _named(arguments: Sequence[Argument], name: str) -> list[Argument]:
    exact = [one for one in arguments if one.name == name]
    return exact or [one for one in arguments if one.name.casefold() == name.casefold()]


def _tells(platform: str, arguments: Sequence[Argument], others: Sequence[Argument]) -> bool:
    """Whether an argument that is not listed is certain not to be there.

    Blue Prism and DMN always list them. A UiPath file that lists any lists all; one that lists none may be a compiled library. Cloud flows
    do not list what they answer, and Python commands list what their function takes only where the files hold it.
    """
    if platform in ("blueprism", "dmn"):
        return True
    return bool(arguments) or (platform == "uipath" and bool(others))


def _step(node: Node) -> str:
    return f"“{node.name or node.id}”"


def _which(interface: Interface) -> str:
    return f"{interface.module} {interface.version}".strip()


def _where(name: str) -> str:
    return f"inputs.{name}"


def _typed(typed: Typed) -> str:
    return f"{typed.written or 'an untold type'} ({_platform(typed.platform)})"


def _platform(code: str) -> str:
    return PLATFORMS.get(code, code)


def _listed(names: Sequence[str]) -> str:
    told = list(dict.fromkeys(names))
    more = len(told) - MAX_NAMED
    return ", ".join(told[:MAX_NAMED]) + (f" and {more} more" if more > 0 else "")
