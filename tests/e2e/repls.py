"""What the tests of interpreters that are framed by their prompts share."""

import shutil

import pytest


def start(box, *words, needs=None):
    program = needs or words[0]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    box.new("s", *words)


def check(box, *rows, completion="prompt"):
    """Rows of code, output (None: any) and exit code."""
    for code, output, exit_code in rows:
        value = box.done(code)
        assert value["completion"] == completion, value
        assert value.get("exit_code") == exit_code, value
        assert output is None or value["output"] == output, value


def waits(box, code, kind="continuation"):
    """Incomplete code waits for the rest, and a question for its answer."""
    value = box.run(code)
    assert value["status"] == "waiting" and value["input"]["kind"] == kind, value
    return value


def rest(box, value, text, output):
    """Type the rest; the last line of the output is this."""
    assert box.k("send", "s", text).rc == 0
    ended = box.until_status(value["cell_id"], "done", timeout=60)
    assert ended["output"].splitlines()[-1:] == output, ended


def interrupt(box, code):
    value = box.run(code, timeout=1)
    assert value["status"] == "timeout", value
    assert box.k("int", "s").out == "OK\n"
    assert box.until_status(value["cell_id"], "error")["output"] == "interrupted"
