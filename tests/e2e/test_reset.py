"""`k reset`: a session that is stuck gets back to its prompt, and is told how."""

import os
import signal

import pytest
from harness import PYTHON, toy, wait_until


def reset(box, *wanted, session="s"):
    """Reset, expect these words in what was done, and a session that works."""
    value = box.k("reset", "--json", session).json
    assert list(value) == ["session", "status", "prompt", "did"] and value["status"] == "ok", value
    did = "; ".join(value["did"])
    for words in wanted:
        assert words in did, value
    assert bool(wanted) == bool(did), value
    return did


def usable(box):
    modes = set(box.output("stty -a").replace(";", " ").split())
    assert {"icanon", "echo", "opost", "isig", "icrnl"} <= modes


def stuck(box, code, *, timeout=2):
    """Fire code that does not come back by itself, and let it get where it gets stuck."""
    value = box.run(code, timeout=timeout)
    assert value["status"] in ("waiting", "timeout"), value
    return value["cell_id"]


def test_nothing_to_do(bash):
    assert reset(bash) == ""
    result = bash.k("reset", "s")
    assert (result.rc, result.out) == (0, "OK s: it was at its prompt already\n"), repr(result)


@pytest.mark.parametrize(
    "code, did",
    [
        ("sleep 100", "interrupted sleep"),
        ("cat", "interrupted cat"),
        ("echo 'open", "interrupted bash"),
        ("cat <<EOF\nbody", "interrupted bash"),
        ("read -s secret", "interrupted bash"),
        ("seq 10000 | less", "quit less"),
        ("vim -u NONE -N +'set nomore' nothing.txt", "quit vim"),
        ("top", "interrupted top"),
        (f"{PYTHON} -q", "end of input to python3"),
        ("sh -c 'trap : INT; while :; do sleep 100; done'", "ended s"),
        ("sh -c 'trap : INT TERM; echo up; while :; do sleep 1; done'", "killed s"),
        ("stty raw -echo; cat", "stty sane"),
        ("bash --norc -c 'stty raw -echo; exec sleep 100'", "stty sane"),
    ],
)
def test_stuck_in(bash, code, did):
    cell = stuck(bash, code)
    reset(bash, did)
    ended = bash.poll("s", cell)
    assert (ended["status"], ended["output"]) == ("error", "interrupted"), ended
    usable(bash)


def test_alternate_screen_and_modes_left_on(bash):
    bash.done("printf '\\033[?1049h\\033[?1000h\\033[?25l'")
    reset(bash, "left the alternate screen", "mouse", "cursor")
    usable(bash)
    assert reset(bash) == ""


def test_raw_mode_left_on(bash):
    bash.run("stty raw -echo")
    reset(bash, "stty sane")
    usable(bash)
    assert bash.output("printf 'a\\nb'") == "a\nb"


def test_half_a_line_typed(bash):
    assert bash.k("send", "-n", "s", "echo 'half a line").rc == 0
    wait_until(lambda: b"half a line" in (bash.state / "s/output.log").read_bytes(), what="the echo")
    reset(bash, "interrupted")
    usable(bash)


def test_a_stopped_program(box):
    box.new("s", *toy())
    pid = box.k("status", "--json", "s").json["child_pid"]
    os.kill(pid, signal.SIGSTOP)
    cell = box.run("say hello", timeout=1)["cell_id"]
    reset(box, "which was stopped")
    assert box.poll("s", cell)["status"] in ("error", "done")
    assert box.output("say usable") == "usable"


def test_programs_within_programs(bash):
    bash.write("rc", "PS1='inner> '")
    assert bash.run("bash --rcfile rc")["input"]["kind"] == "repl"
    stuck(bash, f"{PYTHON} -q")
    reset(bash, "end of input to python3", "end of input to bash")
    assert bash.done("echo home")["completion"] == "marks"


def test_a_python_session(box):
    box.new("s", PYTHON, "-q")
    cell = stuck(box, "import time; time.sleep(100)")
    reset(box, "interrupted python3")
    assert box.poll("s", cell)["output"] == "interrupted"
    assert box.output("6 * 7") == "42"


def test_a_shell_without_a_line_editor(box):
    box.new("s", "dash")
    stuck(box, "stty raw -echo; cat")
    reset(box, "stty sane")
    assert box.output("echo usable") == "usable"


def test_own_program_deaf(box):
    box.new("s", "sh", "-c", "trap '' INT TERM; while :; do sleep 1000; done")
    result = box.k("reset", "--json", "s")
    assert result.rc == 1 and result.json["status"] == "error", repr(result)
    assert "k kill" in result.json["output"]
    text = box.k("reset", "s")
    assert text.rc == 1 and "k kill s" in text.err, repr(text)


def test_session_that_is_not_there(box):
    result = box.k("reset", "nobody")
    assert result.rc == 1 and "no session" in result.out + result.err, repr(result)
