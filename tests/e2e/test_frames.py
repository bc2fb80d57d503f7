"""Frames without marks: an exact prompt, a hook, five equal lines, and the prompt learned at the start."""

import shutil

import pytest
from harness import toy

# An exact prompt


@pytest.mark.parametrize("prompt", ["toy>", "toy> "])
def test_prompt_string(box, prompt):
    box.new("s", *toy(), f"--prompt={prompt}")
    value = box.done("say hello")
    assert (value["output"], value["completion"]) == ("hello", "prompt"), value
    assert box.output("count 200") == "\n".join(map(str, range(1, 201)))
    assert box.output("spaces 3") == "\n\n"
    assert box.output("nap 0.5") == ""


def test_prompt_on_a_line_of_its_own(box):
    box.new("s", *toy("==ready==", "--newline"), "--prompt===ready==")
    assert box.output("say one") == "one"
    assert box.output("say two") == "two"


def test_prompt_text_inside_output_is_only_text(box):
    box.new("s", *toy(), "--prompt=toy>")
    assert box.output("say not toy> at the end") == "not toy> at the end"
    assert box.output("say next") == "next"


def test_several_lines_of_code_for_a_prompt(box):
    box.new("s", *toy(), "--prompt=toy>")
    output = box.output("say one\nsay two\nsay three")
    assert [line for line in output.splitlines() if not line.startswith("toy>")] == ["one", "two", "three"]
    assert box.output("say next") == "next"


def test_prompt_that_never_comes_times_out(box):
    box.new("s", *toy(), "--prompt=never>")
    value = box.run("say hello", timeout=2)
    assert value["status"] in ("timeout", "waiting"), value


def test_gdb_with_its_prompt(box):
    box.new("s", "gdb", "-q", "-nx", "--prompt=(gdb)")
    assert box.output("print 6 * 7") == "$1 = 42"
    assert box.output("echo hi\\n") == "hi"


def test_exit_of_a_prompted_program(box):
    box.new("s", *toy(), "--prompt=toy>")
    value = box.run("quit 5")
    assert (value["status"], value["output"], value["exit_code"]) == ("error", "session exited", 5)


def test_interrupting_a_prompted_bash(box):
    box.new("s", "--env", "PS1=here> ", "bash", "--norc", "--prompt=here>")
    assert box.output("PS1='here> '; echo set")
    value = box.run("sleep 100", timeout=1)
    assert box.k("int", "s").out == "OK\n"
    assert box.until_status(value["cell_id"], "error")["output"] == "interrupted"
    assert box.output("echo next") == "next"


# Hooks

LINE_HOOK = """#!/bin/sh
while IFS= read -r line; do
    printf '%s\\n' "$line" >> "$HOME/fed"
    [ "$line" = "==ready==" ] && exit 0
done
"""


def test_hook(box):
    hook = box.write("hook", LINE_HOOK, 0o755)
    result = box.k("new", "s", *toy("==ready==", "--newline"), "--prompt=./hook")
    assert (result.rc, result.out) == (0, f"OK s prompt='{hook}'\n"), repr(result)
    value = box.done("say hello")
    assert (value["output"], value["completion"]) == ("hello", "hook"), value
    assert box.output("count 50") == "\n".join(map(str, range(1, 51)))
    fed = (box.home / "fed").read_text().splitlines()
    assert fed[-2:] == ["50", "==ready=="] and "hello" in fed


def test_hook_sees_the_unfinished_last_line(box):
    box.write("hook", '#!/bin/sh\nwhile IFS= read -r line; do case "$line" in "toy>"*) exit 0 ;; esac; done\n', 0o755)
    box.new("s", *toy(), "--prompt=./hook")
    assert box.output("say one") == "one"
    assert box.output("say two") == "two"


def test_hook_is_fed_without_escape_sequences(box):
    box.write("hook", LINE_HOOK, 0o755)
    box.new("s", *toy("==ready==", "--newline"), "--prompt=./hook")
    assert box.output("say \x1b[31mred\x1b[0m") is not None
    assert "\x1b" not in (box.home / "fed").read_text()


def test_hook_decides_by_its_exit_whatever_its_code(box):
    box.write("hook", '#!/bin/sh\nwhile read -r line; do [ "$line" = stop ] && exit 9; done\n', 0o755)
    box.new("s", *toy("==ready==", "--newline"), "--prompt=./hook")
    assert box.output("say a\nsay stop").splitlines()[0] == "a"


def test_hook_path_is_made_absolute(box):
    box.write("hook", LINE_HOOK, 0o755)
    (box.home / "hook").write_text(LINE_HOOK)
    (box.home / "hook").chmod(0o755)
    result = box.k("new", "a", *toy(), "--prompt=~/hook")
    assert result.out == f"OK a prompt='{box.home}/hook'\n", repr(result)
    result = box.k("new", "b", *toy(), f"--prompt={box.cwd}/hook")
    assert result.out == f"OK b prompt='{box.cwd}/hook'\n", repr(result)
    result = box.k("new", "c", *toy(), "--prompt=../w/hook")
    assert result.out == f"OK c prompt='{box.cwd}/hook'\n", repr(result)


def test_hooks_that_cannot_be_used(box):
    missing = box.k("new", "s", *toy(), "--prompt=./nothing")
    assert (missing.rc, missing.out) == (1, f"ERR hook not found: {box.cwd}/nothing\n"), repr(missing)
    box.write("plain", LINE_HOOK, 0o644)
    plain = box.k("new", "s", *toy(), "--prompt=./plain")
    assert (plain.rc, plain.out) == (1, f"ERR hook not executable: {box.cwd}/plain\n"), repr(plain)
    assert not box.daemons()


def test_hook_that_cannot_be_read(nobody_box):
    box = nobody_box
    box.write("secret", LINE_HOOK, 0o300)
    result = box.k("new", "s", *toy(), "--prompt=./secret")
    assert (result.rc, result.out) == (1, f"ERR hook not readable: {box.cwd}/secret\n"), repr(result)


def test_hook_that_ignores_its_input_does_not_block(box):
    box.write("hook", "#!/bin/sh\nexec sleep 1000\n", 0o755)
    box.new("s", *toy(), "--prompt=./hook")
    value = box.run("count 100000", timeout=3)
    assert value["status"] == "timeout", value
    assert box.k("status", "s").out.startswith("OK s ")


# Five equal lines


def test_repeat(box):
    box.new("s", "--frame=repeat", "bash", "--norc")
    value = box.done("echo hello")
    assert (value["output"], value["completion"]) == ("hello", "repeat"), value
    assert box.output("echo one; echo two") == "one\ntwo"


# The prompt learned at the start


def check_quiet(box, *pairs):
    for code, output in pairs:
        value = box.done(code)
        assert value["output"] == output, value
    return value


def test_quiet_with_the_toy(box):
    box.new("s", *toy())
    value = check_quiet(box, ("say hello", "hello"), ("spaces 2", "\n"), ("nap 1", ""),
        ("count 1000", "\n".join(map(str, range(1, 1001)))), ("say done", "done"))
    assert value["completion"] == "quiet"


def test_quiet_does_not_end_a_busy_cell(box):
    box.new("s", *toy())
    value = box.run("nap 30", timeout=2)
    assert value["status"] == "timeout", value


def test_quiet_output_that_is_the_prompt(box):
    box.new("s", *toy())
    assert box.output("say toy> ").strip() == "toy>"
    assert box.output("say next") == "next"


def test_quiet_program_that_asks_in_between(box):
    box.new("s", *toy())
    value = box.run("ask")
    assert value["status"] == "waiting" and value["input"]["kind"] == "line", value


def test_a_prompt_with_a_clock(box):
    """No prompt is twice the same: the call must not hang past its timeout, and later ones not either."""
    box.new("s", *toy("toy> ", "--clock"))
    value = box.run("say hello", timeout=5)
    assert value["status"] in ("done", "waiting", "timeout")
    seen = value.get("partial") or value["output"]
    assert "hello" in seen


def test_sqlite(box):
    box.new("s", "sqlite3")
    check_quiet(box, ("create table t(a, b);", ""), ("insert into t values (1, 'x'), (2, 'y');", ""),
        ("select * from t;", "1|x\n2|y"), ("select count(*) from t;", "2"))
    assert "no such table" in box.output("select * from nope;")
    check_quiet(box, ("select 'fine';", "fine"))


def test_bc(box):
    box.new("s", "bc", "-q")
    check_quiet(box, ("1 + 2", "3"), ("2 ^ 100", str(2**100)), ("x = 5", ""), ("x * x", "25"))


def test_dash(box):
    box.new("s", "dash")
    check_quiet(box, ("echo hello", "hello"), ("x=1", ""), ("echo $x; echo; echo '  b'", "1\n\n  b"),
        ("sleep 1; echo late", "late"))


def test_python(box):
    box.new("s", "python3", "-i", "-q")
    check_quiet(box, ("print('hello')", "hello"), ("x = 20", ""), ("x * 2 + 2", "42"),
        ("import time; time.sleep(1); print('late')", "late"))
    assert "ZeroDivisionError" in box.output("1 / 0")
    check_quiet(box, ("print('fine')", "fine"))


def test_python_blocks(box):
    box.new("s", "python3")
    box.done("def double(n):\n    return 2 * n\n\n")
    assert box.output("double(21)") == "42"


def test_gdb(box):
    box.new("s", "gdb", "-q", "-nx")
    check_quiet(box, ("print 6 * 7", "$1 = 42"), ("print 7 * 7", "$2 = 49"), ("echo hi\\n", "hi"))
    assert "No symbol" in box.output("print nothing_like_it")
    check_quiet(box, ("print 1", "$3 = 1"))


@pytest.mark.parametrize("words", [["zsh", "-f"], ["fish", "--no-config", "--private"], ["sh"]], ids=" ".join)
def test_other_shells(box, words):
    assert shutil.which(words[0]), f"{words[0]} is a test dependency"
    box.new("s", *words)
    check_quiet(box, ("echo hello", "hello"), ("echo one; echo two", "one\ntwo"), ("echo next", "next"))


def test_cat_has_no_prompt_at_all(box):
    """Not a program with frames: still no hang, and its output is not lost."""
    box.new("s", "cat")
    value = box.run("hello", timeout=5)
    assert value["status"] in ("done", "waiting", "timeout")
    assert "hello" in (value.get("partial") or value["output"])


def test_a_silent_program_is_interrupted(box):
    box.new("s", *toy())
    cell = box.run("nap 100", timeout=1)["cell_id"]
    assert box.k("int", "s").rc in (0, 1)
    value = box.until_status(cell, "error")
    assert value["output"] in ("interrupted", "session exited")
