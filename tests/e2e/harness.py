"""What the end-to-end tests share: a private sandbox per test, and bounded waiting."""

from __future__ import annotations

import collections
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
BIN = Path(os.environ.get("KEPT_BIN") or REPO / "build" / "release").resolve()
K, KM, KEPT = (str(BIN / name) for name in ("k", "km", "kept"))
PYTHON = "/usr/bin/python3"
HERE = Path(__file__).resolve().parent
PROGRAMS = HERE / "programs"

# Stretches every bound; for instrumented builds and slow machines.
SLACK = float(os.environ.get("KEPT_E2E_SLACK", "1"))
POLL_SECONDS = 0.02
NOBODY = 65534
# Not the caller's: it may name directories that another uid cannot look into, or stand-ins for python3.
SYSTEM_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# A foreground program that has certainly been started once the file `up` is there.
ENDLESS = "sh -c 'touch up; exec sleep 1000'"

RUN_VAR = "KEPT_E2E_RUN"
# Everything that a test starts carries these in its environment, which is how leftovers are found.
RUN_MARK, BOX_MARK = "KEPT_E2E_IN_RUN", "KEPT_E2E_BOX"

CELL_ID = re.compile(r"[0-9a-f]{12}")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")


def wait_until(condition, timeout=20.0, what="the condition"):
    """Poll `condition` until it gives something true, and return that; fail after `timeout`."""
    deadline = time.monotonic() + timeout * SLACK
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {timeout * SLACK:g} s for {what}; last value: {value!r}")
        time.sleep(POLL_SECONDS)


def processes_with(variable, value):
    """The pids whose environment at exec had variable=value; zombies have none."""
    wanted = f"{variable}={value}".encode()
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        try:
            environ = Path("/proc", entry, "environ").read_bytes()
        except OSError:
            continue
        if wanted in environ.split(b"\0"):
            found.append(int(entry))
    return found


def describe(pid):
    try:
        words = Path("/proc", str(pid), "cmdline").read_bytes().rstrip(b"\0").split(b"\0")
        return f"{pid}: {b' '.join(words).decode(errors='replace')[:200]}"
    except OSError:
        return f"{pid}: gone"


def refusal(line, **keys):
    """A failure's JSON: exactly these keys first, in this order, and then at most a hint."""
    value = parse_json(line.rstrip("\n"))
    hint = value.pop("hint", "hint")
    return line.endswith("\n") and list(value.items()) == list(keys.items()) and bool(hint)


def parse_json(line):
    """One JSON object, laid out as the contract says: a space after ':' and ',', non-ASCII as itself."""
    value = json.loads(line)
    assert json.dumps(value, ensure_ascii=False) == line, "JSON spacing or escapes"
    return value


class Result:
    """What a finished command left behind."""

    def __init__(self, args, returncode, stdout, stderr, pid):
        self.args, self.rc, self.raw, self.raw_err, self.pid = args, returncode, stdout, stderr, pid

    @property
    def out(self):
        return self.raw.decode("utf-8", "surrogateescape")

    @property
    def err(self):
        return self.raw_err.decode("utf-8", "surrogateescape")

    @property
    def lines(self):
        return self.out.splitlines()

    @property
    def json(self):
        assert self.out.endswith("\n") and self.out.count("\n") == 1, f"not one line: {self!r}"
        return parse_json(self.out[:-1])

    def __repr__(self):
        def short(data):
            return data if len(data) < 2000 else data[:900] + b" ... " + data[-900:]

        words = [str(a)[:120] for a in self.args]
        return f"{words} -> exit {self.rc}\nstdout: {short(self.raw)!r}\nstderr: {short(self.raw_err)!r}"


class Box:
    """One test's world: runtime dir, state dir, home and working directory of its own."""

    def __init__(self, root, uid=None):
        self.root = Path(root)
        self.uid = uid
        self.run_dir = self.root / "r"
        self.state = self.root / "s"
        self.home = self.root / "h"
        self.cwd = self.root / "w"
        self.started = []
        self.recent = collections.deque(maxlen=6)
        self.extra_dirs = []
        for directory in (self.root, self.home, self.cwd):
            directory.mkdir(mode=0o755, exist_ok=True)
            if uid is not None:
                os.chown(directory, uid, uid)
        keep = ("LANG", "LC_ALL", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS")
        self.env = {name: os.environ[name] for name in keep if name in os.environ}
        self.env[RUN_MARK] = os.environ.get(RUN_VAR, "")
        self.env[BOX_MARK] = str(self.root)
        self.env.update(
            KEPT_DIR=str(self.run_dir), KEPT_STATE=str(self.state), HOME=str(self.home),
            LANG=self.env.get("LANG", "C.UTF-8"), USER="tester", PATH=SYSTEM_PATH,
        )

    # Starting things

    def argv(self, *args):
        words = list(args)
        if self.uid is not None:
            words = ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}", "--clear-groups", *words]
        return words

    def popen(self, *args, env=None, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("stdout", subprocess.PIPE)
        options.setdefault("stderr", subprocess.PIPE)
        options.setdefault("cwd", self.cwd)
        process = subprocess.Popen(self.argv(*args), env=self.env | (env or {}), **options)
        self.started.append(process)
        return process

    def call(self, *args, stdin=None, timeout=90, **options):
        """Run a command to its end; a hang is a failure."""
        if stdin is not None:
            options["stdin"] = subprocess.PIPE
            stdin = stdin.encode() if isinstance(stdin, str) else stdin
        process = self.popen(*args, **options)
        try:
            out, err = process.communicate(stdin, timeout=timeout * SLACK)
        except subprocess.TimeoutExpired:
            process.kill()
            out, err = process.communicate()
            result = Result(args, process.returncode, out or b"", err or b"", process.pid)
            raise AssertionError(f"still not back after {timeout * SLACK:g} s: {result!r}") from None
        result = Result(args, process.returncode, out or b"", err or b"", process.pid)
        self.recent.append(result)
        return result

    def k(self, *args, **options):
        return self.call(K, *args, **options)

    def km(self, *args, **options):
        return self.call(KM, *args, **options)

    # The verbs most tests go through

    def new(self, name="s", *words, **options):
        """`k new`, which has to succeed. Options for k come first among the words."""
        own = []
        words = list(words)
        while words and words[0].startswith("--"):
            own.append(words.pop(0))
            if "=" not in own[-1]:
                own.append(words.pop(0))
        result = self.k("new", *own, name, *words, **options)
        assert result.rc == 0 and result.out.startswith(f"OK {name}"), repr(result)
        return name

    def run(self, code, *options, session="s", timeout=30, **more):
        """`k run -j`: the JSON of a cell that ended, with whatever status."""
        result = self.k("run", "-j", "-t", str(timeout), *options, session, code, **more)
        value = result.json
        assert result.rc == (1 if value["status"] == "error" else 0), repr(result)
        return value

    def done(self, code, *options, **more):
        """`k run -j`: the JSON of a cell that is done."""
        value = self.run(code, *options, **more)
        assert value["status"] == "done", value
        return value

    def output(self, code, *options, **more):
        return self.done(code, *options, **more)["output"]

    def fire(self, code, *options, session="s"):
        result = self.k("fire", *options, session, code)
        assert result.rc == 0, repr(result)
        assert list(result.json)[:2] == ["cell_id", "status"] and result.json["status"] == "fired"
        assert CELL_ID.fullmatch(result.json["cell_id"])
        return result.json["cell_id"]

    def poll(self, *args):
        return self.k("poll", *args).json

    def until_status(self, cell, *wanted, session="s", timeout=20):
        """Poll until the cell has one of the wanted states."""

        def look():
            value = self.poll(session, cell)
            return value if value["status"] in wanted else None

        return wait_until(look, timeout, f"cell {cell} to be {' or '.join(wanted)}")

    # Looking at processes

    def processes(self):
        return processes_with(BOX_MARK, self.root)

    def daemons(self, session=None):
        """Pids of daemons: our binary, running `serve`."""
        found = []
        for pid in self.processes():
            try:
                words = Path("/proc", str(pid), "cmdline").read_bytes().split(b"\0")
                exe = os.readlink(f"/proc/{pid}/exe").removesuffix(" (deleted)")
            except OSError:
                continue
            if Path(exe) != Path(KEPT).resolve() or b"serve" not in words[1:]:
                continue
            if session is None or session.encode() in words:
                found.append(pid)
        return found

    def daemon(self, session=None):
        pids = self.daemons(session)
        assert len(pids) == 1, f"expected one daemon, found {[describe(p) for p in pids]}"
        return pids[0]

    def kill_daemon(self, session=None):
        pid = self.daemon(session)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: pid not in self.daemons(), 20, "the killed daemon to be gone")

    def socket(self, session="s"):
        """A raw connection to a session's control socket."""
        peer = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        peer.settimeout(20 * SLACK)
        peer.connect(str(self.run_dir / f"{session}.sock"))
        return peer

    # Files for the program under test

    def write(self, name, text, mode=0o644):
        path = self.cwd / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        path.chmod(mode)
        if self.uid is not None:
            os.chown(path, self.uid, self.uid)
        return path

    # The end

    def evidence(self):
        """What to show when the test failed: the last commands, and the end of each session's events."""
        parts = [repr(result) for result in self.recent]
        for events in sorted(self.state.glob("*/events.ndjson")):
            parts.append(f"{events.parent.name}: ... {events.read_bytes()[-1500:].decode(errors='replace')}")
        return "\n".join(parts)

    def sessions(self):
        names = set()
        for directory in (self.run_dir, self.state, *self.extra_dirs):
            if directory.is_dir():
                for entry in directory.iterdir():
                    names.add(entry.name.removesuffix(".sock").removesuffix(".lock"))
        return {n for n in names if re.fullmatch(r"[A-Za-z0-9_.-]+", n)}

    def close(self):
        """Kill what the test left, and say which processes did not go with their session."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait(timeout=30)
            for stream in (process.stdin, process.stdout, process.stderr):
                if stream:
                    stream.close()
        problems = []
        for name in sorted(self.sessions()):
            result = self.k("kill", name)
            if result.rc != 0 or result.out != f"OK killed {name}\n":
                problems.append(f"kill: {result!r}")
        try:
            wait_until(lambda: not self.processes(), 15, "the processes of this test to end")
        except AssertionError:
            problems += [f"left running: {describe(pid)}" for pid in self.processes()]
            for pid in self.processes():
                try:
                    os.kill(pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
        shutil.rmtree(self.root, ignore_errors=True)
        return problems


def toy(prompt="toy> ", *options):
    """Command words for the small line-oriented program of these tests."""
    return [PYTHON, str(PROGRAMS / "toy.py"), *options, prompt]


def collect(process, want, timeout=20):
    """Read lines of a running process's stdout in the background until `want(lines)` is true."""
    lines = getattr(process, "collected", None)
    if lines is None:
        lines = process.collected = []
        os.set_blocking(process.stdout.fileno(), False)
        process.tail = b""

    def look():
        while True:
            try:
                data = os.read(process.stdout.fileno(), 65536)
            except BlockingIOError:
                break
            if not data:
                break
            *whole, process.tail = (process.tail + data).split(b"\n")
            lines.extend(line.decode("utf-8", "replace") for line in whole)
        return want(lines)

    wait_until(look, timeout, "output of the background process")
    return lines
