"""k attach: a person's terminal becomes the session's, and is then as it was."""

import os
import re
import signal
import subprocess

import pytest
from harness import K, toy, wait_until
from person import QUERY, Person, prompt

ENTER = b"\x1b[?1049h"
LEAVE = b"\x1b[?1049l"


@pytest.fixture
def people():
    """Persons of this test; those still there are ended with it."""
    all_of_them = []

    def come(*args, **options):
        all_of_them.append(Person(*args, **options))
        return all_of_them[-1]

    yield come
    for person in all_of_them:
        person.close()


def attached(box, count, session="s"):
    return wait_until(lambda: len(a := box.k("status", "--json", session).json["attached"]) == count and a or count == 0,
        what=f"{count} people to be attached")


def size_of(box, session="s"):
    value = box.k("status", "--json", session).json
    return value["cols"], value["rows"]


def test_attach_and_detach(bash, people):
    bash.done("echo before you came")
    me = people(bash, "attach", "s")
    me.until("before you came")
    me.type("echo from the $((40 + 2))\r").until("from the 42")
    me.type("\x1d")
    assert me.end() == 0
    assert b"[detached from s]" in me.seen
    assert me.seen.count(ENTER) == 1 and me.seen.count(LEAVE) == 1
    assert me.seen.index(LEAVE) < me.seen.index(b"[detached")
    assert b"133;" not in me.seen, "marks reach a person"
    assert bash.output("echo still there") == "still there"


def test_what_a_person_runs_is_no_cell(bash, people):
    me = people(bash, "attach", "s")
    me.until(prompt).type("echo typed\r").until("\ntyped")
    assert "no active cell" in bash.k("poll", "s").out
    assert bash.output("echo mine") == "mine"
    me.until("\nmine")


def test_run_goes_on_while_somebody_looks(bash, people):
    me = people(bash, "attach", "s")
    me.until(prompt)
    for number in range(5):
        assert bash.output(f"echo cell {number}") == f"cell {number}"
    me.until("cell 4")
    assert bash.run("read -p 'name? ' name; echo hello $name")["status"] == "waiting"
    me.until("name?").type("person\r").until("hello person")
    bash.until_status(bash.poll("s")["cell_id"], "done")


def test_what_cannot_be_seen_is_brought_back_too(bash, people):
    """Tab stops, a saved cursor, a shifted character set and a pending wrap, set before the person came."""
    code = r"""printf '\e[2J\e[3g\e[1;5H\eH\e[2;1Hsaved here:\e7\e[6;999He\e)0\x0e'; read -rsn1
        printf '\x0fnext\e8 yes\e[5;1H\ttab'; read -rsn1"""
    cell = bash.run(code)
    assert cell["status"] == "waiting"
    me = people(bash, "attach", "s", size=size_of(bash))
    me.until("saved here:")
    assert b"\x1b)0\x0e" in me.seen, "the character set"
    me.type("x").until("tab")
    rows = me.text().split("\n")
    assert rows[1] == "saved here: yes"
    assert rows[4] == "    tab"
    assert rows[5].endswith(" e") and rows[6] == "next", "the wrap that was pending"
    me.type("x")
    bash.until_status(cell["cell_id"], "done")


def test_a_prompt_in_use(bash, people):
    me = people(bash, "attach", "s")
    me.until(prompt).type("echo half").until("echo half")
    refused = bash.k("run", "s", "echo other")
    assert refused.rc == 1 and "the prompt is in use: tester on /dev/pts/" in refused.out, repr(refused)
    assert "k int s" in refused.err
    assert bash.k("run", "-j", "s", "true").json["status"] == "error"
    other = people(bash, "attach", "s", size=(60, 20)).until("echo half")
    assert "in use" in bash.k("run", "s", "echo other").out, "the prompt was drawn again, with the line"
    other.type("\x1d").end()
    me.type("\x15").until(lambda me: "half" not in me.text())
    wait_until(lambda: bash.k("run", "s", "echo other").out == "other\n", what="the erased line to count as none")
    me.type("echo again").until("echo again")
    assert bash.k("int", "s").rc == 0
    assert bash.output("echo after int") == "after int"


def test_code_waits_for_what_a_person_runs(bash, people):
    me = people(bash, "attach", "s")
    me.until(prompt).type("touch up; until [ -e gate ]; do sleep 0.05; done; echo person done\r")
    wait_until(lambda: (bash.cwd / "up").exists(), what="the person's command to run")
    cell = bash.fire("echo mine")
    assert bash.poll("s", cell)["status"] == "running"
    bash.write("gate", "")
    assert bash.until_status(cell, "done")["output"] == "mine"
    me.until("person done")


def test_typed_ahead(bash, people):
    me = people(bash, "attach", "s")
    me.until(prompt).type("touch up; until [ -e gate ]; do sleep 0.05; done\r")
    wait_until(lambda: (bash.cwd / "up").exists(), what="the person's command to run")
    me.type("ec").until(lambda me: re.search(r"^ec$", me.text(), re.M))
    cell = bash.fire("echo mine")
    bash.write("gate", "")
    value = bash.until_status(cell, "error", "done")
    assert value["status"] == "error" and "typed ahead" in value["output"]
    me.until(lambda me: re.search(r"[$#] ec$", me.text(), re.M)).type("ho fine\r").until("\nfine")


def test_a_prompt_in_use_without_marks(box, people):
    box.new("s", *toy())
    me = people(box, "attach", "s")
    me.until("toy>").type("say half").until("say half")
    refused = box.k("run", "s", "say other")
    assert refused.rc == 1 and "the prompt is in use" in refused.out, repr(refused)


def test_status_shows_who_is_attached(bash, people):
    assert bash.k("status", "--json", "s").json["attached"] == []
    me = people(bash, "attach", "s", size=(90, 30))
    me.until(prompt)
    [guest] = attached(bash, 1)
    assert guest["pid"] == me.pid and guest["user"] == "tester" and not guest["read_only"]
    assert (guest["cols"], guest["rows"]) == (90, 30) and guest["tty"] == os.readlink(f"/proc/{me.pid}/fd/0")
    assert f"attached='tester@{guest['tty']} 90x30 pid {me.pid}'" in bash.k("status", "s").out
    me.type("\x1d").end()
    attached(bash, 0)


def test_sizes(bash, people):
    """The smallest wins; the session's own size comes back when the last has left."""
    assert size_of(bash) == (160, 50)
    one = people(bash, "attach", "s", size=(100, 30)).until(prompt)
    assert size_of(bash) == (100, 30)
    two = people(bash, "attach", "s", size=(80, 40)).until(prompt)
    assert size_of(bash) == (80, 30)
    assert bash.output("stty size") == "30 80"
    watcher = people(bash, "attach", "--read-only", "s", size=(40, 10)).until(prompt)
    assert size_of(bash) == (80, 30)
    for person in (one, two, watcher):
        person.until("30 80")
    boss = people(bash, "attach", "--size=me", "s", size=(120, 35)).until("30 80")
    assert size_of(bash) == (120, 35)
    boss.set_size((118, 34))
    wait_until(lambda: size_of(bash) == (118, 34), what="the window's change to arrive")
    boss.type("\x1d").end()
    wait_until(lambda: size_of(bash) == (80, 30), what="the smallest to rule again")
    one.type("\x1d").end()
    two.type("\x1d").end()
    wait_until(lambda: size_of(bash) == (160, 50), what="the session's own size")
    watcher.type("\x03")
    assert watcher.end() == 0


def test_read_only(bash, people):
    me = people(bash, "attach", "-r", "s").until(prompt)
    me.type("echo nothing\r")
    assert bash.output("echo something") == "something"
    me.until("something")
    assert "nothing" not in me.text()
    assert me.type("\x1d").end() == 0


@pytest.mark.parametrize("key, typed", [("C-q", b"\x11"), ("^\\", b"\x1c"), ("ctrl-a", b"\x01")])
def test_another_detach_key(bash, people, key, typed):
    me = people(bash, "attach", "--detach", key, "s").until(prompt)
    me.type(b"\x1d").type("echo on\r").until("on\n")
    assert me.type(typed).end() == 0


@pytest.mark.parametrize("typed", [b"\x1b[93;5u", b"\x1b[93;5:1u", b"\x1b[93::93;69u", b"\x1b[27;5;93~"])
def test_the_detach_key_in_keyboard_protocols(bash, people, typed):
    assert people(bash, "attach", "s").until(prompt).type(typed).end() == 0


@pytest.mark.parametrize("key", ["x", "C-", "^[", "^M", ""])
def test_wrong_detach_keys(bash, key):
    result = bash.k("attach", "--detach", key, "s")
    assert result.rc == 2 and "--detach" in result.err, repr(result)


def test_without_a_terminal(bash):
    result = bash.k("attach", "s")
    assert result.rc == 1 and "needs a terminal" in result.out, repr(result)


def test_no_session(box, people):
    me = people(box, "attach", "nope")
    assert me.end() == 1 and b"no session 'nope'" in me.seen and ENTER not in me.seen


def test_an_ended_session(bash, people):
    bash.k("send", "s", "exit 3")
    wait_until(lambda: bash.k("status", "--json", "s").json["status"] == "exited", what="the end")
    me = people(bash, "attach", "s")
    assert me.end() == 1 and b"session exited" in me.seen and ENTER not in me.seen


def test_the_session_ends(bash, people):
    me = people(bash, "attach", "s").until(prompt)
    before = people(bash, "attach", "-r", "--json", "s").until(prompt)
    me.type("exit 7\r")
    assert me.end() == 0 and b"[s has ended (exit 7)]" in me.seen
    assert before.end() == 0 and b'{"session": "s", "status": "closed", "exit_code": 7}' in before.seen


def test_the_terminal_is_left_as_it_was(bash, people):
    """Whatever ends it: termios and every mode that the program switched on."""
    switch_on = "printf '\\e[?1h\\e[?5h\\e[?1000h\\e[?1002h\\e[?1006h\\e[?1004h\\e[?2004h\\e[?25l\\e[5 q\\e[>7u\\e[>4;2m\\e=\\e[4h\\e[3;9r\\e(0'; touch on; sleep 1000"
    ends = {
        "detached": lambda me: me.type("\x1b[93;5u"),
        "SIGTERM": lambda me: me.signal(signal.SIGTERM),
        "SIGHUP": lambda me: me.signal(signal.SIGHUP),
        "the daemon is killed": lambda me: bash.kill_daemon("s"),
    }
    bash.fire(switch_on)
    wait_until(lambda: (bash.cwd / "on").exists(), what="the modes")
    for what, leave in ends.items():
        me = people(bash, "attach", "s")
        found = me.modes()
        me.until(lambda me: b"\x1b[?1006h" in me.seen, what="the modes on the terminal")
        assert me.modes() != found, "not raw"
        leave(me)
        code = me.end()
        assert code == {"detached": 0, "SIGTERM": -15, "SIGHUP": -1, "the daemon is killed": 1}[what]
        assert me.modes() == found, what
        tail = me.seen[me.seen.rindex(b"\x18\x1b\\") :]
        for undo in (b"[?1l", b"[?5l", b"[?1000l", b"[?1002l", b"[?1006l", b"[?1004l", b"[?2004l", b"[?25h", b"[0 q",
                     b"[<u", b"[>4m", b"\x1b>", b"[4l", b"[r", b"(B", b"[23;0t", LEAVE):
            assert undo in tail, f"{what}: {undo} is missing"
        assert me.seen.count(b"u") and me.seen.count(b"[>0u") == 1 == me.seen.count(b"[<u")


def test_a_killed_client_has_left(bash, people):
    me = people(bash, "attach", "s", size=(70, 20)).until(prompt)
    assert size_of(bash) == (70, 20)
    me.signal(signal.SIGKILL).end()
    attached(bash, 0)
    assert size_of(bash) == (160, 50)


def test_queries_are_not_answered_twice(bash, people):
    """The program is answered by the session alone: the person's terminal never sees the question."""
    me = people(bash, "attach", "s").until(prompt)
    asking = r"stty -echo -icanon; printf '\e[c\e[>c\e[6n\e[5n\e]11;?\a\e[?2026$p\e[?u\e[>q\eZ\x05\e[18t\e[21t'; printf 'asked\n'"
    me.type(asking + "; read -t 1 -n 3 answer; cat -v <<< \"$answer\"; stty echo icanon\r").until("^[[?")
    assert not QUERY.search(me.seen), QUERY.search(me.seen)
    assert b"\x05" not in me.seen


def test_what_leaving_could_not_undo_does_not_arrive(bash, people):
    me = people(bash, "attach", "s").until(prompt)
    me.type(r"printf '\e]4;1;#123456\a\e]11;#000\a\e[8;10;20t\e[3J\ec\e[?1049h\e[?1007h\e[?9001h\eP1q#0~\e\\\e_Gx\e\\\e[?47l\e]2;a title\aend\n'" + "\r")
    me.until(lambda me: re.search(r"^end$", me.text(), re.M))
    for sequence in (b"\x1b]4;1;#", b"\x1b]11;", b"\x1b[8;10;20t", b"\x1b[3J", b"\x1bc", b"\x1b[?1007", b"\x1b[?9001", b"\x1bP", b"\x1b_"):
        assert sequence not in me.seen, sequence
    assert me.seen.count(ENTER) == 1
    assert b"\x1b]2;a title" in me.seen


def test_full_screen_programs(box, people):
    box.write("text", "".join(f"line {n}\n" for n in range(200)))
    box.new("s")
    me = people(box, "attach", "s", size=(80, 24)).until(prompt)
    me.type("less text\r").until("line 22").type("G").until("line 199").type("q")
    me.until(prompt)
    me.type("vim -u NONE -N text\r").until("line 5").type("ihello \x1b:set nu\r").until("1 hello line 0")
    again = people(box, "attach", "s", size=(80, 24)).until("1 hello line 0")
    assert again.text() == me.look().text()
    assert (again.screen.cursor.x, again.screen.cursor.y) == (me.screen.cursor.x, me.screen.cursor.y)
    me.set_size((60, 20))
    me.until(lambda me: "line 17" in me.text() and "line 19" not in me.text())
    again.until(lambda her: "line 17" in her.text() and "line 19" not in her.text())
    me.type(":q!\r").until(lambda me: "hello" not in me.text())
    me.type("htop\r").until("F1Help").type("q").until(lambda me: "F1Help" not in me.text())


def test_a_stopped_client_blocks_nobody(bash, people):
    stopped = people(bash, "attach", "s").until(prompt)
    other = people(bash, "attach", "s").until(prompt)
    stopped.signal(signal.SIGSTOP)
    try:
        assert bash.output("seq 1 300000", "--max-bytes", "100", timeout=60).endswith("300000")
        other.until("300000")
        assert bash.output("echo quick") == "quick"
    finally:
        stopped.signal(signal.SIGCONT)
    stopped.until("quick")
    assert stopped.type("\x1d").end() == 0


@pytest.mark.heavy
def test_a_flood_while_attached(bash, people):
    """10 MB: the screen is right at the end, whatever was skipped on the way, and memory stays bounded."""
    me = people(bash, "attach", "s").until(prompt)
    cell = bash.fire("seq 1 1500000; echo over")
    me.until("over", timeout=90)
    me.until(prompt)
    assert "1500000" in me.text()
    assert bash.until_status(cell, "done", timeout=60)["status"] == "done"
    assert len(me.seen) < 10_000_000 or me.text()
    resident = int(re.search(r"VmRSS:\s+(\d+)", open(f"/proc/{bash.daemon('s')}/status").read())[1])
    assert resident < 20_000


def tmux(box, *args):
    return box.call("tmux", "-S", str(box.root / "tmux"), "-f", "/dev/null", *args, env={"TERM": "xterm-256color"})


def test_inside_tmux(bash):
    """A real terminal with an alternate screen: its content and modes come back."""
    bash.done("echo in the session")
    assert tmux(bash, "new-session", "-d", "-x", "90", "-y", "25", "env PS1='outer> ' bash --norc").rc == 0

    def pane():
        return tmux(bash, "capture-pane", "-p").out

    def modes():
        names = "alternate_on cursor_flag insert_flag keypad_cursor_flag keypad_flag mouse_any_flag origin_flag wrap_flag"
        return tmux(bash, "display-message", "-p", " ".join(f"#{{{name}}}" for name in names.split()) +
            " #{pane_title} #{scroll_region_lower}").out

    try:
        wait_until(lambda: "outer>" in pane(), what="the outer shell")
        tmux(bash, "send-keys", "echo found here", "Enter")
        wait_until(lambda: "\nfound here" in pane(), what="the outer shell's output")
        before, modes_before = pane(), modes()
        tmux(bash, "send-keys", f"{K} attach s", "Enter")
        wait_until(lambda: "in the session" in pane() and "outer>" not in pane(), what="the session")
        assert size_of(bash) == (90, 25)
        tmux(bash, "send-keys", "printf '\\e[?1000h\\e[?1h\\e[2;5r\\e]2;other\\a'; echo in$((1+1))side", "Enter")
        wait_until(lambda: "in2side" in pane(), what="what was typed")
        tmux(bash, "resize-window", "-x", "70", "-y", "20")
        wait_until(lambda: size_of(bash) == (70, 20), what="the new size")
        tmux(bash, "resize-window", "-x", "90", "-y", "25")
        wait_until(lambda: size_of(bash) == (90, 25), what="the old size")
        tmux(bash, "send-keys", "C-]")
        after = wait_until(lambda: "[detached from s]" in (p := pane()) and p.rstrip().endswith("outer>") and p, what="to leave")
        assert after.startswith(before.rstrip()) and "in the session" not in after
        assert modes() == modes_before
        assert size_of(bash) == (160, 50)
    finally:
        tmux(bash, "kill-server")


def test_a_session_does_not_show_itself(bash):
    value = bash.run(f"{K} attach s", timeout=20)
    assert "cannot show itself" in value["output"] and value["exit_code"] == 1


def test_resize_while_attached(bash, people):
    """`k resize` says what size the session goes back to."""
    me = people(bash, "attach", "s", size=(80, 24)).until(prompt)
    assert bash.k("resize", "s", "120x40").rc == 0
    assert size_of(bash) == (80, 24)
    me.type("\x1d").end()
    wait_until(lambda: size_of(bash) == (120, 40), what="the size asked for")


def test_help_names_the_key(box):
    assert "Ctrl-]" in box.k("attach", "--help").out
    assert subprocess.run([K, "attach", "--help"], capture_output=True).returncode == 0
