"""k new: what starts, in which surroundings, and what is said when it cannot."""

import json
import os
import signal
import subprocess

import pytest
from harness import K, toy, wait_until


def test_says_ok_and_then_alive(box):
    first = box.k("new", "s")
    assert (first.rc, first.out) == (0, "OK s\n"), repr(first)
    again = box.k("new", "s")
    assert (again.rc, again.out) == (0, "OK s (alive)\n"), repr(again)
    assert len(box.daemons()) == 1


def test_default_command_is_bash(bash):
    assert bash.output('echo "${BASH_VERSION:+bash}"') == "bash"


def test_prompt_is_echoed_in_quotes(box):
    result = box.k("new", "s", *toy(), "--prompt=toy>")
    assert (result.rc, result.out) == (0, "OK s prompt='toy>'\n"), repr(result)


def test_prompt_is_taken_before_and_amid_the_command(box):
    command = toy()
    result = box.k("new", "--prompt=toy>", "a", *command)
    assert result.out == "OK a prompt='toy>'\n", repr(result)
    result = box.k("new", "b", command[0], "--prompt=toy>", *command[1:])
    assert result.out == "OK b prompt='toy>'\n", repr(result)
    assert box.output("say hi", session="b") == "hi"


def test_words_after_the_command_belong_to_it(box):
    box.write("rc", "GREETING=hello-from-rc\n")
    box.new("s", "bash", "--rcfile", str(box.cwd / "rc"), "-i")
    assert box.output("echo $GREETING") == "hello-from-rc"


def test_one_argument_with_spaces_is_a_shell_command_line(box):
    box.new("s", "env A=one bash --norc")
    assert box.output("echo $A") == "one"


def test_a_command_line_may_quote_and_redirect(box):
    box.new("s", "cd / && exec env 'B=two words' bash --norc")
    assert box.output('echo "$PWD $B"') == "/ two words"


def test_a_python_inside_env_is_recognised(box):
    box.new("py", "env A=1 python3 -i")
    assert box.output("import os; print(os.environ['A'] + '!')", session="py") == "1!"
    assert box.output("6 * 7", session="py") == "42"


def test_runs_in_the_callers_directory(bash):
    assert bash.output("pwd") == str(bash.cwd)


def test_cwd_option(box):
    box.new("s", "--cwd", "/usr/share")
    assert box.output("pwd") == "/usr/share"


def test_options_may_follow_the_name(box):
    result = box.k("new", "s", "--cwd", "/usr", "--env", "A=1", "bash", "--norc")
    assert (result.rc, result.out) == (0, "OK s\n"), repr(result)
    assert box.output("echo $A $PWD") == "1 /usr"


def test_env_option_several_times(box):
    box.new("s", "--env", "ONE=1", "--env", "TWO=a=b c")
    assert box.output('echo "$ONE|$TWO"') == "1|a=b c"


def test_default_size(bash):
    assert bash.output("stty size") == "50 160"


def test_size_option(box):
    box.new("s", "--size", "100x30")
    assert box.output("stty size; tput cols") == "30 100\n100"


def test_environment_of_the_child(box):
    box.new("s", env={"TERM": "dumb", "COLUMNS": "33", "LINES": "7", "PASSED": "on"})
    seen = dict(line.split("=", 1) for line in box.output("env").splitlines() if "=" in line)
    assert seen["TERM"] == "xterm-256color"
    assert seen["COLORTERM"] == "truecolor"
    assert seen["PAGER"] == "cat" and seen["GIT_PAGER"] == "cat"
    assert seen["PASSED"] == "on"
    assert "COLUMNS" not in seen and "LINES" not in seen


def test_pager_can_be_set(box):
    box.new("s", "--env", "PAGER=more", "--env", "GIT_PAGER=less -R")
    assert box.output('echo "$PAGER, $GIT_PAGER"') == "more, less -R"


def test_clean_signals_whatever_the_caller_ignores(box):
    def ignore():
        for name in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT, signal.SIGPIPE, signal.SIGCHLD):
            signal.signal(name, signal.SIG_IGN)
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGTERM})

    box.new("s", preexec_fn=ignore, restore_signals=False)
    masks = box.output("grep -E '^Sig(Ign|Blk)' /proc/self/status")
    assert [line.split()[1].strip("0") for line in masks.splitlines()] == ["", ""], masks


def test_no_inherited_descriptors(box):
    read, write = os.pipe()
    try:
        box.new("s", pass_fds=(write,))
        os.close(write)
        write = None
        # `ls` itself opens the directory as one more descriptor.
        assert box.output("ls /proc/self/fd").split() == ["0", "1", "2", "3"]
        os.set_blocking(read, False)
        assert os.read(read, 1) == b"", "the daemon or its child keeps the caller's pipe open"
    finally:
        os.close(read)
        if write is not None:
            os.close(write)


def test_own_terminal_and_session(bash):
    assert bash.output("tty").startswith("/dev/pts/")
    assert bash.output("ps -o sid= -p $$ | tr -d ' '") == bash.output("echo $$")


def test_labels_are_kept(box):
    box.new("s", "--label", "team=blue", "--label", "job=7")
    text = box.k("status", "--json", "s").out
    json.loads(text)
    assert "team" in text and "blue" in text and "job" in text


def test_json(box):
    result = box.k("new", "--json", "s")
    assert result.rc == 0 and result.json, repr(result)


# What goes wrong


@pytest.mark.parametrize("words", [["/nonexistent/program"], ["no-such-program-here", "x"], ["no-such-program-here x"]])
def test_program_that_cannot_start(box, words):
    result = box.k("new", "s", *words)
    assert result.rc == 1, repr(result)
    said = result.out + result.err
    assert "ERR" in said and ("not found" in said or "No such file" in said), repr(result)
    wait_until(lambda: not box.daemons(), what="the daemon to give up")
    assert box.k("new", "s").out == "OK s\n"


def test_program_that_may_not_be_executed(box):
    path = box.write("plain.txt", "just text\n")
    result = box.k("new", "s", str(path))
    assert result.rc == 1 and "ermission denied" in result.out + result.err, repr(result)


def test_cwd_that_does_not_exist(box):
    result = box.k("new", "--cwd", "/no/such/dir", "s")
    assert result.rc != 0 and "/no/such/dir" in result.out + result.err, repr(result)
    wait_until(lambda: not box.daemons(), what="the daemon to give up")


@pytest.mark.parametrize(
    "option",
    [["--size", "0x10"], ["--size", "80"], ["--size", "axb"], ["--size", "99999999x5"],
     ["--env", "NOEQUALS"], ["--frame=nonsense"], ["--rc=maybe"], ["--no-such-option"]],
    ids=" ".join,
)
def test_bad_options(box, option):
    result = box.k("new", *option, "s")
    assert result.rc == 2, repr(result)
    assert result.err or result.out
    assert not box.daemons()


def test_a_program_that_ends_at_once_keeps_its_words(box):
    result = box.k("new", "s", "sh -c 'echo last words; exit 4'")
    assert result.rc in (0, 1), repr(result)
    wait_until(lambda: not box.daemons(), what="the daemon to end with its program")
    if result.rc == 0:
        assert "last words" in box.k("history", "s").out
        assert "4" in box.k("status", "s").out
    else:
        assert "last words" in result.out + result.err


def test_quick_success_is_not_an_error_to_hang_on(box):
    result = box.k("new", "s", "true")
    assert result.rc in (0, 1), repr(result)
    wait_until(lambda: not box.daemons(), what="the daemon to end with its program")


# User files


def test_clean_rc_ignores_the_users_files(box):
    (box.home / ".bashrc").write_text("read -p 'stuck? ' answer\n")
    (box.home / ".bash_profile").write_text("exec sleep 1000\n")
    box.new("s")
    assert box.output("echo fine") == "fine"


def test_user_rc_on_request(box):
    (box.home / ".bashrc").write_text(
        "hey() { echo from-the-rc; }\nPS1='me> '\nPROMPT_COMMAND='true'\nset -o vi\n"
    )
    box.new("s", "--rc=user")
    value = box.done("hey; (exit 3)")
    assert value["output"] == "from-the-rc"
    assert value["exit_code"] == 3


def test_user_rc_that_asks_does_not_hang(box):
    (box.home / ".bashrc").write_text("read -p 'stuck? ' answer\n")
    result = box.k("new", "--rc=user", "s", timeout=60)
    assert result.rc in (0, 1), repr(result)


@pytest.mark.parametrize(
    "words",
    [["bash", "-l"], ["bash -l"], ["env", "A=1", "bash", "--norc"], ["env A=1 bash --norc"],
     ["/bin/bash", "--norc", "--noprofile"], ["bash", "-i"], ["bash"]],
    ids=" ".join,
)
def test_a_bash_by_any_name_gets_marks(box, words):
    (box.home / ".bash_profile").write_text("LOGIN=yes\n")
    box.new("s", *words)
    value = box.done('echo "[$LOGIN]"; (exit 5)')
    assert value["completion"] == "marks", value
    assert value["exit_code"] == 5
    assert value["output"] == ("[yes]" if "-l" in " ".join(words) else "[]")


def test_the_users_own_rcfile_is_read_and_marked(box):
    box.write("rc", "PS1='mine> '; mine=1\n")
    box.new("s", "bash", "--rcfile", "rc", "-i")
    value = box.done("echo $mine")
    assert (value["output"], value["completion"]) == ("1", "marks")


# Who the caller is


def test_works_for_an_unprivileged_user(nobody_box):
    box = nobody_box
    box.new("s")
    value = box.done("id -u; (exit 3)")
    assert value["exit_code"] == 3
    if box.uid is not None:
        assert value["output"] == str(box.uid)
    value = box.run("read answer")
    assert value["status"] == "waiting" and value["input"]["kind"] == "line"


def test_without_a_terminal_or_standard_streams(box):
    process = box.popen(
        "sh", "-c", f"exec {K} new s <&- >&- 2>&-", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    assert process.wait(60) in (0, 1)
    box.new("s")
    assert box.output("echo here") == "here"
