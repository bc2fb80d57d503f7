"""Cells that wait for input: told apart from running and done, and never typed at."""

import os

import pytest
from harness import PYTHON, wait_until

FIRST_KEYS = ["cell_id", "status", "output", "input"]


def check(box, code, kind, *, prompt=None, process=None, output=None):
    """Run `code`, expect it to wait for input of this kind, and leave the session usable."""
    value = box.run(code)
    assert value["status"] == "waiting", value
    assert list(value)[:4] == FIRST_KEYS
    kinds = kind if isinstance(kind, tuple) else (kind,)
    assert value["input"]["kind"] in kinds, value
    assert list(value["input"])[:4] == ["kind", "prompt", "process", "pid"]
    if prompt is not None:
        assert value["input"]["prompt"].strip() == prompt, value
    if process is not None:
        assert value["input"]["process"] == process, value
        with open(f"/proc/{value['input']['pid']}/comm") as comm:
            assert comm.read().strip() == process
    if output is not None:
        assert value["output"] == output, value
    polled = box.k("poll", "s", value["cell_id"])
    assert polled.rc == 0 and polled.json["status"] == "waiting", repr(polled)
    assert box.k("run", "-j", "s", "true").json["output"] == f"active cell '{value['cell_id']}'"
    interrupted = box.k("int", "s")
    assert interrupted.out == "OK\n", repr(interrupted)
    assert box.until_status(value["cell_id"], "error")["output"] == "interrupted"
    assert box.output("echo usable") == "usable"
    return value


def test_read(bash):
    check(bash, "read x", "line", process="bash", output="")


def test_read_with_a_prompt_and_output_before(bash):
    value = check(bash, "echo first; read -p 'Name? ' x", "line", prompt="Name?", process="bash")
    assert value["output"].splitlines()[0] == "first"


def test_password(bash):
    check(bash, "read -sp 'Password: ' x", "password", prompt="Password:", process="bash")


def test_cat(bash):
    check(bash, "cat", "line", process="cat")


def test_python_input(bash):
    check(bash, f"""{PYTHON} -c 'input("Proceed? ")'""", "line", prompt="Proceed?", process="python3")


def test_one_key(bash):
    check(bash, "read -n1 -p 'Press a key ' x", "key", prompt="Press a key", process="bash")


def test_a_pipeline_that_reads_the_terminal(bash):
    check(bash, "cat | tr a-z A-Z", "line", process="cat")


@pytest.mark.parametrize(
    "code",
    ["echo 'open", 'echo "open', "cat <<EOF\nbody", "for i in 1 2; do", "echo $(", "if true; then", "echo a \\"],
)
def test_continuation(bash, code):
    check(bash, code, "continuation")


def test_an_inner_repl(bash):
    value = bash.run(f"{PYTHON} -i -q")
    assert value["status"] == "waiting", value
    assert value["input"]["kind"] == "repl", value
    assert value["input"]["prompt"].strip() == ">>>"
    assert bash.k("kill", "s").rc == 0


def test_a_pager(bash):
    bash.write("long.txt", "".join(f"line {n}\n" for n in range(500)))
    value = bash.run("less long.txt")
    assert value["status"] == "waiting" and value["input"]["kind"] in ("screen", "key"), value


def test_full_screen_program(bash):
    value = bash.run("vim -u NONE -N +'set nomore' nothing.txt")
    assert value["status"] == "waiting" and value["input"]["kind"] == "screen", value


def test_text_mode_prints_what_there_is_and_hints(bash):
    result = bash.k("run", "s", "echo so far; read x")
    assert (result.rc, result.out) == (0, "so far\n"), repr(result)
    assert "wait" in result.err, repr(result)


def test_fired_cells_wait_too(bash):
    cell = bash.fire("read x")
    value = bash.until_status(cell, "waiting")
    assert list(value)[:4] == FIRST_KEYS


def test_nothing_is_typed_that_the_caller_did_not_send(bash):
    """A blank Enter would end `read` or put an empty line into the file."""
    value = bash.run("cat > typed")
    assert value["status"] == "waiting"
    for _ in range(5):
        assert bash.poll("s", value["cell_id"])["status"] == "waiting"
        bash.k("status", "s")
        bash.k("history", "s")
    assert (bash.cwd / "typed").stat().st_size == 0
    bash.k("int", "s")
    bash.until_status(value["cell_id"], "error")
    assert (bash.cwd / "typed").stat().st_size == 0


def test_code_after_a_reader_is_its_input(bash):
    """Sent code is typed text: what the first command reads is not run."""
    value = bash.run("read x\necho unseen")
    if value["status"] == "done":
        assert bash.output('echo "[$x]"') == "[echo unseen]"
    else:
        assert value["status"] == "waiting"


def test_waiting_for_one_that_goes_on_by_itself(bash):
    value = bash.run("read -t 2 x; echo gave up")
    assert value["status"] in ("waiting", "done"), value
    assert bash.until_status(value["cell_id"], "done")["output"] == "gave up"


# What only looks like waiting


@pytest.mark.parametrize(
    "code",
    ["sleep 3", "tail -f /dev/null", "cat < fifo", "while :; do :; done", "sleep 100 & wait",
     f"{PYTHON} -c 'import time; time.sleep(3)'", f"{PYTHON} -c 'while True: pass'",
     f"{PYTHON} -c 'import socket; s = socket.socketpair(); s[0].recv(1)'",
     "sleep 3 | cat", "yes > /dev/null", "tail -f /dev/null | grep x"],
)
def test_never_waiting_for_what_works_or_sleeps(bash, code):
    os.mkfifo(bash.cwd / "fifo")
    value = bash.run(code, timeout=2)
    assert value["status"] == "timeout", value
    assert bash.k("int", "s").out == "OK\n"
    bash.until_status(value["cell_id"], "error", "done")
    assert bash.output("echo usable") == "usable"


def test_a_reader_that_is_fed_is_not_waiting(bash):
    value = bash.done("(sleep 1; echo fed) | { read x; echo got $x; }")
    assert value["output"] == "got fed"


def test_a_stopped_job_gives_the_prompt_back(bash):
    value = bash.done("sh -c 'kill -STOP $$'")
    assert value["exit_code"] == 128 + 19
    assert "usable" in bash.output("kill -KILL %1; wait; echo usable").splitlines()
    assert "again" in bash.output("echo again").splitlines()


def test_a_prompt_seen_long_after_the_start(bash):
    cell = bash.fire("until [ -e gate ]; do sleep 0.05; done; read -p 'now? ' x")
    assert bash.poll("s", cell)["status"] == "running"
    bash.write("gate", "")
    assert bash.until_status(cell, "waiting")["input"]["prompt"].strip() == "now?"


def test_status_shows_it(bash):
    bash.run("read x")
    wait_until(lambda: "waiting" in bash.k("status", "s").out, what="status to say waiting")
