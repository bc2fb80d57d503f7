"""What every shell with a profile must do, on each of them: exact frames, exit codes, and no way to wedge them."""

import json

import pytest
from harness import wait_until

SHELLS = ["bash", "zsh", "fish", "dash"]


@pytest.fixture(params=SHELLS)
def shell(request, box):
    box.new("s", request.param)
    box.shell = request.param
    return box


def usable(box):
    assert box.output("echo ok") == "ok"
    assert box.output("echo second; echo line") == "second\nline"


def test_frames_are_exact(shell):
    value = shell.done("echo hello")
    assert (value["output"], value["exit_code"], value["completion"]) == ("hello", 0, "marks"), value
    assert json.loads(shell.k("status", "-j", "s").out)["profile"] == ("sh" if shell.shell == "dash" else shell.shell)
    assert shell.output("printf 'no newline'") == "no newline"
    assert shell.output("printf '\\n  two\\n\\n'") == "\n  two\n"
    assert shell.output("true") == ""
    assert shell.output("printf '%s\\n' '$ ' '> ' '# ' '~> '") == "$ \n> \n# \n~> "
    assert shell.done("false")["exit_code"] == 1
    assert shell.done("sh -c 'exit 42'")["exit_code"] == 42
    assert shell.done("no-such-program-here")["exit_code"] == 127
    value = shell.done("cd /")
    assert (value["exit_code"], value["cwd"]) == (0, "/"), value
    usable(shell)


def test_code_of_several_lines_is_one_cell(shell):
    loop = "for i in 1 2 3\n\n    echo $i\nend" if shell.shell == "fish" else "for i in 1 2 3; do\n\n\techo $i\ndone"
    assert shell.output(loop) == "1\n2\n3"
    assert shell.output("echo 'open\n\nand closed'") == "open\n\nand closed"
    assert shell.output("echo one\n\necho two\nfalse") == "one\ntwo"
    assert shell.output("echo \"a\n  b\" # a comment") == "a\n  b"
    assert shell.output("# only a comment") == ""
    if shell.shell != "fish":
        assert shell.output("cat <<'EOF'\n$HOME `x` \\ \"'\n\nEOF") == "$HOME `x` \\ \"'\n"
        assert shell.output("f() {\n  echo \"<$1>\"\n}\nf 'a b'") == "<a b>"
        assert shell.output("x=1\ncase $x in\n1) echo yes ;;\nesac") == "yes"
    usable(shell)


def test_bytes_arrive_as_they_are(shell):
    text = "äöü € 漢字 \\ \\\\ \\n ! !! $x `y` \" % ~ * [a] {b} & ; | < > ( )"
    assert shell.output(f"printf '%s\\n' '{text}'" if shell.shell != "fish" else
                        f"printf '%s\\n' '{text}'".replace("\\ \\\\", "\\\\ \\\\\\\\")) == text
    assert shell.output("printf '%s' 'tab\there' | wc -c").strip() == "8"
    value = shell.done("printf '%s' '\x01\x03\x04\x15\x1b\x7f' | od -An -tx1")
    assert value["output"].split() == ["01", "03", "04", "15", "1b", "7f"], value
    usable(shell)


def test_variables_and_status_outlive_a_cell(shell):
    shell.done("set -g x 'kept over'" if shell.shell == "fish" else "x='kept over'")
    assert shell.output('echo "$x"') == "kept over"
    shell.done("sh -c 'exit 9'")
    assert shell.output("echo $status" if shell.shell == "fish" else "echo $?") == "9"


@pytest.mark.heavy
def test_much_code_arrives_whole(shell):
    lines = 200_000 // 41
    code = "\n".join(f"x{n:05d}='{'v' * 30}'" if shell.shell != "fish" else f"set x{n:05d} '{'v' * 25}'"
                     for n in range(lines)) + f"\necho end $x{lines - 1:05d}"
    assert len(code) > 190_000
    assert shell.output("-", stdin=code, timeout=60) == "end " + "v" * (25 if shell.shell == "fish" else 30)
    long = "w" * 200_000
    assert shell.output("-", stdin=f"printf %s '{long}' | wc -c", timeout=60).strip() == "200000"
    usable(shell)


def test_much_output(shell):
    value = shell.done("seq 1 20000", timeout=60)
    assert value["output"] == "\n".join(map(str, range(1, 20001)))
    usable(shell)


def test_interrupting(shell):
    value = shell.run("sleep 100", timeout=1)
    assert value["status"] == "timeout", value
    assert shell.k("int", "s").rc == 0
    value = shell.until_status(value["cell_id"], "error")
    assert value["output"] == "interrupted", value
    usable(shell)
    assert shell.k("int", "s").rc in (0, 1)
    usable(shell)


def test_a_command_that_asks(shell):
    read = "read -P 'name? ' x; echo got $x" if shell.shell == "fish" else "printf 'name? '; read -r x; echo got $x"
    value = shell.run(read, timeout=20)
    assert value["status"] == "waiting" and value["input"]["prompt"].endswith("name? "), value
    if shell.shell != "fish":
        assert value["input"]["kind"] == "line", value
    assert shell.k("send", "s", "bob").rc == 0
    assert shell.until_status(value["cell_id"], "done")["output"].splitlines()[-1] == "got bob"
    usable(shell)


def test_open_code(shell):
    """Where the shell asks for more, that is said; where code is evaluated whole it is an error at once."""
    value = shell.run("echo 'open", timeout=20)
    if shell.shell in ("bash", "zsh"):
        assert value["status"] == "waiting" and value["input"]["kind"] == "continuation", value
        assert shell.k("int", "s").rc == 0
        shell.until_status(value["cell_id"], "error")
    else:
        assert value["status"] == "done" and value["exit_code"] != 0, value
    usable(shell)


def test_syntax_errors(shell):
    for code in ("echo )", "for", "| cat"):
        value = shell.run(code, timeout=20)
        if value["status"] == "waiting":
            shell.k("int", "s")
            shell.until_status(value["cell_id"], "error")
        else:
            assert value["status"] == "done" and value["exit_code"] != 0, value
            assert value["output"].strip(), value
            assert shell.shell == "fish" or not value["output"].startswith("\n"), value
    usable(shell)


@pytest.mark.parametrize("forged", [r"\033]133;D;0\007", r"\033]133;E;n=0\007", r"\033]133;A\007$ \033]133;B\007"])
def test_forged_marks_end_nothing(shell, forged):
    value = shell.done(f"printf '{forged}'; sleep 0.3; echo END; sh -c 'exit 4'")
    assert value["output"].endswith("END") and value["exit_code"] == 4, value


def test_nothing_of_ours_is_exported(shell):
    assert shell.output("env | grep -i -e kept_was -e kept_nonce -e 133 -e ZDOTDIR -e '^ENV='; true") == ""


def test_jobs_speak_outside_of_cells(shell):
    shell.done("sleep 0.3 &")
    shell.done("sleep 0.6")
    value = shell.done("echo alone")
    assert value["output"] == "alone", value


def test_prompts_of_the_user(shell):
    code = {"fish": "function fish_prompt; echo -n 'mine> '; end", "zsh": "PROMPT='%B%~%b mine> '; RPROMPT=right"}
    value = shell.run(code.get(shell.shell, "PS1='mine> '"), timeout=20)
    assert value["status"] in ("done", "waiting"), value
    assert shell.output("echo after") == "after"
    assert shell.output("echo again") == "again"


@pytest.mark.parametrize(
    "code",
    ["set -u", "set -e; true", "unset PS1", "PS1=", "setopt no_unset err_return", "setopt ksh_arrays sh_word_split",
     "emulate sh", "precmd_functions=()", "preexec() { : }", "precmd() { false }", "setopt prompt_sp", "bindkey -v",
     "setopt no_prompt_percent", "setopt xtrace; unsetopt xtrace", "TRAPDEBUG() { : }", "disable -f print"],
)
def test_zsh_stays_usable_after(box, code):
    box.new("s", "zsh")
    value = box.run(code, timeout=20)
    assert value["status"] in ("done", "waiting"), value
    usable(box)


@pytest.mark.parametrize("code", ["set -u", "set -e", "unset PS1", "PS1=x", "PS2=", "IFS=", "set -x; set +x", "set -f",
                                  "stty -echo", "trap : INT", "exec 3>&1"])
def test_dash_stays_usable_after(box, code):
    box.new("s", "dash")
    box.done(code)
    usable(box)


def test_a_shell_that_ends(shell):
    value = shell.run("exit 7")
    assert (value["status"], value["output"], value["exit_code"]) == ("error", "session exited", 7), value


@pytest.mark.parametrize(
    "program, file, text",
    [("zsh", ".zshrc", "mine=from-rc\nPS1='%~ mine> '\n"), ("fish", ".config/fish/config.fish", "set -g mine from-rc\n"),
     ("dash", "env.sh", "mine=from-rc\n"), ("bash", ".bashrc", "mine=from-rc\n")],
)
def test_start_files_of_the_user(box, program, file, text):
    path = box.home / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    extra = ["--env", f"ENV={path}"] if program == "dash" else []
    box.new("clean", *extra, program)
    assert box.output("echo \"<$mine>\"", session="clean") == "<>"
    box.new("user", "--rc=user", *extra, program)
    assert box.output("echo \"<$mine>\"", session="user") == "<from-rc>"
    assert box.done("echo on", session="user")["completion"] == "marks"


@pytest.mark.parametrize("words", [["zsh", "-f"], ["/usr/bin/zsh", "-i"], ["env", "X=1", "zsh"], ["fish", "--private"],
                                   ["/bin/sh"], ["sh", "-i"]], ids=" ".join)
def test_ways_to_start(box, words):
    box.new("s", *words)
    assert box.done("echo started")["completion"] == "marks"
    usable(box)


@pytest.mark.parametrize("program", SHELLS)
def test_a_script_is_no_session_with_marks(box, program):
    box.write("script", "echo ran; sleep 1000\n")
    box.new("s", program, "script")
    wait_until(lambda: "ran" in box.k("history", "s").out, what="the script's output")
    assert json.loads(box.k("status", "-j", "s").out).get("profile", "") in ("", "bash")
