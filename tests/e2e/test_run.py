"""k run: text and JSON, resolution of the session, exit codes, where code comes from."""

import json
import os
import re

import pytest
from harness import CELL_ID, K, refusal, wait_until


def test_text_is_the_output_alone(bash):
    result = bash.k("run", "s", "echo hello")
    assert (result.rc, result.out, result.err) == (0, "hello\n", ""), repr(result)


def test_text_of_nothing_is_an_empty_line(bash):
    result = bash.k("run", "s", "true")
    assert (result.rc, result.out, result.err) == (0, "\n", ""), repr(result)


def test_await_is_run(bash):
    result = bash.k("await", "-j", "s", "echo hello")
    assert result.rc == 0 and result.json["output"] == "hello", repr(result)


def test_json_keys_come_in_their_order(bash):
    value = bash.done("echo hello; cd /usr")
    assert list(value)[:3] == ["cell_id", "status", "output"]
    assert CELL_ID.fullmatch(value["cell_id"])
    assert value["output"] == "hello"
    assert value["exit_code"] == 0
    assert value["cwd"] == "/usr"
    assert value["completion"] == "marks"
    assert value["duration_ms"] >= 0
    assert "truncated" not in value or not value["truncated"]


def test_json_layout_is_the_old_one(bash):
    out = bash.k("run", "-j", "s", "echo 'é \"x\" 日本 \\ /'").out
    assert re.match(r'\{"cell_id": "[0-9a-f]{12}", "status": "done", "output": "', out), out
    assert '"output": "é \\"x\\" 日本 \\\\ /"' in out, out
    assert out.endswith("}\n") and out.count("\n") == 1


def test_json_long_option(bash):
    assert bash.k("run", "--json", "s", "echo x").json["output"] == "x"


@pytest.mark.parametrize(
    "code, output",
    [("echo a", "a"), ("printf a", "a"), (r"printf 'a\n\n'", "a\n"), (r"printf '\n'", ""), (r"printf '\n\n\n'", "\n\n"),
     ("true", ""), ("", ""), ("   ", ""), ("# a comment", ""), ("\n\n", ""), ("echo a;", "a"), ("echo a\n", "a"),
     ("echo a\n\n\n", "a"),
     ("  echo a", "a"), ("echo 'a  '", "a  "), ("echo '  a'", "  a"), ("echo; echo; echo x; echo", "\n\nx\n")],
)
def test_output_and_its_final_newline(bash, code, output):
    assert bash.output(code) == output


def test_state_is_carried_from_cell_to_cell(bash):
    bash.done("X=41; cd /usr; f() { echo $((X + 1)); }; export Y=why; alias hi='echo aliased'")
    value = bash.done("f; pwd; env | grep ^Y=; hi")
    assert value["output"] == "42\n/usr\nY=why\naliased"
    assert value["cwd"] == "/usr"


def test_exit_codes_in_json(bash):
    for code, expected in [("true", 0), ("false", 1), ("(exit 42)", 42), ("no-such-command-x", 127),
        ("sh -c 'kill -9 $$'", 137)]:
        assert bash.done(code)["exit_code"] == expected, code


def test_exit_code_is_not_disturbed_between_cells(bash):
    bash.done("(exit 9)")
    assert bash.output("echo $?") == "9"


def test_several_lines_run_as_one_cell(bash):
    value = bash.done("echo one\necho two\n\nfor i in 3 4; do\n  echo $i\ndone\nfalse")
    assert value["output"] == "one\ntwo\n3\n4"
    assert value["exit_code"] == 1


# Exit codes of k itself


@pytest.mark.parametrize("code, expected",
    [("true", 0), ("false", 1), ("(exit 7)", 7), ("(exit 255)", 255), ("no-such-command-x", 127)])
def test_e_exits_with_the_commands_code(bash, code, expected):
    assert bash.k("run", "-e", "s", code).rc == expected


def test_e_leaves_the_output_alone(bash):
    result = bash.k("run", "-e", "s", "echo kept; (exit 3)")
    assert (result.rc, result.out) == (3, "kept\n"), repr(result)
    result = bash.k("run", "-e", "-j", "s", "echo kept; (exit 3)")
    assert result.rc == 3 and result.json["output"] == "kept"


def test_without_e_a_failing_command_is_still_done(bash):
    assert bash.k("run", "s", "false").rc == 0


def test_e_tells_our_errors_apart(box):
    assert box.k("run", "-e", "s", "true").rc == 125
    box.new("s")
    cell = box.fire("sleep 100")
    assert box.k("run", "-e", "s", "true").rc == 125
    assert box.k("int", "s").rc == 0
    box.until_status(cell, "error")
    assert box.k("run", "-e", "-t", "1", "s", "sleep 100").rc == 124


def test_e_on_waiting(bash):
    assert bash.k("run", "-e", "s", "read x").rc == 126


# Which session


def test_no_session_at_all(box):
    for verb in (["run", "true"], ["fire", "true"], ["poll"], ["int"], ["status"], ["watch"], ["history"],
        ["notify", "x"]):
        result = box.k(*verb)
        assert (result.rc, result.out) == (1, "ERR: no session found.\n"), repr(result)


def test_the_only_session_is_found(box):
    box.new("solo")
    assert box.k("run", "echo here").out == "here\n"
    assert box.k("run", "-j", "echo here").json["output"] == "here"


def test_two_sessions_need_a_name(box):
    box.new("a")
    box.new("b")
    result = box.k("run", "echo here")
    assert (result.rc, result.out) == (1, "ERR: no session found.\n"), repr(result)


def test_environment_names_the_session(box):
    box.new("a")
    box.new("b")
    box.done("ME=a", session="a")
    box.done("ME=b", session="b")
    assert box.k("run", "echo $ME", env={"K_SESSION": "b"}).out == "b\n"
    assert box.k("run", "a", "echo $ME", env={"K_SESSION": "b"}).out == "a\n"


def test_environment_with_a_bad_name(box):
    result = box.k("run", "true", env={"K_SESSION": "../x"})
    assert (result.rc, result.out) == (1, "ERR invalid session name: '../x'\n"), repr(result)


def test_unknown_session(box):
    result = box.k("run", "-j", "nope", "true")
    assert result.rc == 1 and refusal(result.out, status="error", output="no session 'nope'"), repr(result)
    result = box.k("run", "nope", "true")
    assert (result.rc, result.out) == (1, "no session 'nope'\n") and result.err, repr(result)


def test_names_are_never_prefixes(box):
    box.new("ablong")
    result = box.k("run", "-j", "ab", "true")
    assert result.rc == 1 and result.json["output"] == "no session 'ab'"
    result = box.k("kill", "ab")
    assert (result.rc, result.out) == (0, "OK killed ab\n"), repr(result)
    assert box.output("echo alive", session="ablong") == "alive"


# Where code comes from


def test_code_from_stdin(bash):
    assert bash.k("run", "s", "-", stdin="echo one\necho two\n").out == "one\ntwo\n"


def test_code_from_stdin_for_the_only_session(bash):
    assert bash.k("run", "-j", "-", stdin="echo one").json["output"] == "one"


def test_stdin_is_not_touched_otherwise(bash):
    assert bash.k("run", "s", "echo x", stdin="echo must not run\n").out == "x\n"


def test_code_that_looks_like_an_option(bash):
    assert bash.done("-x", "--").get("exit_code") == 127


# How much comes back


def test_max_bytes_keeps_head_and_tail(bash):
    value = bash.done("seq 1 100000", "--max-bytes", "1000")
    assert value["output"].startswith("1\n2\n3\n") and value["output"].endswith("99999\n100000")
    assert len(value["output"]) < 1500
    assert value["truncated"] and value["output"].count("left out") == 1
    full = bash.k("output", "s", value["cell_id"]).out
    assert full.rstrip("\n") == "\n".join(map(str, range(1, 100001)))


def test_max_bytes_larger_than_the_output(bash):
    value = bash.done("echo short", "--max-bytes", "1000")
    assert value["output"] == "short" and not value.get("truncated")


def test_max_bytes_never_cuts_a_character(bash):
    for limit in range(20, 32):
        value = bash.done("for i in {1..200}; do printf 日; done", "--max-bytes", str(limit))
        assert "\ufffd" not in value["output"], limit


def test_ansi_keeps_colours_text_drops_them(bash):
    code = r"printf '\e[31mred\e[0m plain\n'"
    assert bash.output(code) == "red plain"
    coloured = bash.output(code, "--ansi")
    assert re.search(r"\x1b\[[0-9;]*31m", coloured) and "red" in coloured, coloured
    assert "]133;" not in coloured


def test_stream_prints_while_it_runs(bash):
    process = bash.popen(K, "run", "--stream", "-t", "60", "s",
        "echo first; until [ -e gate ]; do sleep 0.05; done; echo second")
    os.set_blocking(process.stdout.fileno(), False)
    seen = b""

    def more():
        nonlocal seen
        seen += process.stdout.read() or b""
        return seen

    wait_until(lambda: b"first\n" in more(), what="the first line while the cell runs")
    assert process.poll() is None and b"second" not in seen
    bash.write("gate", "")
    assert process.wait(30) == 0
    assert more() == b"first\nsecond\n"


def test_output_is_valid_json_whatever_the_program_prints(bash):
    text = bash.k("run", "-j", "s", r"""printf '"\\/\b\f\t\001\037\177 é \360\237\230\200\n'""").out
    assert json.loads(text)["status"] == "done"
