"""k send: text, keys by name in the modes of the program, pastes, passwords, the mouse, the end of input."""

import re

from pathlib import Path

from harness import PROGRAMS, PYTHON, wait_until


def start_keys(box, *modes):
    """The program that shows what it gets, in a session s."""
    words = " ".join(f"'{mode}'" for mode in modes)
    box.new("s", "--size", "300x24")
    box.fire(f"{PYTHON} {PROGRAMS}/keys.py {words}")
    assert box.k("wait", "s", "--text", "ready").rc == 0


def received(box, *words, stdin=None):
    """What the program got for a `k send`, as bytes."""
    before = box.k("screen", "s", "--scrollback", "1000").out.count("got ")
    result = box.k("send", "s", *words, stdin=stdin)
    assert result.rc == 0 and result.out == "OK\n", repr(result)

    def look():
        lines = re.findall(r"got ([0-9a-f ]+)", box.k("screen", "s", "--scrollback", "1000").out)
        return lines[before:]

    lines = wait_until(look, 20, "the program to show what it got")
    assert box.k("wait", "s", "--idle", "60").rc == 0
    return b"".join(bytes.fromhex(line) for line in look() or lines)


def test_keys_of_a_plain_terminal(box):
    start_keys(box)
    assert received(box, "--keys", "a Up Home F5 C-c M-x Enter*2") == b"a\x1b[A\x1b[H\x1b[15~\x03\x1bx\r\r"
    assert received(box, "--keys", "S-Up C-M-Left BTab BSpace DC PgDn C-Space F1") == (
        b"\x1b[1;2A\x1b[1;7D\x1b[Z\x7f\x1b[3~\x1b[6~\0\x1bOP")
    assert received(box, "--keys", ":wq \"two words\" ö") == ":wqtwo wordsö".encode()
    box.k("send", "s", "--keys", "q")


def test_keys_in_application_modes_and_other_protocols(box):
    start_keys(box, r"\x1b[?1h\x1b=")
    assert received(box, "--keys", "Up Home S-Up KP5 KPEnter") == b"\x1bOA\x1bOH\x1b[1;2A\x1bOu\x1bOM"
    box.k("send", "s", "--keys", "q")
    box.k("wait", "s", "--cell", "-")
    box.fire(rf"{PYTHON} {PROGRAMS}/keys.py '\x1b[>1u'")
    assert box.k("wait", "s", "--regex", "^ready$", "--waiting").rc == 0
    assert received(box, "--keys", "Escape C-c M-x S-Enter a Enter Up") == (
        b"\x1b[27u\x1b[99;5u\x1b[120;3u\x1b[13;2ua\r\x1b[A")
    box.k("send", "s", "--keys", "q")
    box.k("wait", "s", "--cell", "-")
    box.fire(rf"{PYTHON} {PROGRAMS}/keys.py '\x1b[<u\x1b[>4;2m'")
    assert box.k("wait", "s", "--waiting").rc == 0
    assert received(box, "--keys", "C-c C-Enter a") == b"\x1b[27;5;99~\x1b[27;5;13~a"
    box.k("send", "s", "--keys", "q")


def test_a_key_that_is_none_types_nothing(box):
    start_keys(box)
    for words in ("a Entr", "C-Nope", "'open"):
        refused = box.k("send", "s", "--keys", words)
        assert refused.rc == 1 and refused.out.startswith("ERR "), repr(refused)
    assert received(box, "--keys", "x") == b"x"
    box.k("send", "s", "--keys", "q")


def test_paste_is_bracketed_when_asked_for(box):
    start_keys(box)
    assert received(box, "--paste", "a\nb") == b"a\rb"
    box.k("send", "s", "--keys", "q")
    box.k("wait", "s", "--cell", "-")
    box.fire(rf"{PYTHON} {PROGRAMS}/keys.py '\x1b[?2004h'")
    assert box.k("wait", "s", "--waiting").rc == 0
    assert received(box, "--paste", "-", stdin="a\nb\x1b[201~c") == b"\x1b[200~a\rb[201~c\x1b[201~"
    assert received(box, "--enter", "--paste", "x") == b"\x1b[200~x\x1b[201~\r"
    box.k("send", "s", "--keys", "q")


def test_mouse_in_the_protocol_asked_for(box):
    start_keys(box)
    refused = box.k("send", "s", "--mouse", "click,1,1")
    assert refused.rc == 1 and "not asked for the mouse" in refused.out
    box.k("send", "s", "--keys", "q")
    box.k("wait", "s", "--cell", "-")
    box.fire(rf"{PYTHON} {PROGRAMS}/keys.py '\x1b[2J\x1b[H\x1b[?1000h\x1b[?1006h' '  [ OK ] 漢 [ No ]\r\n'")
    assert box.k("wait", "s", "--text", "[ No ]", "--waiting").rc == 0
    assert received(box, "--mouse", "click,3,4") == b"\x1b[<0;4;5M\x1b[<0;4;5m"
    assert received(box, "--mouse", "click", "--on-text", "OK") == b"\x1b[<0;5;1M\x1b[<0;5;1m"
    assert received(box, "--on-text", "No") == b"\x1b[<0;15;1M\x1b[<0;15;1m"
    assert received(box, "--mouse", "scroll,down,2,2*2") == b"\x1b[<65;3;3M" * 2
    for words in (("--mouse", "click,300,1"), ("--mouse", "move,1,1"), ("--on-text", "nowhere"), ("--mouse", "hop")):
        refused = box.k("send", "s", *words)
        assert refused.rc == 1 and refused.out.startswith("ERR "), repr(refused)
    box.k("send", "s", "--keys", "q")


def test_a_password_leaves_no_trace(box):
    box.new("s")
    secret = "Tr0ub4dor-and-3"
    shown = box.k("send", "s", "--password-stdin", stdin=secret + "\n")
    assert shown.rc == 1 and "password" in shown.out
    box.fire(f"{PYTHON} -c 'import getpass; p = getpass.getpass(); print(len(p), p[:5])'")
    assert box.k("wait", "s", "--waiting", "--text", "Password:").rc == 0
    sent = box.k("send", "s", "--json", "--password-stdin", stdin=secret + "\n")
    assert sent.json == {"session": "s", "status": "sent"}
    assert box.k("wait", "s", "--text", f"{len(secret)} Tr0ub").rc == 0
    for path in (box.state / "s").iterdir():
        assert secret.encode() not in path.read_bytes(), path
    for pid in box.processes():
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        assert secret.encode() not in words


def test_end_of_input(box):
    box.new("s")
    cell = box.fire("cat > copy")
    assert box.k("wait", "s", "--waiting").rc == 0
    box.k("send", "s", "some text")
    assert box.k("send", "s", "--eof").out == "OK\n"
    assert box.k("wait", "s", "--cell", cell).rc == 0
    assert (box.cwd / "copy").read_text() == "some text\n"
    assert box.k("send", "s", "--eof", "--keys", "a").rc == 2


def test_editing_in_vim(box):
    box.new("s", "--size", "80x24")
    cell = box.fire("vim -u NONE note.txt")
    assert box.k("wait", "s", "--text", "[New", "--stable", "100").rc == 0
    # An Escape with something behind it, which must not become Alt.
    assert box.k("send", "s", "--keys", "i first Escape o second Escape O third Escape :wq Enter").rc == 0
    assert box.k("wait", "s", "--cell", cell).rc == 0
    assert (box.cwd / "note.txt").read_text() == "first\nthird\nsecond\n"


def test_mouse_in_a_real_program(box):
    box.new("s", "--size", "80x24")
    for name in ("aaa", "bbb", "ccc"):
        box.write(name, name)
    cell = box.fire("mc -a .")
    assert box.k("wait", "s", "--text", "ccc", "--stable", "200").rc == 0
    assert box.k("send", "s", "--on-text", "bbb").out == "OK\n"

    def chosen():
        return any("bbb" in line for line in box.k("screen", "--highlights", "s").lines)

    wait_until(chosen, 20, "mc to select what was clicked")
    box.k("send", "s", "--keys", "F10")
    assert box.k("wait", "s", "--cell", cell, "-t", "20").rc == 0


def test_quitting_htop(box):
    box.new("s", "--size", "100x30")
    cell = box.fire("htop")
    assert box.k("wait", "s", "--text", "Load average", "-t", "20").rc == 0
    box.k("send", "s", "--keys", "F10")
    assert box.k("wait", "s", "--cell", cell, "-t", "20").rc == 0
    assert box.poll("s", cell)["exit_code"] == 0
