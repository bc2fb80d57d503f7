"""The real Python agent (livekit-agents): what the JavaScript one does, the core of it."""

import pytest
from harness import K, wait_until

pytestmark = pytest.mark.real


def test_a_session_from_start_to_stop(python):
    started = python.start()
    assert started.err == f"Detected Python agent (agent.py in {python.project})\n"
    said = python.say("echo", "hello")
    assert (said.rc, said.out) == (0, "\n  ● You\n    echo hello\n\n  ● Agent\n    hello\n"), repr(said)
    weather = python.say("weather", "Wien")
    assert "✓ sonnig, 21 °C\n" in weather.out and weather.rc == 0
    assert python.turn("silent")["silent"] is True
    failed = python.say("fail", "overloaded")
    assert failed.rc == 1 and "overloaded" in failed.err and "│ " in failed.out, repr(failed)
    assert "DEBUG" not in failed.out, repr(failed)
    assert "● handoff: assistant → specialist" in python.say("handoff", "x").out
    assert python.agent("info", "--json").json["sdk"] == "python"
    assert python.agent("stop").out == "Session ended.\n"
    assert not python.box.processes() and not python.listening()


def test_tools(python):
    python.start()
    assert "✗ the disk is on fire\n" in python.say("broken").out
    empty = python.say("mute")
    assert empty.rc == 0 and "mute({})\n" in empty.out and "✓" not in empty.out, repr(empty)
    assert "✓ slept 1500 ms\n" in python.say("slowtool", "1500").out
    turn = python.turn("parallel")
    calls = [e for e in turn["events"] if e["type"] == "tool_call"]
    assert sorted(c["name"] for c in calls) == ["broken", "slow", "slow", "weather"], turn
    assert all("output" in c for c in calls) and sum(c["is_error"] for c in calls) == 1


def test_slow_and_blocked(python):
    python.start()
    said = python.say("-t", "1", "slow", "2500")
    assert said.rc == 124 and "timeout" in said.err, repr(said)
    second = python.say("echo", "too early")
    assert second.rc == 1 and "a turn is in progress" in second.err
    assert "slow reply" in python.box.k("poll", "--wait", python.name).out
    python.box.fire("block 1500", session=python.name)
    assert python.status()["turn_in_progress"] is True
    python.box.k("poll", "--wait", python.name)
    assert python.turn("log", "3000000")["reply"] == "logged"


def test_stop_during_a_hung_turn(python):
    python.start()
    process = python.box.popen(K, "agent", "say", "hang")
    wait_until(lambda: python.status()["turn_in_progress"])
    assert python.agent("stop").out == "Session ended.\n" and not python.agents()
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1, err


def test_the_agent_ends_the_call(python):
    python.start()
    said = python.say("bye")
    assert said.rc == 0 and "end_call" in said.out, repr(said)
    wait_until(lambda: not python.box.processes(), 30, "the session to end")


def test_callbacks_of_an_agent_that_ends_itself(box, python):
    file = box.cwd / "shut-down"
    python.start(env={"AGENT_SHUTDOWN_MS": "1500", "AGENT_SHUTDOWN_FILE": str(file)})
    assert python.say("bye").rc == 0
    assert python.agent("stop").rc == 0 and not python.agents()
    assert file.read_text() == "shut down"


@pytest.mark.parametrize("what, words", [("exit 4", "exit status 4"), ("segv", "killed by signal 11")])
def test_a_crash_in_mid_turn(python, what, words):
    python.start()
    said = python.say(*what.split())
    assert said.rc == 1 and "agent exited" in said.err and words in said.err, repr(said)
    wait_until(lambda: not python.box.processes(), 15)


def test_failed_starts(python):
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
