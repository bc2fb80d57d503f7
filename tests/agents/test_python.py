"""The real Python agent (livekit-agents): what the JavaScript one does, the core of it."""

import pytest
from harness import wait_until

pytestmark = pytest.mark.real


def test_a_session_from_start_to_stop(python):
    started = python.start()
    assert started.err == f"Detected Python agent (agent.py in {python.project})\n"
    said = python.say("echo", "hello")
    assert (said.rc, said.out) == (0, "\n  ● You\n    echo hello\n\n  ● Agent\n    hello\n"), repr(said)
    weather = python.say("weather", "Wien")
    assert "✓ sonnig, 21 °C\n" in weather.out and weather.rc == 0
    assert python.turn("silent")["silent"] is True
    failed = python.turn("fail", "overloaded", rc=1)
    assert "overloaded" in failed["error"]
    assert "● handoff: assistant → specialist" in python.say("handoff", "x").out
    assert python.agent("info", "--json").json["sdk"] == "python"
    assert python.agent("stop").out == "Session ended.\n"
    assert not python.box.processes() and not python.listening()


def test_crash_and_failed_starts(python):
    python.start()
    said = python.say("exit", "4")
    assert said.rc == 1 and "exit status 4" in said.err, repr(said)
    wait_until(lambda: not python.box.processes(), 15)
    for entry, why in (("failing_import.py", "no_such_module_anywhere"),
                       ("failing_entry.py", "the entry function failed")):
        result = python.agent("start", entry, cwd=python.project)
        assert result.rc == 1 and why in result.err, repr(result)
    assert not python.box.processes()


def test_large_reply_and_greeting(python):
    started = python.start(env={"AGENT_GREETING": "Good day!"})
    turn = python.turn("big", "1100000")
    assert turn["reply"] == "x" * 1_100_000
    assert ("Good day!" in started.out) != any(e.get("text") == "Good day!" for e in turn["events"])


def test_shutdown_callbacks_get_their_grace(box, python):
    file = box.cwd / "shut-down"
    python.start("agent.py", "--grace", "20",
                 env={"AGENT_SHUTDOWN_MS": "1200", "AGENT_SHUTDOWN_FILE": str(file)})
    assert python.agent("stop").rc == 0 and not python.agents()
    assert file.read_text() == "shut down"


def test_an_interrupted_turn_gives_way(python):
    python.start()
    for what in ("hang", "slowtool 60000"):
        python.box.fire(what, session=python.name)
        wait_until(lambda: python.status()["agent_state"] == "thinking")
        assert python.box.k("int", python.name).rc == 0
        assert python.say("echo", "next").out.endswith("    next\n")


def test_named_session(python):
    python.start("agent.py", "--name", "py")
    assert python.box.k("run", "py", "echo hi").out == "\n  ● Agent\n    hi\n"
    assert python.box.k("kill", "py").rc == 0
    assert not python.box.processes()
