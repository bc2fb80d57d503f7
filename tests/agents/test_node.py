"""The real JavaScript agent (@livekit/agents), with a language model of its own."""

import json
import os
import re
import signal
import time

import pytest
from harness import K, SLACK, wait_until

pytestmark = pytest.mark.real


def test_a_session_from_start_to_stop(node):
    started = node.start()
    assert started.err == f"Detected Node.js agent (agent.js in {node.project})\n"
    said = node.say("echo", "hello")
    assert (said.rc, said.out) == (0, "\n  ● You\n    echo hello\n\n  ● Agent\n    hello\n")
    stopped = node.agent("stop")
    assert (stopped.rc, stopped.out) == (0, "Session ended.\n")
    assert not node.agents() and not node.listening() and not node.box.daemons()


def test_nobody_there(node):
    said = node.say("hello")
    assert said.rc == 1
    assert said.err.startswith(
        f'no session running on 127.0.0.1:{node.port} (run "k agent start" first)'), repr(said)
    assert not node.listening() and node.agent("stop").rc == 1


def test_already_running(node):
    node.start()
    again = node.agent("start", "agent.js", cwd=node.project)
    assert again.rc == 1
    assert f"a session is already running on 127.0.0.1:{node.port}" in again.err
    assert node.say("echo still here").rc == 0


def test_tools(node):
    node.start()
    said = node.say("weather", "Wien")
    assert said.out == ('\n  ● You\n    weather Wien\n\n  ● function_tool: weather({"city":"Wien"})\n'
                        '    ✓ sonnig, 21 °C\n\n  ● Agent\n    tools said: "sonnig, 21 °C"\n')
    assert "✗ the disk is on fire\n" in node.say("broken").out
    empty = node.say("mute")
    assert empty.rc == 0 and "mute({})\n" in empty.out and "✓" not in empty.out
    assert "✓ slept 1500 ms\n" in node.say("slowtool", "1500").out
    turn = node.turn("parallel")
    calls = [e for e in turn["events"] if e["type"] == "tool_call"]
    assert sorted(c["name"] for c in calls) == ["broken", "slow", "slow", "weather"]
    assert all("output" in c for c in calls) and sum(c["is_error"] for c in calls) == 1
    assert turn["usage"][0]["model"] == "rules-1"


def test_handoff(node):
    node.start()
    said = node.say("handoff", "bye")
    assert said.rc == 0 and "● handoff: assistant → specialist\n" in said.out
    assert node.status()["agent_id"] == "specialist"


def test_silence_is_an_answer(node):
    node.start()
    turn = node.turn("silent")
    assert turn["silent"] is True and turn["reply"] == "" and "error" not in turn


def test_a_model_that_fails(node):
    node.start()
    said = node.say("fail", "badly")
    # The SDK tells the model's label alone; the agent's log has the cause, among lines that help nobody.
    assert said.rc == 1 and "✗ local.LLM\n" in said.out and "badly\n" in said.out, repr(said)
    assert "DEBUG" not in said.out, repr(said)
    turn = node.turn("fail", rc=1)
    assert turn["error"] and turn["reply"] == ""
    assert node.say("echo", "again").rc == 0


def test_metrics_and_logs_when_asked_for(node):
    node.start()
    assert re.search(r"    x\n    .*llm_ttft \d+ ms", node.say("--metrics", "echo", "x").out)
    assert "    │ lllll\n" in node.say("--logs", "log", "5").out
    plain = node.say("log", "5")
    assert "│" not in plain.out and "ms" not in plain.out
    turn = node.turn("--logs", "log", "5")
    assert "lllll" in turn["logs"]
    reply = [e for e in turn["events"] if e.get("role") == "assistant"][0]
    assert reply["metrics"]["llm_ttft"] >= 0


def test_a_large_reply(node):
    node.start()
    turn = node.turn("big", "1100000")
    assert turn["reply"] == "x" * 1_100_000


@pytest.mark.parametrize("what, words", [("exit 3", "exit status 3"), ("segv", "killed by signal 11")])
def test_a_crash_in_mid_turn(node, what, words):
    node.start()
    said = node.say(*what.split())
    assert said.rc == 1 and "agent exited" in said.err and words in said.err, repr(said)
    if what.startswith("exit"):
        assert "about to exit in mid-turn" in said.out
    wait_until(lambda: not node.agents() and not node.box.daemons(), 10, "everything to be gone")
    assert node.say("x").err.startswith("no session running")


def test_a_timeout_leaves_the_turn_running(node):
    node.start()
    said = node.say("-t", "1", "slow", "2500")
    assert said.rc == 124 and "timeout" in said.err, repr(said)
    second = node.say("echo", "too early")
    assert second.rc == 1 and "a turn is in progress" in second.err
    cell = re.search(r"km \S+ ([0-9a-f]{12}) -1", said.err).group(1)
    assert node.box.km(node.name, cell, "-1").rc == 0
    assert "slow reply" in node.box.poll(node.name, cell)["output"]


def test_an_interrupted_hang(node):
    node.start()
    fired = node.box.fire("hang", session=node.name)
    assert node.box.k("int", node.name).rc == 0
    result = node.box.poll(node.name, fired)
    assert result["status"] == "error" and result["output"] == "interrupted"
    # The SDK drops the interrupted turn when the next one comes.
    assert node.say("echo", "at once").out.endswith("    at once\n")
    # In a tool call it takes longer, and refuses the next one meanwhile.
    node.box.fire("slowtool 60000", session=node.name)
    wait_until(lambda: node.status()["agent_state"] == "thinking")
    assert node.box.k("int", node.name).rc == 0
    assert node.say("echo", "after the tool").out.endswith("    after the tool\n")
    node.agent("restart", cwd=node.project)
    assert node.say("echo", "back").out.endswith("    back\n")


def test_a_blocked_event_loop_does_not_block_us(node):
    node.start()
    node.box.fire("block 1500", session=node.name)
    assert node.status()["turn_in_progress"] is True
    assert node.box.k("status", node.name).rc == 0
    node.box.k("poll", "--wait", node.name)
    assert node.say("echo", "free").rc == 0


def test_a_long_log_line_does_not_block_the_agent(node):
    node.start()
    assert node.turn("log", "3000000")["reply"] == "logged"
    assert node.agent("logs").rc == 0


def test_stop_during_a_hung_turn(node):
    node.start()
    process = node.box.popen(K, "agent", "say", "hang")
    wait_until(lambda: node.status()["turn_in_progress"])
    assert node.agent("stop").out == "Session ended.\n"
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1, err
    assert not node.agents()


def test_the_agent_ends_the_call(node):
    node.start("agent.js", "--grace", "90")
    said = node.say("bye")
    assert said.rc == 0 and "end_call" in said.out, repr(said)
    wait_until(lambda: not node.agents() and not node.box.daemons(), 15, "the session to end")


def test_greeting_before_the_socket(node):
    started = node.start(env={"AGENT_GREETING": "Good day!"})
    said = started.out + node.say("echo", "x").out
    assert said.count("Good day!") == 1, said


def test_a_late_greeting_is_told_with_the_next_turn(node):
    gate = node.box.cwd / "gate"
    started = node.start(env={"AGENT_GREETING": "Good day!", "AGENT_GREETING_GATE": str(gate)})
    assert "Good day!" not in started.out
    gate.touch()
    wait_until(lambda: node.status()["unseen_events"] > 0 and "Good day!" in str(node.events()))
    turn = node.turn("echo", "x")
    earlier = [e for e in turn["events"] if e.get("earlier") and e["type"] == "message"]
    assert [e["text"] for e in earlier] == ["Good day!"] and turn["reply"] == "x"


@pytest.mark.parametrize("entry, why", [
    ("failing_import.js", "no-such-module-anywhere"), ("failing_entry.js", "the entry function failed")])
def test_a_start_that_fails(node, entry, why):
    result = node.agent("start", entry, cwd=node.project)
    assert result.rc == 1 and result.out == "" and why in result.err, repr(result)
    assert f"Detected Node.js agent ({entry} in" in result.err
    assert not node.agents() and not node.box.daemons() and not node.listening()


def test_entrypoint_not_found(node):
    result = node.agent("start", "nope.js", cwd=node.project)
    assert result.rc == 1 and "entrypoint file not found: nope.js" in result.err


def test_it_is_a_session_like_any_other(node):
    box = node.box
    node.start("agent.js", "--name", "bot")
    assert box.k("ls").out == "bot\n"
    assert box.k("run", "bot", "echo hi").out == "\n  ● Agent\n    hi\n"
    value = box.run("weather", session="bot")
    assert value["status"] == "done" and value["completion"] == "response"
    assert "✓ sunny" in value["output"] and "\x1b" not in value["output"]
    cell = box.fire("echo fired", session="bot")
    done = box.until_status(cell, "done", session="bot")
    assert done["output"] == "\n  ● Agent\n    fired"
    assert box.poll("bot", cell) == done
    assert box.km("bot", cell, "-1").lines[-1].startswith(f'{{"cell_id": "{cell}"')
    assert "fired" in box.k("history", "bot").out
    assert "\x1b[" in box.k("output", "--ansi", "bot", cell).out
    assert len(box.k("cells", "bot").lines) == 3
    assert box.k("kill", "bot").out == "OK killed bot\n"
    assert not node.agents() and box.k("ls").out == "no sessions\n"


def test_the_rest_of_the_verbs(node):
    node.start()
    node.say("weather")
    history = node.agent("history", "--json").json["items"]
    assert [i["type"] for i in history if i["type"] != "handoff"][-1] == "message"
    assert "tools said" in node.agent("history").out
    info = node.agent("info", "--json").json
    assert info["agent_id"] == "assistant" and "weather" in info["tools"] and info["sdk"] == "js"
    assert info["instructions"] == "Do what the user says."
    assert node.agent("usage", "--json").json["usage"][0]["output_tokens"] > 0
    assert "rules-1" in node.agent("usage").out
    status = node.status()
    assert list(status)[:10] == ["port", "pid", "project_dir", "entrypoint", "project_type", "started_at",
                                 "uptime_seconds", "turns", "turn_in_progress", "agent_state"]
    assert status["turns"] == 1 and status["port"] == node.port
    assert len(node.agent("logs", "-n", "3").lines) == 3
    restarted = node.agent("restart")
    assert restarted.rc == 0 and restarted.out.startswith("Session restarted.\n"), repr(restarted)
    assert node.turn("count")["reply"] == "turn 1"


@pytest.mark.parametrize("words", [("daemon",), ("debugger",), ("dbg",), ("session",)])
def test_the_names_of_the_reference(node, words):
    node.start()
    assert node.agent(*words, "say", "echo", "x").rc == 0
    assert node.agent(*words, "end" if words == ("session",) else "stop").out == "Session ended.\n"
    refused = node.agent(*words, "serve")
    assert refused.rc != 0 and "internal entrypoint" in refused.err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_the_agent_dies_with_its_daemon(node, number):
    node.start()
    os.kill(node.box.daemon(), number)
    wait_until(lambda: not node.box.processes(), 15, "daemon and agent to be gone")
    node.start()
    assert node.say("echo", "again").rc == 0


def test_a_killed_agent_ends_the_session(node):
    node.start()
    for pid in node.agents():
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not node.box.processes(), 15, "the daemon to be gone")


def test_runtime_arguments_and_shutdown(node):
    node.start("agent.js", "--", "--title=kept-test")
    titles = [open(f"/proc/{p}/cmdline", "rb").read() for p in node.agents()]
    assert any(b"kept-test" in t for t in titles)


def test_shutdown_callbacks_get_their_grace_and_no_more_is_used(box, node):
    # A callback that takes a second, and far more grace than that: its end is not cut off, and the stop comes with it.
    file = box.cwd / "shut-down"
    env = {"AGENT_SHUTDOWN_MS": "1200", "AGENT_SHUTDOWN_FILE": str(file)}
    assert node.agent("start", "agent.js", "--grace", "90", cwd=node.project, env=env).rc == 0
    assert node.say("echo", "x").rc == 0
    began = time.monotonic()
    assert node.agent("stop").rc == 0 and not node.agents()
    assert file.read_text() == "shut down"
    assert 1.2 < time.monotonic() - began < 30 * SLACK


def test_an_agent_that_ends_itself_is_not_cut_short_by_a_stop(box, node):
    """Once it is ending, the SDK has no handler for SIGINT any more."""
    file = box.cwd / "shut-down"
    env = {"AGENT_SHUTDOWN_MS": "2000", "AGENT_SHUTDOWN_FILE": str(file)}
    assert node.agent("start", "agent.js", "--grace", "90", cwd=node.project, env=env).rc == 0
    agent = json.loads((box.state / node.name / "session.json").read_text())["child_pid"]
    assert node.say("bye").rc == 0

    def is_ending():
        caught = re.search(r"SigCgt:\s*(\w+)", open(f"/proc/{agent}/status").read()).group(1)
        return not int(caught, 16) & 1 << signal.SIGINT - 1

    wait_until(is_ending, 20, "the agent to be ending")
    assert node.agent("stop").rc == 0 and not node.agents()
    assert file.read_text() == "shut down"


def test_the_agent_has_the_node_options_of_its_user(node):
    node.start()
    assert node.turn("env", "NODE_OPTIONS")["reply"] == "not set"
    node.agent("stop")
    node.start(env={"NODE_OPTIONS": "--no-deprecation"})
    assert node.turn("env", "NODE_OPTIONS")["reply"] == "--no-deprecation"


def test_without_grace_nothing_is_waited_for(box, node):
    file = box.cwd / "shut-down"
    node.start(env={"AGENT_SHUTDOWN_MS": "30000", "AGENT_SHUTDOWN_FILE": str(file)})
    assert node.agent("stop").rc == 0 and not node.agents()
    assert not file.exists()


def test_idle_timeout(node):
    node.start("agent.js", "--idle-timeout", "1")
    wait_until(lambda: not node.box.processes(), 20, "the idle session to end")
