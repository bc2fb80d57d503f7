"""fire, poll, int and kill: the life of a cell as its callers see it."""

import json
import os
import signal
import subprocess
import time

import pytest
from harness import CELL_ID, K, SLACK, describe, refusal, wait_until


def test_fire_says_fired(bash):
    out = bash.k("fire", "s", "echo hello").out
    cell = out.split('"')[3]
    assert CELL_ID.fullmatch(cell)
    assert out == f'{{"cell_id": "{cell}", "status": "fired"}}\n'


def test_poll_running_then_done(bash):
    cell = bash.fire("until [ -e gate ]; do sleep 0.05; done; echo through")
    running = bash.k("poll", "s", cell)
    assert running.rc == 0 and list(running.json)[:2] == ["cell_id", "status"], repr(running)
    assert running.json["status"] == "running" and running.json["cell_id"] == cell
    assert bash.poll("s")["cell_id"] == cell
    bash.write("gate", "")
    value = bash.until_status(cell, "done")
    assert list(value)[:3] == ["cell_id", "status", "output"]
    assert value["output"] == "through" and value["exit_code"] == 0


def test_results_can_be_read_again(bash):
    cell = bash.fire("echo once; false")
    first = bash.until_status(cell, "done")
    assert bash.poll("s", cell) == first
    assert bash.poll("s") == first
    bash.done("echo other")
    assert bash.poll("s", cell) == first
    assert bash.poll("s")["output"] == "other"


def test_poll_waits_for_the_end_or_for_a_question(bash):
    """What a loop of send and poll needs: neither a hang at the next question, nor an answer before anything happened."""
    asked = bash.run('read -p "A? " a; sleep 0.2; read -p "B? " b; echo "$a$b"')
    assert asked["input"]["prompt"] == "A? "
    bash.k("send", "s", "1")
    asked = bash.poll("s", "--wait")
    assert (asked["status"], asked["input"]["prompt"]) == ("waiting", "B? ")
    assert bash.poll("s", "--wait")["status"] == "waiting", "it waits still, so there is nothing to wait for"
    late = bash.popen(K, "poll", "--through", "-t", "60", "s")
    bash.k("send", "s", "2")
    out, _ = late.communicate(timeout=30 * SLACK)
    assert json.loads(out)["output"].endswith("\n12")


def test_poll_waits_as_long_as_it_is_told(bash):
    """Also for a cell whose own timeout its starter has been told of."""
    late = bash.run("until [ -e gate ]; do sleep 0.05; done; echo through", timeout=1)
    assert late["status"] == "timeout"
    began = time.monotonic()
    assert bash.poll("s", "-t", "1")["status"] == "timeout"
    assert time.monotonic() - began > 0.9
    waiting = bash.popen(K, "poll", "-t", "60", "s")
    wait_until(lambda: bash.k("status", "--json", "s").json, 5)
    bash.write("gate", "")
    out, _ = waiting.communicate(timeout=30 * SLACK)
    assert (json.loads(out)["status"], json.loads(out)["output"]) == ("done", "through")
    for wrong in ("0", "-1", "soon"):
        assert bash.k("poll", "-t", wrong, "s").rc != 0


def test_a_run_can_be_polled(bash):
    value = bash.done("echo x")
    assert bash.poll("s", value["cell_id"]) == value


def test_poll_without_any_cell(bash):
    result = bash.k("poll", "s")
    assert result.rc == 1 and refusal(result.out, status="error", output="no active cell on 's'"), repr(result)


def test_poll_unknown_cell(bash):
    result = bash.k("poll", "s", "0123456789ab")
    assert result.rc == 1, repr(result)
    assert refusal(result.out, cell_id="0123456789ab", status="error", output="unknown cell"), repr(result)


def test_poll_and_fire_on_an_unknown_session(box):
    for verb in (["poll", "nope"], ["fire", "nope", "true"]):
        result = box.k(*verb)
        assert result.rc == 1 and refusal(result.out, status="error", output="no session 'nope'"), repr(result)


def test_a_second_cell_is_refused_without_side_effect(bash):
    cell = bash.fire("until [ -e gate ]; do sleep 0.05; done; echo first")
    for verb in (["fire"], ["run", "-j"]):
        result = bash.k(*verb, "s", "touch intruder")
        assert result.rc == 1 and refusal(result.out, status="error", output=f"active cell '{cell}'"), repr(result)
    text = bash.k("run", "s", "touch intruder")
    assert (text.rc, text.out) == (1, f"active cell '{cell}'\n") and text.err, repr(text)
    bash.write("gate", "")
    assert bash.until_status(cell, "done")["output"] == "first"
    assert bash.output("ls") == "gate"


# Timeouts


def test_timeout_keeps_the_cell(bash):
    result = bash.k("run", "-j", "-t", "1", "s", "echo early; until [ -e gate ]; do sleep 0.05; done; echo late")
    value = result.json
    assert result.rc == 0 and list(value)[:3] == ["cell_id", "status", "output"], repr(result)
    assert (value["status"], value["output"], value["partial"]) == ("timeout", "", "early")
    cell = value["cell_id"]
    again = bash.k("poll", "s", cell)
    assert again.rc == 1, repr(again)
    assert (again.json["status"], again.json["output"]) == ("timeout", "use k int or k kill")
    assert bash.k("fire", "s", "true").json["output"] == f"active cell '{cell}'"
    bash.write("gate", "")
    done = bash.until_status(cell, "done")
    assert done["output"] == "early\nlate"
    assert bash.output("echo next") == "next"


def test_timeout_in_text_mode_says_what_to_do(bash):
    result = bash.k("run", "-t", "1", "s", "sleep 100")
    assert result.rc == 0, repr(result)
    assert "k int" in result.err or "k poll" in result.err, repr(result)


def test_fired_timeout_is_reported_once_then_points_on(bash):
    cell = bash.k("fire", "-t", "1", "s", "sleep 100").json["cell_id"]
    seen = []

    def ended():
        result = bash.k("poll", "s", cell)
        if result.json["status"] != "running":
            seen.append(result)
        return seen

    first = wait_until(ended, what="the timeout")[0]
    assert first.rc == 0 and (first.json["status"], first.json["output"]) == ("timeout", ""), repr(first)
    second = bash.k("poll", "s", cell)
    assert second.rc == 1 and second.json["output"] == "use k int or k kill", repr(second)


@pytest.mark.parametrize("text", ["0", "-1", "0.5", "abc", "", "1e3", "99999999999999999999"])
@pytest.mark.parametrize("verb", ["run", "fire"])
def test_bad_timeouts(bash, verb, text):
    result = bash.k(verb, "-t", text, "s", "touch touched")
    assert (result.rc, result.out) == (1, "ERR -t must be a positive integer\n"), repr(result)
    assert bash.output("ls") == ""


# int


def test_int_ends_the_cell(bash):
    value = bash.run("echo begun; sleep 100", timeout=1)
    assert value["status"] == "timeout"
    result = bash.k("int", "s")
    assert (result.rc, result.out) == (0, "OK\n"), repr(result)
    after = bash.until_status(value["cell_id"], "error")
    assert after["output"] == "interrupted"
    assert bash.k("poll", "s", value["cell_id"]).rc == 1
    assert bash.output("echo next") == "next"


def test_int_wakes_a_waiting_run(bash):
    process = bash.popen(K, "run", "-j", "-t", "60", "s", "sleep 100")
    wait_until(lambda: bash.poll("s").get("status") == "running", what="the cell to be active")
    assert bash.k("int", "s").out == "OK\n"
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert b'"status": "error", "output": "interrupted"' in out


def test_int_of_a_loop_of_commands(bash):
    cell = bash.fire("while true; do sleep 0.02; done")
    wait_until(lambda: "running" in bash.poll("s", cell)["status"])
    assert bash.k("int", "s").out == "OK\n"
    assert bash.until_status(cell, "error")["output"] == "interrupted"
    assert bash.output("echo next") == "next"


def test_last_words_of_an_interrupted_program_stay_in_its_cell(bash):
    cell = bash.fire("sh -c 'trap \"sleep 0.3; echo bye; exit 5\" INT; touch up; while :; do sleep 0.05; done'")
    wait_until(lambda: (bash.cwd / "up").exists(), what="the program to be up")
    bash.k("int", "s")
    assert bash.until_status(cell, "error")["output"] == "interrupted"
    assert bash.output("echo clean") == "clean"
    assert "bye" in bash.k("output", "s", cell).out


def test_int_on_an_idle_session_harms_nothing(bash):
    bash.done("X=kept")
    assert bash.k("int", "s").out == "OK\n"
    assert bash.output("echo $X") == "kept"


def test_int_without_a_session(box):
    result = box.k("int", "nope")
    assert result.rc == 1 and result.out.startswith("ERR"), repr(result)


def test_a_program_immune_to_ctrl_c_stays_active(bash):
    cell = bash.fire("sh -c 'trap \"\" INT; touch up; until [ -e gate ]; do sleep 0.05; done; echo survived'")
    wait_until(lambda: (bash.cwd / "up").exists(), what="the program to be up")
    result = bash.k("int", "s")
    assert (result.rc, result.out) == (1, "ERR interrupt failed; use k kill\n"), repr(result)
    assert result.err, "a hint about --kill belongs on stderr"
    assert bash.k("run", "-j", "s", "true").json["output"] == f"active cell '{cell}'"
    bash.write("gate", "")
    bash.until_status(cell, "done", "error")
    assert bash.output("echo next") == "next"


def test_int_kill_escalates_to_the_foreground_group(bash):
    cell = bash.fire("sh -c 'trap \"\" INT TERM; echo $$ > pid; while :; do sleep 0.05; done'")
    pid = wait_until(lambda: (bash.cwd / "pid").exists() and (bash.cwd / "pid").read_text().strip())
    result = bash.k("int", "--kill", "s")
    assert result.rc == 0, repr(result)
    assert bash.until_status(cell, "error")["output"] == "interrupted"
    assert not os.path.exists(f"/proc/{pid}"), describe(pid)
    assert bash.output("echo next") == "next"


# kill


def test_kill_ends_everything(bash):
    cell = bash.fire("sleep 1000")
    assert CELL_ID.fullmatch(cell)
    result = bash.k("kill", "s")
    assert (result.rc, result.out) == (0, "OK killed s\n"), repr(result)
    wait_until(lambda: not bash.processes(), what="all processes of the session to end")
    assert bash.k("run", "-j", "s", "true").json["output"] == "no session 's'"
    assert not list(bash.run_dir.glob("s.*"))
    assert not (bash.state / "s").exists()


def test_kill_of_nothing(box):
    result = box.k("kill", "never-was")
    assert (result.rc, result.out) == (0, "OK killed never-was\n"), repr(result)


def test_kill_takes_programs_that_ignore_hangups(bash):
    bash.fire("sh -c 'trap \"\" HUP TERM INT; touch up; while :; do sleep 0.1; done'")
    wait_until(lambda: (bash.cwd / "up").exists(), what="the program to be up")
    assert bash.k("kill", "s").out == "OK killed s\n"
    wait_until(lambda: not bash.processes(), what="all processes of the session to end")


def test_kill_needs_a_name(bash):
    result = bash.k("kill", env={"K_SESSION": "s"})
    assert result.rc != 0
    assert bash.output("echo alive") == "alive"


def test_kill_ends_a_waiting_client(bash):
    process = bash.popen(K, "run", "-j", "-t", "60", "s", "sleep 1000")
    wait_until(lambda: bash.poll("s").get("status") == "running", what="the cell to be active")
    bash.k("kill", "s")
    out, _ = process.communicate(timeout=30)
    assert process.returncode == 1 and b'"status": "error"' in out


# Clients that go away


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_a_killed_client_leaves_the_cell_running(bash, number):
    process = bash.popen(K, "run", "-j", "s", "until [ -e gate ]; do sleep 0.05; done; echo finished")
    wait_until(lambda: bash.poll("s").get("status") == "running", what="the cell to be active")
    process.send_signal(number)
    process.wait(30)
    cell = bash.poll("s")
    assert cell["status"] == "running"
    bash.write("gate", "")
    assert bash.until_status(cell["cell_id"], "done")["output"] == "finished"


def test_a_client_whose_output_nobody_reads(bash):
    process = bash.popen(K, "run", "s", "seq 1 200000", stdout=subprocess.PIPE)
    cell = wait_until(lambda: bash.poll("s").get("cell_id"), what="the cell")
    bash.until_status(cell, "done")
    assert bash.output("echo next") == "next"
    process.kill()
