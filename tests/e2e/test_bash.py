"""Bash under the things that people do to it: the frame always ends, and nothing leaks into another cell."""

import os

import pytest
from harness import wait_until


def usable(box, session="s"):
    """The session takes cells, tells their outputs apart, and adds nothing of its own."""
    assert box.output("echo ok$((40 + 2))", session=session) == "ok42"
    assert box.output("echo second; echo line", session=session) == "second\nline"


@pytest.mark.parametrize(
    "code",
    ["set -u", "set -uo pipefail", "set -o vi", "set -o posix", "set -f", "set -C", "set -k", "set -b", "set -m",
     "set +m", "set -T", "set -E", "set -H",
     "PS1='$ '", "PS1=", "unset PS1", "PS1='multi\nline> '", "PS1='\\t clock> '", "PS2='more '", "PS0='now '",
     "unset PS0", "PS4='trace '",
     "PROMPT_COMMAND=", "unset PROMPT_COMMAND", "PROMPT_COMMAND='echo intruder >/dev/null'", "PROMPT_COMMAND='false'",
     "PROMPT_COMMAND=(true false)",
     "trap 'true' DEBUG", "trap 'true' ERR", "trap - DEBUG", "shopt -s extdebug", "shopt -u promptvars",
     "shopt -u checkwinsize",
     "IFS=", "LC_ALL=C", "LANG=nonsense", "TERM=dumb", "printf() { :; }", "alias printf=false", "alias echo='echo '",
     "builtin() { :; }", "command() { :; }", "history() { :; }",
     "HISTCONTROL=ignorespace", "unset HISTFILE", "cd /", "umask 077", "ulimit -n 64", "exec 3>&1", "exec 2>&1",
     "bind 'set enable-bracketed-paste off'",
     "bind 'set editing-mode vi'", "stty -echo", "stty -icanon", "stty cols 40", "stty sane", "clear", "tput smcup",
     "printf '\\e[?2004l'", "readonly PS3=x", "hash -r",
     "BASH_ENV=/nonexistent", "POSIXLY_CORRECT=1", "TMOUT=", "(exit 7)", "function __done { false; }"],
)
def test_stays_usable_after(bash, code):
    value = bash.run(code)
    assert value["status"] == "done", value
    usable(bash)


@pytest.mark.parametrize(
    "code",
    ["readonly PS1", "readonly PROMPT_COMMAND", "readonly PS0", "declare -r IFS", "enable -n printf", "enable -n echo",
     "unset -f printf; unalias -a"],
)
def test_stays_usable_after_what_cannot_be_undone(bash, code):
    bash.done(code)
    usable(bash)


@pytest.mark.parametrize(
    "code",
    ["PS1='$ '; PROMPT_COMMAND=; PS0=", "exec bash --norc", "exec bash --norc --noprofile",
     "exec env -i TERM=xterm bash --norc", "PS1='x '; PROMPT_COMMAND=; unset PS0", "exec bash --norc --posix"],
)
def test_marks_that_stop_fall_to_the_next_rung(bash, code):
    value = bash.run(code, timeout=20)
    assert value["status"] in ("done", "waiting"), value
    for number in range(3):
        after = bash.done(f"echo after{number}", timeout=20)
        assert after["output"] == f"after{number}", after
    assert after["completion"] in ("quiet", "prompt"), after


def test_an_inner_shell_and_back(bash):
    value = bash.run("bash --norc", timeout=20)
    assert value["status"] in ("done", "waiting"), value
    assert bash.output("X=inner; echo $X", timeout=20) == "inner"
    bash.run("exit", timeout=20)
    assert bash.output('echo "[$X]"', timeout=20) == "[]"


@pytest.mark.parametrize(
    "code",
    ["exec 2>/dev/null", "exec >/dev/null", "exec >/dev/null 2>&1", "exec 1>&-", "stty 0", "exec dash", "exec cat",
     "exec python3 -q"],
)
def test_a_call_never_hangs_past_its_timeout(bash, code):
    """Where no evidence is left, the timeout still holds and the session can be killed."""
    bash.run(code, timeout=3)
    result = bash.k("run", "-j", "-t", "3", "s", "echo still", timeout=60)
    assert result.json["status"] in ("done", "timeout", "error", "waiting"), repr(result)
    assert bash.k("kill", "s").rc == 0


def test_set_x_shows_the_users_commands_only(bash):
    bash.done("set -x")
    assert bash.output("echo hi") == "+ echo hi\nhi"
    assert bash.output("(exit 3) || true").splitlines()[-1] == "+ true"
    assert bash.output("set +x") == "+ set +x"
    usable(bash)


@pytest.mark.parametrize("code", ["stty raw", "stty -onlcr", "stty raw -echo"])
def test_terminal_modes_left_behind(bash, code):
    """Lines come out as stairs then, as on any terminal; the frames hold, and `stty sane` repairs it."""
    bash.done(code)
    assert bash.output("echo one; (exit 3)") == "one"
    assert [line.strip() for line in bash.output("echo two; echo three").splitlines()] == ["two", "three"]
    bash.done("stty sane")
    usable(bash)


def test_set_v(bash):
    bash.done("set -v")
    assert bash.output("echo hi").splitlines()[-1] == "hi"
    bash.done("set +v")
    usable(bash)


def test_set_euo_pipefail(bash):
    bash.done("set -euo pipefail")
    usable(bash)
    assert bash.output("true | cat; echo fine") == "fine"
    value = bash.run("false; echo never")
    assert (value["status"], value["output"]) == ("error", "session exited"), value
    assert value["exit_code"] == 1


@pytest.mark.parametrize(
    "code, exit_code",
    [("exit 3", 3), ("exit", 0), ("kill -9 $$", 137), ("exec sh -c 'exit 4'", 4), ("exec true", 0),
     ("kill -TERM $$; kill -HUP $$", 129), ("set -e; false", 1), ("logout 2>/dev/null; exit 9", 9)],
)
def test_the_session_exits(bash, code, exit_code):
    result = bash.k("run", "-j", "s", code)
    value = result.json
    assert result.rc == 1, repr(result)
    assert list(value)[:3] == ["cell_id", "status", "output"]
    assert (value["status"], value["output"], value["exit_code"]) == ("error", "session exited", exit_code), value
    wait_until(lambda: not bash.daemons(), what="the daemon to end with its program")
    assert bash.k("poll", "s", value["cell_id"]).json == value


def test_last_words_are_kept(bash):
    value = bash.run("echo last words; exit 3")
    assert value["output"] == "session exited"
    assert bash.k("output", "s", value["cell_id"]).out.rstrip("\n").splitlines()[0] == "last words"


@pytest.mark.parametrize(
    "code, output",
    [
        ("cat <<EOF\none\n  two\n\nthree\nEOF", "one\n  two\n\nthree"),
        ("cat <<'EOF'\n$HOME `x` \\ \"'\nEOF", "$HOME `x` \\ \"'"),
        ("cat <<-EOF\n\ttabbed\n\tEOF", "tabbed"),
        ("f() {\n  local x=$1\n\n  echo \"<$x>\"\n}\nf 'a b'", "<a b>"),
        ("echo 'open\nand closed'", "open\nand closed"),
        ("echo \"a\n\nb\"", "a\n\nb"),
        ("if true; then\n\techo tab\nfi", "tab"),
        ("case x in\n  x) echo yes ;;\nesac", "yes"),
        ("echo a \\\n  b", "a b"),
        ("for i in 1 2 3\ndo echo $i\ndone | tac", "3\n2\n1"),
        ("x=(1 2\n3)\necho ${#x[@]}", "3"),
        ("(\necho sub\n)", "sub"),
        ("echo 'tab\tinside'", "tab\tinside"),
        ("{ echo out; echo err >&2; }", "out\nerr"),
        ("echo a!b; echo \"c!d\" '!!' !$", "a!b\nc!d !! !$"),
        ("echo $((1 << 3)); echo \"${x:-a}\"", "8\na"),
        ("while read -r l; do echo \"[$l]\"; done <<< $'x\\ny'", "[x]\n[y]"),
        ("coproc cat; echo hey >&${COPROC[1]}; read -r l <&${COPROC[0]}; echo $l; kill $COPROC_PID; wait 2>/dev/null",
        None),
        ("diff <(echo a) <(echo a) && echo same", "same"),
        ("bash -c 'echo $0' zero", "zero"),
        ("time true", None),
        ("echo x; # a comment with ' quote", "x"),
        ("true && (exit 0) || false", ""),
     ],
)
def test_code_of_many_shapes(bash, code, output):
    value = bash.done(code)
    if output is not None:
        assert value["output"] == output
    usable(bash)


@pytest.mark.parametrize("code", ["echo )", "if then", "fi", "echo ${", "| cat", "done", "&& true", "echo 'a' )("])
def test_syntax_errors(bash, code):
    value = bash.run(code)
    if value["status"] == "waiting":
        assert value["input"]["kind"] == "continuation"
        bash.k("int", "s")
        bash.until_status(value["cell_id"], "error")
    else:
        assert value["status"] == "done" and value["exit_code"] != 0, value
        assert "syntax error" in value["output"] or "bad substitution" in value["output"], value
    usable(bash)


def test_a_syntax_error_amid_good_lines(bash):
    value = bash.done("echo one\necho )\necho two")
    assert "one" in value["output"] and "syntax error" in value["output"] and value["output"].endswith("two")
    usable(bash)


def test_history_expansion_errors_end_the_frame(bash):
    bash.done("set -H")
    value = bash.done("echo a!nothing-of-the-kind")
    assert "event not found" in value["output"]
    usable(bash)


# Output that pretends


@pytest.mark.parametrize(
    "forged",
    [r"\e]133;D;0\a", r"\e]133;D\a", r"\e]133;A\a", r"\e]133;B\a", r"\e]133;C\a", r"\e]133;D;0\e\\", r"\e]633;D;0\a",
     r"\e]133;D;0;k=00000000\a", r"\e]133;A\a$ \e]133;B\a", r"\e]7;file:///forged\a"],
)
def test_forged_marks_end_nothing(bash, forged):
    value = bash.done(f"printf '{forged}'; sleep 0.3; echo END; (exit 4)")
    assert value["output"].endswith("END") and value["exit_code"] == 4
    assert value["cwd"] == str(bash.cwd)
    usable(bash)


def test_the_prompt_itself_in_the_output(bash):
    value = bash.done('echo "${PS1@P}"; printf %s "${PS1@P}"; sleep 0.5; echo END; (exit 4)')
    assert value["output"].endswith("END") and value["exit_code"] == 4
    usable(bash)


def test_our_own_variables_are_not_exported(bash):
    assert bash.output("env | grep -i -e kept_nonce -e 133") == ""


@pytest.mark.parametrize("count", [5, 7, 5000])
def test_equal_lines(bash, count):
    code = f"for ((i = 0; i < {count}; i++)); do echo same; done; sleep 0.5; echo END"
    assert bash.output(code) == "same\n" * count + "END"
    usable(bash)


def test_lines_like_a_continuation_prompt(bash):
    assert bash.output("printf '...\\n... x\\n> y\\n>>> z\\n$ \\n# \\n'") == "...\n... x\n> y\n>>> z\n$ \n# "


# Background jobs


def test_late_output_belongs_to_no_cell(bash):
    first = bash.done("(until [ -e gate ]; do sleep 0.02; done; echo L''ATE; touch told) & echo started")
    assert first["output"].splitlines()[-1] == "started" and "LATE" not in first["output"]
    bash.write("gate", "")
    wait_until(lambda: (bash.cwd / "told").exists(), what="the background job")
    wait_until(lambda: "LATE" in bash.k("history", "s").out, what="the late output in the history")
    assert "LATE" not in bash.output("echo clean")
    assert bash.poll("s", first["cell_id"])["output"] == first["output"]


def test_late_output_leaves_the_frames_right(bash):
    bash.done("(until [ -e stop ]; do echo noise; sleep 0.01; done) & true")
    for number in range(10):
        value = bash.done(f"echo cell{number}; (exit {number})")
        assert f"cell{number}" in value["output"].splitlines() and value["exit_code"] == number
    bash.write("stop", "")
    bash.done("wait")
    usable(bash)


def test_a_background_job_does_not_hold_the_frame(bash):
    assert bash.output("sleep 300 & echo on")
    usable(bash)
    bash.done("kill %1; wait")


def test_disowned_and_nohup_jobs_do_not_hold_the_frame(bash):
    bash.done("nohup sleep 300 > /dev/null 2>&1 & disown; echo $! > pid")
    usable(bash)
    os.kill(int((bash.cwd / "pid").read_text()), 9)
