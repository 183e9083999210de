"""Python source as a file shows it, never run: functions with their types, what they ask of people, and what they need set."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from registry.formats.archive import Archive
from registry.formats.arguments import Argument
from registry.formats.fragments import addresses_in, host_of, hosts_in, ordered, paths_in, programs_in
from registry.formats.model import Reach, Step, ToSet

MAX_SOURCE = 2 * 1024 * 1024  # bytes of one source file that are looked at
_MAX_SOURCES = 32 * 1024 * 1024
MAX_STEPS = 5_000
_MAX_TREE = 512 * 1024  # characters of one file that are parsed: a tree takes over a hundred times the memory of its text
_MAX_TREES = 2 * 1024 * 1024  # of all of them, which takes some seconds
_ENVIRONMENT = re.compile(r"""\bos\.(?:environ(?:\.get)?\s*[\[(]|getenv\s*\()\s*['"]([A-Za-z_][A-Za-z0-9_]*)['"]""")
_CREDENTIAL = re.compile(
    r"""\b(?:get_credential|get_secret|keyring\.get_password)\(\s*(?:secret_name\s*=\s*|name\s*=\s*)?f?['"]([^'"{}]+)['"]"""
)
_NAMED_CREDENTIAL = re.compile(r"\bget_(?:credential|secret)\(\s*(?:\w+\.)?([A-Z][A-Z0-9_]*)\s*[,)]")
_NAMED_CONSTANT = re.compile(r"\bget_constant\(\s*(?:\w+\.)?([A-Z][A-Z0-9_]*)\s*[,)]")
_SETTING = re.compile(r"""^([A-Z][A-Z0-9_]*)\s*(?::\s*\w+\s*)?=\s*['"]([^'"\r\n]{1,200})['"]\s*(?:#.*)?$""", re.MULTILINE)
_CONSTANT = re.compile(
    r"""\b(?:get_constant|(?:storage|assets?)\.get_(?:text|json|bytes|file)(?:_asset)?|get_(?:text|json|bytes|file)_asset)\(\s*f?['"]([^'"{}]+)['"]"""
)
_QUEUE = re.compile(r"""\bQUEUE_NAME\s*=\s*['"]([^'"]+)['"]""")
_CONNECTION = re.compile(r"""\b(?:DataSourceSpec\(\s*name\s*=|OAuth2Secret\[\s*(?:typing\.)?Literal\[)\s*['"]([^'"]+)['"]""")
# Settings name a server without an address around it: ``SMTP_SERVER = "smtp.example.local"``, ``connect(host="db.example.org")``.
_SERVER = re.compile(r"""(?:server|host)(?:_?name)?\s*(?::\s*str\s*)?=\s*['"]((?:[a-z0-9-]{1,63}\.)+[a-z]{2,24})['"]""", re.IGNORECASE)
_FUNCTION = re.compile(r"^(?:async )?def ([A-Za-z_]\w*)\(", re.MULTILINE)
_MAX_DOCSTRING = 8_000  # characters
_PARAMETERS = re.compile(r"\s*(?:(?:Args|Arguments|Parameters|Returns|Raises|Yields|Examples?)\s*:\s*$|:(?:param|return)\b)")
_PARAMETER = re.compile(r"\s*(?::param\s+(?:\w+\s+)?)?(\w+)(?:\s*\([^)]{0,100}\))?\s*:\s*(\S.*)$")
_SECRETS = frozenset({"Secret", "OAuth2Secret", "SecretStr", "SecretBytes"})
# Calls that wait for a person: the language's own, and those of the dialog libraries that robots use.
_ASKING = frozenset(
    {"input", "getpass", "run_dialog", "wait_dialog", "wait_all_dialogs", "ask_user", "request_response", "pause_execution"}
)
_ASKING_OF = {
    "messagebox": re.compile(r"ask\w+|show\w+"),
    "simpledialog": re.compile(r"ask\w+"),
    "filedialog": re.compile(r"ask\w+"),
    "easygui": re.compile(r"\w*box"),
    "pyautogui": re.compile(r"alert|confirm|prompt|password"),
    "pymsgbox": re.compile(r"alert|confirm|prompt|password"),
    "sg": re.compile(r"popup\w*"),
}
# A library of robots, or the name that COM gives a program, tells which program is driven.
_DRIVING = re.compile(
    r"""^[ \t]*(?:from|import)[ \t]+RPA\.((?:Excel|Word|Outlook)\.Application|SAP|Salesforce)\b"""
    r"""|(?:Dispatch|DispatchEx|EnsureDispatch|GetObject|GetActiveObject|CreateObject)\(\s*['"]((?:Excel|Word|Outlook)\.Application|SAPGUI)\b""",
    re.MULTILINE,
)
_DRIVEN = {
    "Excel.Application": "Microsoft Excel",
    "Word.Application": "Microsoft Word",
    "Outlook.Application": "Microsoft Outlook",
    "SAP": "SAP GUI",
    "SAPGUI": "SAP GUI",
    "Salesforce": "Salesforce",
}
_TWICE = re.compile(r"(?<=[^\\'\"])\\\\(?=[^\\])")

_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_DOING = (ast.For, ast.While, ast.With)

type _Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True)
class Function:
    """A function at the top of a file. ``secrets`` are the parameters that take one; ``decorators`` are names without what is before the dot."""

    path: str
    name: str
    inputs: tuple[Argument, ...] = ()
    outputs: tuple[Argument, ...] = ()
    description: str = ""
    decorators: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Code:
    """What the source files of an artefact show."""

    functions: tuple[Function, ...]
    steps: tuple[Step, ...]
    reach: Reach
    to_set: ToSet


def sources_of(archive: Archive) -> dict[str, str]:
    """The Python files of an archive as text, by path; one of more than two MiB is passed over, and what is beyond 32 MiB in all."""
    sources: dict[str, str] = {}
    left = _MAX_SOURCES
    for name in archive.names:
        if name.endswith(".py") and archive.size(name) <= min(left, MAX_SOURCE):
            sources[name] = archive.read(name).decode("utf-8-sig", "replace")
            left -= archive.size(name)
    return sources


def read_code(sources: Mapping[str, str]) -> Code:
    """Read source files by path. A file that is no Python of this version is read for names only; nothing is raised."""
    functions: list[Function] = []
    steps: list[Step] = []
    left = _MAX_TREES
    for path, source in sources.items():
        tree = parsed(source) if len(source) <= left else None
        if tree is None:
            steps += (_step(path, name) for name in _FUNCTION.findall(source))
            continue
        left -= len(source)
        if _is_script(tree):
            steps.append(Step(path, path.rpartition("/")[2], "code", path, part=path, language="python"))
        for node in tree.body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                functions.append(_function(path, node))
                steps += _steps(path, node)
    text = "\n".join(sources.values())
    servers = (host_of(f"x://{name.lower()}") for name in _SERVER.findall(text))
    settings = dict(_SETTING.findall(text))  # names that a file of settings gives its credentials and constants
    return Code(
        functions=tuple(functions),
        steps=tuple(steps[:MAX_STEPS]),
        reach=Reach(
            applications=ordered([*programs_in(text), *_driven(text)]),
            hosts=ordered([*hosts_in(text), *servers]),
            paths=paths_in(_unescaped(text)),
            addresses=addresses_in(text),
        ),
        to_set=ToSet(
            credentials=ordered([*_CREDENTIAL.findall(text), *map(settings.get, _NAMED_CREDENTIAL.findall(text))]),
            assets=ordered([*_CONSTANT.findall(text), *map(settings.get, _NAMED_CONSTANT.findall(text))]),
            queues=ordered(_QUEUE.findall(text)),
            environment_variables=ordered(_ENVIRONMENT.findall(text)),
            connections=ordered(_CONNECTION.findall(text)),
        ),
    )


def _driven(text: str) -> Iterator[str]:
    """The programs that a library or COM drives."""
    for found in _DRIVING.finditer(text):
        yield _DRIVEN[found.group(1) or found.group(2)]


def _unescaped(text: str) -> str:
    """With one backslash where a string writes two; the two before a server's name in a raw string stay."""
    return _TWICE.sub(r"\\", text.replace("\\" * 4, "\\" * 2))


def parsed(source: str) -> ast.Module | None:
    """The tree of a source file; None where it is too large, or no Python that this version reads."""
    if len(source) > _MAX_TREE:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes and comparisons in other people's code
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def name_of(node: ast.expr) -> str:
    """The last part of a dotted name, of what is called or of what is subscripted; empty for other expressions."""
    while isinstance(node, ast.Call | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _is_script(tree: ast.Module) -> bool:
    """Whether a file defines nothing and does something, so that it is one step as a whole."""
    if any(isinstance(node, _DEFINING) for node in tree.body):
        return False
    asked = (node.test.left for node in tree.body if isinstance(node, ast.If) and isinstance(node.test, ast.Compare))
    return any(isinstance(node, _DOING) for node in tree.body) or any(name_of(one) == "__name__" for one in asked)


def _function(path: str, node: _Function) -> Function:
    described, documentation = _described(ast.get_docstring(node) or "")
    takes = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    positional = len(node.args.posonlyargs) + len(node.args.args)
    given = {*takes[positional - len(node.args.defaults) : positional]}
    given |= {one for one, default in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if default is not None}
    secret = {one.arg for one in takes if name_of(_bare(one.annotation)) in _SECRETS} if takes else set()
    returned = _written(node.returns)
    return Function(
        path,
        node.name,
        tuple(
            Argument(one.arg, _written(one.annotation), one not in given, described.get(one.arg, "")[:500])
            for one in takes
            if one.arg not in secret
        ),
        (Argument("result", returned),) if returned not in ("", "None", "NoReturn") else (),
        documentation[:2_000],
        tuple(name_of(one) for one in node.decorator_list),
        tuple(one.arg for one in takes if one.arg in secret),
    )


def _bare(annotation: ast.expr | None) -> ast.expr:
    """The type within ``Annotated[...]`` and ``Optional[...]``, which say more about it, and within ``X | None``."""
    while annotation is not None:
        if isinstance(annotation, ast.Subscript) and name_of(annotation.value) in ("Annotated", "Optional"):
            inner = annotation.slice
            annotation = inner.elts[0] if isinstance(inner, ast.Tuple) and inner.elts else inner
        elif isinstance(annotation, ast.BinOp) and isinstance(annotation.right, ast.Constant):
            annotation = annotation.left
        else:
            return annotation
    return ast.Constant(None)


def _written(annotation: ast.expr | None) -> str:
    """The type as the file writes it, without what ``Annotated`` adds; at most 300 characters."""
    if annotation is None:
        return ""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value[:300]
    if isinstance(annotation, ast.Subscript) and name_of(annotation.value) == "Annotated":
        annotation = _bare(annotation)
    try:
        return ast.unparse(annotation)[:300]
    except (RecursionError, ValueError):
        return ""


def _described(docstring: str) -> tuple[dict[str, str], str]:
    """What a docstring of Google's or Sphinx's style says of each parameter, and what stands before that."""
    lines = docstring[:_MAX_DOCSTRING].splitlines()
    head = next((number for number, line in enumerate(lines) if _PARAMETERS.match(line)), len(lines))
    found = [match for line in lines[head:] if (match := _PARAMETER.match(line))]
    return {match.group(1): match.group(2).strip() for match in reversed(found)}, "\n".join(lines[:head]).strip()


def _step(path: str, name: str) -> Step:
    return Step(f"{path}:{name}", name.replace("_", " ").strip(), "code", f"{path}: {name}", part=path, language="python")


def _steps(path: str, node: _Function) -> Iterator[Step]:
    """The function; within it what waits for a person and what handles an error."""
    whole = _step(path, node.name)
    yield whole
    seen: dict[str, int] = {}
    notable = [one for one in ast.walk(node) if isinstance(one, ast.Call | ast.ExceptHandler)]
    for inner in sorted(notable, key=lambda one: (one.lineno, one.col_offset)):
        kind, name = _notable(inner)
        if not kind:
            continue
        seen[name] = seen.get(name, 0) + 1
        number = f":{seen[name]}" if seen[name] > 1 else ""
        yield Step(f"{whole.id}:{name}{number}", name, kind, name, kind == "human", path, whole.id)


def _notable(node: ast.Call | ast.ExceptHandler) -> tuple[str, str]:
    """Kind and name of what within a function is a step of its own."""
    if isinstance(node, ast.ExceptHandler):
        named = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type] if node.type else []
        return "exception", f"except {', '.join(filter(None, map(name_of, named)))}".strip()
    if _asks(node.func):
        return "human", name_of(node.func)
    return "", ""


def _asks(called: ast.expr) -> bool:
    name = name_of(called)
    if isinstance(called, ast.Attribute):
        pattern = _ASKING_OF.get(name_of(called.value))
        return bool(pattern and pattern.fullmatch(name)) or (name in _ASKING and name != "input")
    return name in _ASKING
