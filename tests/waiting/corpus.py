"""Programs that wait for input, and programs that only look so: what has to be said of each.

Each runs in a bash session of its own, in a directory that holds what FILES names. `ask.py`, `work.py` and
`node.js` stand for what many programs do; the others are the real ones.
"""

import dataclasses
import shutil
from pathlib import Path

PROGRAMS = Path(__file__).resolve().parent / "programs"
PYTHON = "/usr/bin/python3"

FILES = {
    "long.txt": "".join(f"line {n}\n" for n in range(500)),
    "empty.txt": "",
    "ask.sh": "echo asking\nprintf 'Go on? [Y/n] '\nread answer\n",
    "ask.mk": "all:\n\t@printf 'Go on? '; read answer\n",
    "work.mk": "all: $(foreach n,1 2 3 4 5 6 7 8,job$n)\njob%:\n\t@sh -c 'while :; do sleep 0.2; expr 1 + 1 > /dev/null; done'\n",
    "slow.c": "#define A(x) x x x x x x x x\nint f(int a) {\n" + "A(A(A(A(A(A(a = a * 31 + 7;))))))\n" + "return a; }\n",
    "count.py": "for number in range(3):\n    print(number)\n",
}


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    code: str
    kinds: tuple = ()  # of input that are right; none: it does not wait
    prompt: str | None = None
    process: str | None = None

    def missing(self):
        """The program that this case needs and this machine does not have."""
        words = self.code.replace("(", " ").split()
        known = [word for word in words if word in NEEDED]
        return next((word for word in known if not shutil.which(word)), None)


NEEDED = {"bc", "dc", "dialog", "ed", "fzf", "gcc", "gdb", "git", "htop", "less", "man", "more", "nano", "node",
          "perl", "pinentry-curses", "script", "sqlite3", "ssh-keygen", "top", "vim", "whiptail", "watch", "xargs"}


def _ask(how, *kinds, prompt="Your name?", **more):
    return Case(how, f"{PYTHON} {PROGRAMS}/ask.py {how}", kinds, prompt, **more)


def _work(how):
    return Case(how, f"{PYTHON} {PROGRAMS}/work.py {how}")


def _node(how, *kinds, prompt=None):
    return Case(f"node_{how}", f"node {PROGRAMS}/node.js {how}", kinds, prompt)


WAITING = [
    # The shell itself
    Case("read", "read x", ("line",), "", "bash"),
    Case("read_prompt", "read -p 'Name? ' x", ("line",), "Name?", "bash"),
    Case("read_secret", "read -sp 'Password: ' x", ("password",), "Password:", "bash"),
    Case("read_key", "read -n1 -p 'Press a key ' x", ("key",), "Press a key", "bash"),
    Case("read_secret_key", "read -rsn1 x", ("key",), "", "bash"),
    Case("read_for_a_minute", "read -t 60 -p 'Go on? ' x", ("line",), "Go on?", "bash"),
    Case("select_menu", "select x in one two; do break; done", ("line",), "#?", "bash"),
    Case("open_quote", "echo 'open", ("continuation",)),
    Case("here_document", "cat <<EOF\nbody", ("continuation",)),
    Case("open_loop", "for i in 1 2; do", ("continuation",)),
    Case("read_loop", "while read -p 'more: ' x; do :; done", ("line",), "more:", "bash"),
    Case("subshell", "( read -p 'inner? ' x )", ("line",), "inner?", "bash"),
    # Filters without a file
    Case("cat", "cat", ("line",), "", "cat"),
    Case("cat_in_a_pipeline", "cat | tr a-z A-Z", ("line",), "", "cat"),
    Case("tee", "tee copy > /dev/null", ("line",), "", "tee"),
    Case("sort", "sort", ("line",), "", "sort"),
    Case("head", "head -n1", ("line",), "", "head"),
    Case("wc", "wc -l", ("line",), "", "wc"),
    Case("awk", "awk '{ print }'", ("line",), ""),
    Case("sed", "sed p", ("line",), "", "sed"),
    Case("grep", "grep x", ("line",), "", "grep"),
    Case("dd", "dd count=1 status=none", ("line",), "", "dd"),
    Case("cat_of_the_terminal", "echo one | cat - /dev/tty", ("line",), ""),
    # Questions
    Case("script", "sh ask.sh", ("line",), "Go on? [Y/n]", "sh"),
    Case("script_and_tee", "sh ask.sh | tee log", ("line",), "Go on? [Y/n]"),
    Case("make", "make -sf ask.mk", ("line",), "Go on?", "sh"),
    Case("rm", "rm -i long.txt", ("line",), None, "rm"),
    Case("cp", "cp -i long.txt empty.txt", ("line",), None, "cp"),
    Case("xargs", "echo a | xargs -p echo", ("line",), None, "xargs"),
    Case("ssh_keygen_file", "ssh-keygen", ("line",), None, "ssh-keygen"),
    Case("ssh_keygen_secret", "ssh-keygen -f key", ("password",), None, "ssh-keygen"),
    Case("git_add", "git init -q . && git add count.py && echo >> count.py && git add -p count.py", ("line",)),
    Case("openssl", "openssl passwd", ("password",), "Password:"),
    Case("perl", "perl -e 'print \"Name: \"; <STDIN>'", ("line",), None, "perl"),
    Case("sleeping_company", "sh -c 'sleep 1000 & printf \"stop? \"; read x'", ("line",), "stop?", "sh"),
    # Interpreters
    Case("python_repl", f"{PYTHON} -i -q", ("repl",), ">>>", "python3"),
    Case("pdb", f"{PYTHON} -m pdb count.py", ("repl", "line"), "(Pdb)", "python3"),
    Case("node_repl", "node", ("repl",), ">"),
    Case("bash_in_bash", "bash --norc", ("repl",), None, "bash"),
    Case("sqlite3", "sqlite3", ("repl",), "sqlite>", "sqlite3"),
    Case("gdb", "gdb -q -nx", ("repl",), "(gdb)", "gdb"),
    Case("gdb_of_a_reader", "gdb -q -nx -ex 'set startup-with-shell off' -ex run cat", ("line", "repl")),
    Case("bc", "bc -q", ("repl", "key", "line")),
    Case("dc", "dc", ("line",), "", "dc"),
    Case("ed", "ed -p '* '", ("line",), "*", "ed"),
    Case("perl_debugger", "perl -de1", ("line", "repl", "key")),
    # Keys and screens
    Case("less", "less long.txt", ("screen", "key"), None, "less"),
    Case("less_in_place", "less -X long.txt", ("key",), None, "less"),
    Case("less_of_a_pipe", "seq 100000 | less", ("screen", "key"), None, "less"),
    Case("more", "more long.txt", ("key", "screen"), None, "more"),
    Case("man", "man -P less bash", ("screen", "key")),
    Case("vim", "vim -u NONE -N empty.txt", ("screen",), None),
    Case("nano", "nano empty.txt", ("screen",), None, "nano"),
    Case("top", "top", ("screen",), None, "top"),
    Case("htop", "htop -d 30", ("screen",), None, "htop"),
    Case("fzf", "fzf < long.txt", ("screen",), None, "fzf"),
    Case("dialog", "dialog --menu choose 10 30 3 a one b two", ("screen", "key")),
    Case("whiptail", "whiptail --msgbox hello 10 30", ("screen", "key")),
    Case("pinentry", "printf 'OPTION ttyname=%s\\nOPTION ttytype=xterm\\nGETPIN\\n' $(tty) | pinentry-curses",
         ("screen", "key")),
    Case("nested_terminal", "script -qc 'bash --norc -c \"read -p Sure?\\  x\"' /dev/null",
         ("line", "key", "repl"), "Sure?"),
    # Ways of waiting
    _ask("by_input", "line", process="python3"),
    _ask("by_lines", "line", prompt=""),
    _ask("by_getpass", "password", prompt="Secret word:"),
    _ask("by_getpass_with_stdin_taken", "password", prompt="Secret word:"),
    _ask("by_readline", "key", "line", "repl"),
    _ask("by_dev_tty", "line"),
    _ask("by_select", "line"),
    _ask("by_select_for_a_minute", "line"),
    _ask("by_poll", "line"),
    _ask("by_epoll", "line"),
    _ask("by_epoll_with_a_pipe_to_itself", "line"),
    _ask("by_select_beside_a_socket", "line"),
    _ask("by_key", "key", prompt="Press any key"),
    _ask("by_raw_key_without_a_word", "key", prompt=""),
    _ask("by_curses", "screen", prompt=None),
    _ask("by_curses_that_refreshes", "screen", prompt=None),
    _ask("by_thread", "line"),
    _ask("beside_idle_threads", "line"),
    _ask("beside_a_server_thread", "line"),
    _ask("by_polling_with_a_prompt", "repl", prompt=">>>"),
    _ask("after_work", "line"),
    _ask("behind_long_output", "line"),
    _node("readline", "key", "line", "repl", prompt="Your name?"),
    _node("data", "line", prompt="Your name?"),
    _node("key", "key", prompt="Press a key"),
    _node("menu", "key", prompt=""),
    _node("menu_beside_a_connection", "key", prompt=""),
    _node("menu_that_blinks", "key", prompt=""),
    _node("open_title_beside_a_connection", "key", prompt=""),
    _node("name_beside_a_connection", "line", prompt="? Project name: ›"),
    _node("confirm_beside_a_connection", "line", prompt="? Ok to proceed? (Y/n)"),
    _node("secret_by_keys", "key", "line", prompt="? npm password:"),
    # Stopped by a signal, with nobody who would continue it
    Case("stopped", "sh -c 'sh -c \"kill -STOP \\$\\$\"; true'", ("stopped",), None, "sh"),
    Case("stopped_writer", "{ echo one; sh -c 'kill -STOP $$'; true; } | cat", ("stopped",), None, "sh"),
    Case("stopped_reader_of_another_group",
         "perl -e 'if (!fork) { setpgrp; read(STDIN, $x, 1); exit } wait'", ("stopped",), None, "perl"),
]

WORKING = [
    Case("sleep", "sleep 1000"),
    Case("busy_loop", "while :; do :; done"),
    Case("wait", "sleep 1000 & wait"),
    Case("cat_to_null", "cat /dev/zero > /dev/null"),
    Case("tail", "tail -f /dev/null"),
    Case("tail_and_grep", "tail -f long.txt | grep -v line"),
    Case("sleep_into_cat", "sleep 1000 | cat"),
    Case("sleep_into_less", "sleep 1000 | less"),
    Case("make_jobs", "make -sj8 -f work.mk"),
    Case("compiler", "while gcc -O2 -c slow.c -o slow.o; do :; done"),
    Case("fifo", "mkfifo pipe; cat < pipe"),
    Case("read_of_a_pipe", "sleep 1000 | { read x; echo $x; }"),
    Case("question_then_sleep", "printf 'Go on? [Y/n] '; sleep 1000"),
    Case("spinner", "while :; do for c in / - '\\'; do printf '\\r%s working' $c; sleep 0.1; done; done"),
    Case("silent_spinner", "for n in 1 2 3 4 5 6 7 8 9; do printf 'step %s: ' $n; sleep 0.6; done; sleep 1000"),
    Case("timeout", "timeout 1000 sleep 1000"),
    Case("watch_of_a_command", "while :; do date > /dev/null; sleep 0.05; done"),
    Case("checksum", "sha256sum /dev/zero"),
    Case("gdb_of_a_sleeper", "gdb -q -nx -batch -ex run --args sleep 1000"),
    *[_work(how) for how in (
        "sleeping", "sleeping_after_a_question", "computing", "accepting", "receiving", "connecting", "udp", "locked",
        "watching_files", "polling_often", "polling_seldom", "polling_with_a_status", "polling_with_a_silent_status",
        "reading_with_a_time_limit", "relaying", "relaying_with_threads", "listening_for_keys_in_a_thread",
        "listening_for_keys_in_a_slow_thread", "server_that_listens_for_keys", "watcher_that_listens_for_keys",
        "child_works_while_keys_are_read", "pool", "locked_threads", "asyncio_server", "progress", "slow_progress")],
    *[_node(how) for how in (
        "timers", "timers_and_keys", "slow_timers_and_keys", "server", "server_and_input", "child_and_input", "answered_menu", "server_with_help",
        "busy_child_and_keys")],
]
