"""The sandbox of tests/e2e, with agents in it: real ones, set up by `setup`, and the scripted one."""

import importlib.util
import itertools
import json
import os
import socket
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
E2E = HERE.parent / "e2e"
sys.path.insert(0, str(E2E))
pytest.register_assert_rewrite("harness")

# The sandbox fixture and the count of leftovers are the same ones.
_spec = importlib.util.spec_from_file_location("kept_e2e_conftest", E2E / "conftest.py")
_shared = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_shared)
pytest_sessionstart = _shared.pytest_sessionstart
pytest_sessionfinish = _shared.pytest_sessionfinish
box = _shared.box

from harness import K, PYTHON, REPO, processes_with, wait_until  # noqa: E402

AGENTS = Path(os.environ.get("KEPT_AGENTS") or REPO / "build" / "agents")
NODE, PYTHON_AGENT = AGENTS / "node", AGENTS / "python"

_ports = itertools.count()


def free_port():
    """A port that nobody listens on; each worker and test takes from its own stretch."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0)
    while True:
        port = 20000 + worker * 1000 + next(_ports) % 1000
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class AgentBox:
    """A sandbox and one agent session in it, by port or by name."""

    def __init__(self, box, port):
        self.box, self.port = box, port
        self.box.env["LK_SESSION_PORT"] = str(port)
        self.name = f"agent-{port}"

    def agent(self, *args, **options):
        return self.box.k("agent", *map(str, args), **options)

    def start(self, *args, **options):
        result = self.agent("start", *args, **options)
        assert result.rc == 0, repr(result)
        assert result.out.startswith(
            'Session started. Use `k agent say "..."` to talk, `k agent stop` to stop.\n'), repr(result)
        return result

    def say(self, *args, **options):
        return self.agent("say", *args, **options)

    def turn(self, *text, rc=0, **options):
        """`say --json`, which has to exit with `rc`."""
        result = self.agent("say", "--json", *text, **options)
        assert result.rc == rc, repr(result)
        return result.json

    def status(self, *args):
        result = self.agent("status", "--json", *args)
        assert result.rc == 0, repr(result)
        return result.json

    def events(self, *args):
        result = self.agent("events", *args)
        assert result.rc == 0, repr(result)
        return [json.loads(line) for line in result.lines]

    def agents(self):
        """The pids of everything that the daemons have started."""
        daemons = set(self.box.daemons())
        return [pid for pid in self.box.processes() if pid not in daemons
                and pid not in {p.pid for p in self.box.started}]

    def listening(self):
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class FakeBox(AgentBox):
    """With the scripted agent as a Python project: its interpreter is a script that runs fake_agent.py."""

    def __init__(self, box, port):
        super().__init__(box, port)
        self.project = box.cwd / "project"
        venv = self.project / ".venv"
        (venv / "bin").mkdir(parents=True)
        info = venv / "lib" / "python3.11" / "site-packages" / "livekit_agents-1.9.9.dist-info"
        info.mkdir(parents=True)
        (self.project / "requirements.txt").write_text("livekit-agents\n")
        (self.project / "agent.py").write_text("# the scripted agent\n")
        python = venv / "bin" / "python"
        python.write_text(
            "#!/bin/sh\n"
            'printf "%s\\n" "$*" > "$0.args"\n'
            'while [ "$1" != --connect-addr ]; do shift; done\n'
            f'exec {PYTHON} {HERE / "fake_agent.py"} "$1" "$2"\n')
        python.chmod(0o755)

    def start(self, scenario="plain", *args, **options):
        options["env"] = {"FAKE_AGENT": scenario, **options.get("env", {})}
        return super().start(*args, cwd=self.project, **options)

    def try_start(self, scenario, *args, **options):
        options["env"] = {"FAKE_AGENT": scenario, **options.get("env", {})}
        return self.agent("start", *args, cwd=self.project, **options)

    def arguments(self):
        """What the interpreter was called with."""
        return (self.project / ".venv" / "bin" / "python.args").read_text().split()


@pytest.fixture
def fake(box):
    return FakeBox(box, free_port())


@pytest.fixture
def node(box):
    """The real JavaScript agent, not yet started: start("agent.js", …)."""
    if not (NODE / ".installed").is_file():
        pytest.skip("no @livekit/agents: run tests/agents/setup with npm in reach")
    it = AgentBox(box, free_port())
    it.project = NODE
    start = it.start
    it.start = lambda entry="agent.js", *args, **options: start(
        entry, "--grace", "0", *args, cwd=NODE, **options)
    return it


@pytest.fixture
def python(box):
    """The real Python agent, not yet started."""
    if not (PYTHON_AGENT / ".venv" / "bin" / "python").exists():
        pytest.skip("no livekit-agents: run tests/agents/setup with a package index in reach")
    it = AgentBox(box, free_port())
    it.project = PYTHON_AGENT
    start = it.start
    it.start = lambda entry="agent.py", *args, **options: start(
        entry, *args, cwd=PYTHON_AGENT, **options)
    return it
