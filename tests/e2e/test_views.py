"""ls, status, watch, history and notify: what people look at, and its JSON."""

import json
import os
import signal

import pytest
from harness import K, collect, wait_until


def test_ls(box):
    empty = box.k("ls")
    assert (empty.rc, empty.out) == (0, "no sessions\n"), repr(empty)
    for name in ("zeta", "alpha", "a.b"):
        box.new(name)
    result = box.k("ls")
    assert result.rc == 0 and sorted(result.lines) == ["a.b", "alpha", "zeta"], repr(result)


def test_ls_long(box):
    box.new("idle")
    box.new("busy", "--label", "team=blue")
    box.fire("sleep 100", session="busy")
    result = box.k("ls", "-l")
    assert result.rc == 0, repr(result)
    rows = {name: next(line for line in result.lines if name in line.split()) for name in ("idle", "busy")}
    assert "running" in rows["busy"] and "running" not in rows["idle"]
    assert "bash" in rows["idle"]


def test_ls_json(box):
    nothing = box.k("ls", "--json")
    assert nothing.rc == 0 and '"status": "running"' not in nothing.out
    json.loads(nothing.out)
    box.new("one")
    box.new("two")
    result = box.k("ls", "--json")
    assert result.rc == 0 and result.out.count("\n") == 1
    text = json.dumps(json.loads(result.out), ensure_ascii=False)
    assert text == result.out.rstrip("\n")
    assert '"one"' in text and '"two"' in text


def test_status(bash):
    idle = bash.k("status", "s")
    assert idle.rc == 0 and idle.out.startswith("OK s "), repr(idle)
    cell = bash.fire("sleep 100")
    busy = bash.k("status", "s")
    assert busy.out.startswith("OK s ") and cell in busy.out, repr(busy)
    assert bash.k("status").out == busy.out or bash.k("status").out.startswith("OK s ")


def test_status_of_nothing(box):
    result = box.k("status", "nope")
    assert (result.rc, result.out) == (1, "ERR no session 'nope'\n"), repr(result)


def test_status_json(bash):
    bash.done("cd /usr")
    value = bash.k("status", "--json", "s").json
    text = json.dumps(value)
    assert '"s"' in text and str(bash.daemon()) in text and "/usr" in text and "bash" in text
    missing = bash.k("status", "--json", "nope")
    assert missing.rc == 1 and missing.json["status"] == "error", repr(missing)


def test_status_does_not_type_anything(bash):
    """The old tool sent a space and a backspace; that ends a key-driven program's wait."""
    cell = bash.fire("read -n1 x; echo \"[$x]\"")
    bash.until_status(cell, "waiting")
    for _ in range(3):
        bash.k("status", "s")
    assert bash.poll("s", cell)["status"] == "waiting"


# notify


def test_notify(bash):
    result = bash.k("notify", "s", "hello", "there")
    assert (result.rc, result.out) == (0, "OK notified: hello there\n"), repr(result)


def test_notify_the_only_session(bash):
    assert bash.k("notify", "just a message").out == "OK notified: just a message\n"
    assert bash.k("notify", "several", "words").out == "OK notified: several words\n"


def test_notify_an_unknown_session(box):
    box.new("a")
    box.new("b")
    result = box.k("notify", "nope", "hello")
    assert result.rc == 1 and result.out in ("ERR no session 'nope'\n", "ERR: no session found.\n"), repr(result)


def test_notify_is_no_input_and_no_output_of_a_cell(bash):
    cell = bash.fire("until [ -e gate ]; do sleep 0.05; done; read -t 0.2 x; echo \"[$x]\"")
    bash.k("notify", "s", "typed?")
    bash.write("gate", "")
    assert bash.until_status(cell, "done")["output"] == "[]"


def test_a_message_of_many_lines_and_controls(bash):
    message = "line one\nline two \x1b[31mred\x07"
    result = bash.k("notify", "s", message)
    assert result.rc == 0 and result.out == f"OK notified: {message}\n"
    assert bash.output("echo fine") == "fine"
    assert "\x07" not in bash.k("history", "s").out, "control characters of a message reach a person's terminal"


# history


def test_history(bash):
    bash.done("echo some words")
    result = bash.k("history", "s")
    assert result.rc == 0 and "some words" in result.out, repr(result)
    assert "]133;" not in result.out


@pytest.mark.parametrize("count", [1, 2, 4])
def test_history_length(bash, count):
    bash.done("seq 1000 1099")
    lines = bash.k("history", "-n", str(count), "s").lines
    assert len(lines) == count * 5
    assert "1099" in "\n".join(lines)


def test_history_is_25_lines_by_default(bash):
    bash.done("seq 1000 1099")
    assert len(bash.k("history", "s").lines) == 25


def test_history_shows_cells_and_notifications(bash):
    cell = bash.done("echo body")["cell_id"]
    bash.k("notify", "s", "look here")
    text = wait_until(lambda: (t := bash.k("history", "s").out) and "look here" in t and t, what="the notification")
    assert cell[:8] in text and "body" in text


def test_history_of_nothing(box):
    result = box.k("history", "nope")
    assert result.rc == 1 and "no session 'nope'" in result.out, repr(result)


@pytest.mark.parametrize("text", ["0", "-3", "x", "1.5"])
def test_history_bad_count(bash, text):
    result = bash.k("history", "-n", text, "s")
    assert (result.rc, result.out) == (1, "ERR -n must be a positive integer\n"), repr(result)


@pytest.mark.heavy
def test_history_reads_from_the_end(bash):
    bash.done("seq 1 1500000", "--max-bytes", "100", timeout=80)
    result = bash.k("history", "-n", "2", "s")
    assert len(result.lines) == 10 and "1500000" in result.out


# watch


def watching(box, *args):
    """A `k watch` that has been seen to show something."""
    process = box.popen(K, "watch", *args)

    def probe():
        box.k("notify", "s", "probe")
        return any("probe" in line for line in collect(process, lambda _: True))

    wait_until(probe, what="watch to show something")
    return process


def test_watch_shows_output_cells_and_notifications(bash):
    process = watching(bash, "s")
    cell = bash.fire("echo on the screen; printf 'a\\rb\\n'")
    collect(process, lambda lines: any("on the screen" in line for line in lines))
    lines = collect(process, lambda lines: any(cell[:8] in line for line in lines))
    assert not any("]133;" in line for line in lines)
    bash.k("notify", "s", "for your eyes")
    collect(process, lambda lines: any("for your eyes" in line for line in lines))
    process.send_signal(signal.SIGINT)
    assert process.wait(30) == 0


def test_watch_is_live(bash):
    process = watching(bash, "s")
    bash.fire("echo early; until [ -e gate ]; do sleep 0.05; done; echo late")
    lines = collect(process, lambda lines: any("early" in line for line in lines))
    assert not any(line.strip() == "late" for line in lines)
    bash.write("gate", "")
    collect(process, lambda lines: any("late" in line for line in lines))


def test_watch_ends_with_the_session(bash):
    process = watching(bash, "s")
    bash.k("kill", "s")
    assert process.wait(30) in (0, 1)


def test_watch_of_nothing(box):
    result = box.k("watch", "nope")
    assert (result.rc, result.out) == (1, "ERR no session 'nope'\n"), repr(result)


def test_watch_with_nobody_reading(bash):
    process = watching(bash, "s")
    process.stdout.close()
    process.stdout = None

    def gone():
        bash.k("notify", "s", "anyone?")
        return process.poll() is not None

    wait_until(gone, what="watch to notice that nobody reads")


@pytest.mark.heavy
def test_a_watcher_that_does_not_read_holds_up_nothing(bash):
    process = watching(bash, "s")
    os.kill(process.pid, signal.SIGSTOP)
    try:
        assert bash.output("seq 1 500000 | tail -n 400000", timeout=80).endswith("\n500000")
    finally:
        os.kill(process.pid, signal.SIGCONT)


# JSON everywhere


@pytest.mark.parametrize(
    "words",
    [["run", "--json", "s", "true"], ["fire", "--json", "s", "true"], ["poll", "--json", "s"],
     ["notify", "--json", "s", "hi"], ["int", "--json", "s"], ["ls", "--json"],
     ["status", "--json", "s"], ["cells", "--json", "s"], ["kill", "--json", "s"], ["new", "--json", "t"]],
    ids=" ".join,
)
def test_every_command_takes_json(bash, words):
    bash.done("echo before")
    result = bash.k(*words)
    assert result.rc == 0, repr(result)
    assert result.out.endswith("\n") and result.out.count("\n") == 1, repr(result)
    value = json.loads(result.out)
    assert json.dumps(value, ensure_ascii=False) == result.out[:-1]


@pytest.mark.parametrize("words", [["output", "--json", "s"], ["history", "--json", "s"]], ids=" ".join)
def test_longer_answers_in_json(bash, words):
    cell = bash.done("echo before")["cell_id"]
    result = bash.k(*words, *([cell] if "output" in words else []))
    assert result.rc == 0, repr(result)
    values = [json.loads(line) for line in result.lines]
    assert values and "before" in json.dumps(values)


@pytest.mark.parametrize("verb", ["run", "fire", "poll", "int", "notify", "status", "history", "cells"])
def test_errors_in_json(box, verb):
    extra = ["true"] if verb in ("run", "fire", "notify") else []
    if verb == "notify":
        box.new("a")  # with no session at all, the words of the contract are said instead
        box.new("b")
    result = box.k(verb, "--json", "nope", *extra)
    assert result.rc == 1, repr(result)
    value = result.json
    assert value["status"] == "error" and "no session" in value["output"], value
