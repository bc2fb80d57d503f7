"""Programs inside programs: a shell behind ssh, python3 in bash, and back again."""

import os
import shutil
import signal
import subprocess

import pyte
import pytest
from harness import PYTHON, wait_until
from sshd import Sshd


@pytest.fixture(params=["root", "nobody"])
def there(request):
    """A session named s of bash, by root or by a plain user, and an sshd that lets it in."""
    if os.getuid() != 0:
        pytest.skip("sshd lets people in only when root runs it")
    box = request.getfixturevalue("box" if request.param == "root" else "nobody_box")
    box.sshd = Sshd(box)
    box.new("s")
    return box


def enter(box, code, prompt, kind="repl"):
    """Start an inner program, which comes to wait at this prompt."""
    value = box.run(code)
    assert value["status"] == "waiting", value
    assert (value["input"]["kind"], value["input"]["prompt"].strip()) == (kind, prompt), value
    return value


def check(box, *pairs, completion="quiet"):
    for code, output in pairs:
        value = box.done(code)
        assert (value["output"], value["completion"]) == (output, completion), value
    return value


def test_a_shell_behind_ssh(there):
    value = enter(there, there.sshd.command, "there:~#")
    assert value["input"]["process"] == "ssh" and value["input"]["evidence"] == "quiet", value
    value = check(there, ("echo hello", "hello"), ("x=1; echo; echo '  b'", "\n  b"), ("echo $x", "1"),
        ("for i in 1 2; do\n    echo $i\n\ndone\necho end", "1\n2\nend"), ("cd /tmp", ""), ("pwd", "/tmp"),
        ("cd /usr/lib", ""), ("printf unfinished", "unfinished"), ("seq 300", "\n".join(map(str, range(1, 301)))))
    assert "cwd" not in value, "the working directory is another machine's"
    value = there.done("exit 5")
    assert (value["exit_code"], value["completion"]) == (5, "marks"), value
    value = there.done("echo home $?")
    assert (value["output"], value["completion"]) == ("home 5", "marks"), value


def test_work_behind_ssh_is_not_waiting(there):
    enter(there, there.sshd.command, "there:~#")
    for code in ("sleep 30", "while :; do :; done", "echo working; sleep 30"):
        value = there.run(code, timeout=2)
        assert value["status"] == "timeout", value
        assert there.k("int", "s").out == "OK\n"
        assert there.until_status(value["cell_id"], "error")["output"] == "interrupted"
        check(there, ("echo next", "next"))


def test_a_command_through_ssh(there):
    value = there.done(f"{there.sshd.command} 'sleep 1; echo far; exit 7'")
    assert (value["output"], value["exit_code"]) == ("far", 7), value
    value = there.run(f"{there.sshd.command} sleep 30", timeout=2)
    assert value["status"] == "timeout", value
    there.k("int", "s")
    there.until_status(value["cell_id"], "error")
    assert there.output("echo home") == "home"


def test_a_question_behind_ssh(there):
    enter(there, there.sshd.command, "there:~#")
    value = there.run("read -p 'Name? ' name")
    assert value["status"] == "waiting", value
    assert (value["input"]["kind"], value["input"]["prompt"]) == ("line", "Name? ")
    assert there.k("send", "s", "Jo").rc == 0
    there.until_status(value["cell_id"], "done")
    check(there, ("echo $name", "Jo"))


def test_python_behind_ssh(there):
    enter(there, there.sshd.command, "there:~#")
    enter(there, f"{PYTHON} -q", ">>>")
    check(there, ("6 * 7", "42"), ("def double(n):\n    return 2 * n\n\nprint(double(21))", "42"))
    assert "ZeroDivisionError" in there.output("1 / 0")
    value = there.run("import time; time.sleep(30)", timeout=2)
    assert value["status"] == "timeout", value
    assert there.k("int", "s").out == "OK\n"
    there.until_status(value["cell_id"], "error")
    check(there, ("'state', double(1)", "('state', 2)"), ("exit()", ""), ("echo shell", "shell"))
    assert there.done("exit 3")["exit_code"] == 3
    assert there.done("echo home")["completion"] == "marks"


def test_a_connection_that_dies_in_mid_run(there):
    enter(there, there.sshd.command, "there:~#")
    cell = there.fire("echo begun; sleep 100")
    wait_until(lambda: "begun" in there.k("output", "s", cell).out, what="the work to begin")
    for pid in there.sshd.connections():
        os.kill(pid, signal.SIGKILL)
    value = there.until_status(cell, "done")
    assert value["exit_code"] == 255 and value["output"].startswith("begun"), value
    assert there.done("echo home")["completion"] == "marks"


def test_a_session_that_is_an_ssh(there):
    there.new("far", *there.sshd.command.split())
    assert there.output("echo hello", session="far") == "hello"
    assert there.output("cd /tmp; pwd", session="far") == "/tmp"
    value = there.run("exit 4", session="far")
    assert (value["output"], value["exit_code"]) == ("session exited", 4), value


# Without a network


def test_python_in_bash(bash):
    enter(bash, f"{PYTHON} -q", ">>>")
    check(bash, ("6 * 7", "42"), ("def double(n):\n    return 2 * n\n\nprint(double(21))", "42"))
    value = bash.run("input('Name? ')")
    assert value["status"] == "waiting" and value["input"]["prompt"] == "Name? ", value
    bash.k("send", "s", "Jo")
    assert bash.until_status(value["cell_id"], "done")["output"].splitlines()[-1] == "'Jo'"
    value = bash.run("while True: pass\n\n", timeout=1)
    assert value["status"] == "timeout" and bash.k("int", "s").out == "OK\n"
    bash.until_status(value["cell_id"], "error")
    check(bash, ("double(1)", "2"))
    value = bash.done("import sys; sys.exit(4)")
    assert (value["exit_code"], value["completion"]) == (4, "marks"), value
    assert bash.output("echo home") == "home"


def test_bash_in_bash_in_bash(bash):
    bash.write("rc", "PS1='two> '")
    enter(bash, "bash --rcfile rc", "two>")
    check(bash, ("x=inner", ""), ("echo $x", "inner"))
    enter(bash, "PS1='three> ' bash --norc", "three>")
    check(bash, ("echo [$x]", "[]"), ("exit 7", "exit"), ("echo $x $?", "inner 7"))
    value = bash.done("exit 6")
    assert (value["exit_code"], value["completion"]) == (6, "marks"), value


def test_sqlite_in_bash(bash):
    enter(bash, "sqlite3", "sqlite>")
    check(bash, ("create table t(a);\ninsert into t values\n(1),\n(2);", ""), ("select sum(a) from t;", "3"))
    value = bash.done(".exit 3")
    assert (value["exit_code"], value["completion"]) == (3, "marks"), value


def test_python_in_a_shell_without_marks(box):
    box.new("s", "--frame=quiet", "bash", "--norc")
    check(box, ("echo one", "one"))
    enter(box, f"{PYTHON} -q", ">>>")
    check(box, ("6 * 7", "42"), ("exit()", ""), ("echo back", "back"))


def test_sudo(bash):
    """sudo gives its shell a terminal of its own and stands in between."""
    if os.getuid() != 0:
        pytest.skip("only root may use sudo without being asked for a password")
    bash.write(".bashrc", "PS1='sudo:\\w\\$ '")
    enter(bash, "sudo HOME=$PWD bash -i", "sudo:~#")
    check(bash, ("echo $SUDO_USER hello", "root hello"), ("cd /tmp", ""), ("pwd", "/tmp"))
    value = bash.done("(exit 3)", "--inject")
    assert (value["exit_code"], value["completion"]) == (3, "marks"), value
    value = bash.run("sleep 30", timeout=1)
    assert value["status"] == "timeout" and bash.k("int", "s").out == "OK\n"
    bash.until_status(value["cell_id"], "error")
    value = bash.done("exit 9")
    assert (value["exit_code"], value["completion"]) == (9, "marks"), value


def test_docker(bash):
    if subprocess.run(["sh", "-c", "docker info >/dev/null 2>&1"], timeout=60).returncode != 0:
        pytest.skip("no Docker daemon here")
    image = subprocess.run(["docker", "images", "-q"], capture_output=True, text=True).stdout.split()
    if not image:
        pytest.skip("no Docker image here")
    value = bash.run(f"docker run --rm -it {image[0]} sh")
    assert value["status"] == "waiting" and value["input"]["kind"] == "repl", value
    check(bash, ("echo hello", "hello"))
    assert bash.done("exit 2")["exit_code"] == 2


# Marks for a shell inside


def shown(box, session="s"):
    """What a person would see on the terminal now."""
    screen = pyte.HistoryScreen(160, 50, history=1000)
    pyte.ByteStream(screen).feed((box.state / session / "output.log").read_bytes())
    return "\n".join(screen.display)


def check_marked(box):
    """Exact frames in the inner shell, and none of what was typed to get them is to be seen."""
    value = box.done("echo hello; (exit 3)", "--inject")
    assert (value["output"], value["exit_code"], value["completion"]) == ("hello", 3, "marks"), value
    for code, output, exit_code in (
        ("false", "", 1), ("x=1\nfor i in 1 2; do\n    echo $i\n\ndone", "1\n2", 0), ("echo $x", "1", 0),
        ("cd /usr/lib; pwd", "/usr/lib", 0), ("printf unfinished", "unfinished", 0)):
        value = box.done(code)
        assert (value["output"], value["exit_code"], value["completion"]) == (output, exit_code, "marks"), value
    value = box.run("cat <<EOF\nbody", timeout=4)
    assert value["status"] == "waiting" and value["input"]["kind"] == "continuation", value
    assert box.k("int", "s").out == "OK\n"
    box.until_status(value["cell_id"], "error")
    assert "stty" not in box.output("history; echo; shopt -s histappend"), "a trace in the history"
    assert "stty" not in shown(box), "a trace on the screen"
    assert box.done("true", "--inject")["exit_code"] == 0


def test_marks_in_bash_behind_ssh(there):
    enter(there, there.sshd.command, "there:~#")
    check_marked(there)
    enter(there, f"{PYTHON} -q", ">>>")
    check(there, ("6 * 7", "42"))
    value = there.done("import sys; sys.exit(4)")
    assert (value["exit_code"], value["completion"]) == (4, "marks"), value
    value = there.run("sleep 30", timeout=2)
    assert value["status"] == "timeout" and there.k("int", "s").out == "OK\n"
    assert there.until_status(value["cell_id"], "error")["output"] == "interrupted"
    assert there.done("exit 5")["exit_code"] == 5
    assert there.output("echo home $?") == "home 5"


def test_marks_in_bash_in_bash(bash):
    bash.write("rc", "PS1='inner> '; PROMPT_COMMAND='asked=$((asked + 1))'")
    enter(bash, "bash --rcfile rc", "inner>")
    check_marked(bash)
    assert int(bash.output("echo $asked")) > 5, "the user's own prompt command is kept"
    assert bash.done("exit 6")["exit_code"] == 6
    assert bash.output("echo home") == "home"


def test_marks_inside_are_nobodys_output(bash):
    bash.write("rc", "PS1='inner> '")
    enter(bash, "bash --rcfile rc", "inner>")
    assert bash.done("echo one\necho two", "--inject")["completion"] == "marks"
    raw = bash.k("run", "--raw", "s", "echo one\necho two").raw
    assert b"one\r\n" in raw and b"two\r\n" in raw and b"\x1b]133;" not in raw, raw
    text = bash.k("cast", "s").out
    assert "inner> " in text and "two" in text and "u001b]133;" not in text
    assert b"\x1b]133;C;" in (bash.state / "s" / "output.log").read_bytes(), "the journal has every byte"


def test_marks_in_a_session_that_is_an_ssh(there):
    there.new("far", *there.sshd.command.split())
    value = there.done("(exit 3)", "--inject", session="far")
    assert (value["exit_code"], value["completion"]) == (3, "marks"), value


INNER = {
    "zsh": ("PS1='inner> ' zsh -f", "inner>"),
    "fish": ("fish --no-config --private -C 'function fish_prompt; echo -n \"inner> \"; end'", "inner>"),
    "dash": ("PS1='inner> ' dash", "inner>"),
    "sh": ("PS1='inner> ' sh", "inner>"),
}


@pytest.mark.parametrize("shell", INNER)
def test_marks_in_another_shell(bash, shell):
    """Exact frames and exit codes, and the line that asked for them is gone from the screen."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    enter(bash, *INNER[shell])
    value = bash.done("echo hello; sh -c 'exit 3'", "--inject")
    assert (value["output"], value["exit_code"], value["completion"]) == ("hello", 3, "marks"), value
    assert "stty" not in shown(bash), "a trace on the screen"
    loop = "for i in 1 2\n  echo $i\n\nend" if shell == "fish" else "for i in 1 2; do\n  echo $i\n\ndone"
    for code, output, exit_code in (
        ("false", "", 1), (loop, "1\n2", 0), ("cd /usr/lib; pwd", "/usr/lib", 0), ("printf unfinished", "unfinished", 0),
        ("echo 'quoted \\. $HOME \"'", "quoted \\. $HOME \"", 0), ("true", "", 0)):
        value = bash.done(code)
        assert (value["output"], value["exit_code"], value["completion"]) == (output, exit_code, "marks"), value
    value = bash.run("sleep 30", timeout=1)
    assert value["status"] == "timeout" and bash.k("int", "s").out == "OK\n"
    assert bash.until_status(value["cell_id"], "error")["output"] == "interrupted"
    enter(bash, f"{PYTHON} -q", ">>>")
    check(bash, ("6 * 7", "42"))
    value = bash.done("import sys; sys.exit(4)")
    assert (value["exit_code"], value["completion"]) == (4, "marks"), value
    value = bash.done("exit 5")
    assert (value["output"], value["exit_code"], value["completion"]) == ("", 5, "marks"), value
    assert bash.output("echo home $?") == "home 5"


def check_marked_python(box):
    value = box.done("6 * 7", "--inject")
    assert (value["output"], value["exit_code"], value["completion"]) == ("42", 0, "marks"), value
    assert "stty" not in shown(box), "a trace on the screen"
    for code, output, exit_code in (
        ("def f(x):\n\n    return x * 2\n\nf(21)", "42", 0), ("x = 5", "", 0), ("x", "5", 0), ("None", "", 0),
        ("sorted(k for k in globals() if '__' not in k)", "['f', 'x']", 0)):
        value = box.done(code)
        assert (value["output"], value["exit_code"], value["completion"]) == (output, exit_code, "marks"), value
    value = box.done("1 / 0")
    assert value["exit_code"] == 1 and value["output"].endswith("ZeroDivisionError: division by zero"), value
    assert "kept>" not in value["output"], "frames of ours in the traceback"
    history = "import readline\n[readline.get_history_item(i + 1) for i in range(readline.get_current_history_length())]"
    assert "stty" not in box.output(history), "a trace in the history"
    value = box.run("input('Name? ')")
    assert value["status"] == "waiting" and value["input"]["prompt"] == "Name? ", value
    box.k("send", "s", "Jo")
    assert box.until_status(value["cell_id"], "done")["output"].splitlines()[-1] == "'Jo'"
    value = box.run("while True: pass", timeout=2)
    assert value["status"] == "timeout" and box.k("int", "s").out == "OK\n"
    assert box.until_status(value["cell_id"], "error")["output"] == "interrupted"
    box.done("import sys; sys.exit(4)")


def test_marks_in_python(bash):
    enter(bash, f"PYTHONSTARTUP= {PYTHON} -q", ">>>")
    check_marked_python(bash)
    assert bash.output("echo home $?") == "home 4"


def test_marks_in_python_behind_ssh(there):
    enter(there, there.sshd.command, "there:~#")
    enter(there, f"{PYTHON} -q", ">>>")
    check_marked_python(there)
    check(there, ("echo there $?", "there 4"))


@pytest.mark.parametrize("shell", ["zsh", "fish", "dash"])
def test_marks_in_another_shell_behind_ssh(there, shell):
    """Its prompt is all that is seen of it."""
    if not shutil.which(shell):
        pytest.skip(f"{shell} is not installed")
    enter(there, there.sshd.command, "there:~#")
    command = INNER[shell][0].replace("inner> ", "inner# ").partition(" -C")[0]  # fish has a prompt like this
    value = there.run(command)
    assert value["status"] == "waiting" and value["input"]["prompt"].strip().endswith("#"), value
    value = there.done("echo hello; sh -c 'exit 3'", "--inject")
    assert (value["output"], value["exit_code"], value["completion"]) == ("hello", 3, "marks"), value
    assert there.done("false")["exit_code"] == 1
    there.done("exit 6")
    check(there, ("echo there $?", "there 6"))


def test_nothing_is_typed_into_what_takes_no_marks(bash):
    """A database's prompt, IPython's, a debugger's: code goes there as without --inject."""
    for command, prompt, code, output, leave in (
        ("sqlite3", "sqlite>", "select 6 * 7;", "42", ".quit"), ("lua5.4", ">", "6 * 7", "42", "os.exit()"),
        (f"{PYTHON} -c 'import code, sys; sys.ps1 = \"mine> \"; code.interact(\"\")'", "mine>", "6 * 7", "42", "exit()")):
        enter(bash, command, prompt)
        before = (bash.state / "s" / "output.log").stat().st_size
        value = bash.done(code, "--inject")
        assert (value["output"], value["completion"]) == (output, "quiet"), value
        assert b"stty" not in (bash.state / "s" / "output.log").read_bytes()[before:]
        bash.done(leave)


def test_a_shell_without_marks_of_ours_is_left_as_it_was(bash):
    """ksh and the like are asked, and then get their code as ever."""
    shell = bash.cwd / "ksh"
    shutil.copy(os.path.realpath(shutil.which("bash")), shell)
    enter(bash, f"PS1='other$ ' {shell} --norc", "other$")
    value = bash.done("echo hello", "--inject")
    assert (value["output"], value["completion"]) == ("hello", "quiet"), value
    value = bash.run("read line", timeout=10)
    assert value["status"] == "waiting" and value["input"]["kind"] == "line", "echo is on"


def test_inject_at_the_own_prompt_changes_nothing(bash):
    assert bash.done("echo hello", "--inject")["completion"] == "marks"
