"""Output as a person would have read it: rendering of line-oriented programs, seen through a real bash."""

from ast import literal_eval

import pytest
from harness import PROGRAMS, PYTHON


def shell_printf(text):
    return "printf '" + text.replace("'", "'\\''") + "'"


@pytest.mark.parametrize(
    "text, seen",
    [
        (r"a\rb\n", "b"),
        (r"10%%\r50%%\r100%%\n", "100%"),
        (r"long line\rshort\n", "shortline"),
        (r"abc\b\bX\n", "aXc"),
        (r"hello\r\e[Kbye\n", "bye"),
        (r"hello\e[2K\rbye\n", "bye"),
        (r"hello world\e[5D\e[K!\n", "hello !"),
        (r"a\e[3Cb\n", "a   b"),
        (r"one\ntwo\e[1A\e[3DONE\n\n", "ONE\ntwo"),
        (r"a: wait\nb: wait\n\e[2Aa: done\n\e[Kb: done\n", "a: done\nb: done"),
        (r"\e[1mbold\e[0m \e[38;5;196mred\e[m \e[4:3munder\e[24m\n", "bold red under"),
        (r"\e]0;a title\aafter\n", "after"),
        (r"\e]8;;http://example.org\e\\link\e]8;;\e\\ text\n", "link text"),
        (r"a\eP1$r0m\e\\b\n", "ab"),
        (r"a\tb\n", "a\tb"),
        (r"\e[1mx\e[0m\ty\n", "x\ty"),
        (r"\n\n  x\n\n", "\n\n  x\n"),
        (r"...\n... a\n...\n", "...\n... a\n..."),
        (r"bell\a here\n", "bell here"),
        (r"no newline", "no newline"),
        (r"\e[?25lhidden cursor\e[?25h\n", "hidden cursor"),
        (r"a\x0bb\n", None),
        (r"\e[10Gten\n", " " * 9 + "ten"),
        (r"abcdef\e[3D\e[P!\n", "abc!f"),
        (r"abcdef\e[3D\e[2@XY\n", "abcXYdef"),
        (r"abcdef\r\e[3X\n", "   def"),
     ],
)
def test_rendering(bash, text, seen):
    output = bash.output(shell_printf(text))
    if seen is not None:
        assert output == seen
    assert bash.output("echo next") == "next"


@pytest.mark.parametrize("length", [159, 160, 161, 320, 321, 1000, 5000])
def test_soft_wraps_are_joined(bash, length):
    assert bash.output(f"head -c {length} /dev/zero | tr '\\0' x") == "x" * length


def test_two_lines_that_fill_the_width(bash):
    full = "x" * 160
    assert bash.output("for i in 1 2; do head -c 160 /dev/zero | tr '\\0' x; echo; done") == f"{full}\n{full}"


def test_coloured_line_longer_than_the_screen(bash):
    assert bash.output(r"printf '\e[32m'; head -c 500 /dev/zero | tr '\0' y; printf '\e[0m\n'") == "y" * 500


@pytest.mark.parametrize(
    "text",
    ["日本語", "e\u0301 combining", "👩\u200d👩\u200d👧 family", "🇩🇪 flag", "Ω≈ç√", "한글", "ไทย",
     "x\u200by", "é" * 300, "日" * 300, "a" + "日" * 100],
)
def test_unicode(bash, text):
    assert bash.output(f"echo '{text}'") == text


def test_wide_characters_under_a_carriage_return(bash):
    assert bash.output(r"printf '日本語\rX\n'").startswith("X")


@pytest.mark.parametrize(
    "text, seen",
    [
        (r"a\xffb\n", "a\ufffdb"),
        (r"\xc3\n", "\ufffd"),
        (r"ok \xe2\x82 next\n", "ok \ufffd next"),
        (r"\xf0\x9f\x98\x80 fine\n", "😀 fine"),
        (r"a\xc0\xafb\n", None),
        (r"x\xed\xa0\x80y\n", None),
     ],
)
def test_invalid_utf8_is_replaced(bash, text, seen):
    output = bash.output(shell_printf(text))
    if seen is None:
        assert "\ufffd" in output and output[0] + output[-1] in ("ab", "xy")
    else:
        assert output == seen
    assert bash.output("echo next") == "next"


def test_a_character_split_over_two_writes(bash):
    assert bash.output(r"printf '\xe6\x97'; sleep 0.2; printf '\xa5\n'") == "日"


def test_an_escape_sequence_split_over_two_writes(bash):
    assert bash.output(r"printf 'a\e['; sleep 0.2; printf '31mb\e]0;ti'; sleep 0.2; printf 'tle\ac\n'") == "abc"


# Raw output


@pytest.mark.parametrize(
    "text, raw",
    [
        (r"a\nb\n", b"a\r\nb\r\n"),
        (r"a\r50%%\r", b"a\r50%\r"),
        (r"\e[31mred\e[0m", b"\x1b[31mred\x1b[0m"),
        (r"\x00\x01\x02\xff\xfe", b"\x00\x01\x02\xff\xfe"),
        (r"nothing more", b"nothing more"),
        (r"\e]0;title\a", b"\x1b]0;title\x07"),
        (r"\n\n", b"\r\n\r\n"),
     ],
)
def test_raw_is_exact_to_the_byte(bash, text, raw):
    assert bash.k("run", "--raw", "s", shell_printf(text)).raw == raw


def test_raw_of_all_bytes(bash):
    bash.write("all", bytes(range(256)) * 4)
    assert bash.k("run", "--raw", "s", "stty -opost; cat all; stty opost").raw == bytes(range(256)) * 4
    assert bash.output("echo next") == "next"


def test_raw_of_nothing(bash):
    assert bash.k("run", "--raw", "s", "true").raw == b""


# Sequences that a program leaves unfinished: the end of the frame is still found


@pytest.mark.parametrize(
    "tail",
    [r"\e", r"\e[", r"\e[31", r"\e[?", r"\e]0;unfinished", r"\e]133;D;0", r"\e]133;", r"\eP unfinished", r"\eX", r"\e^",
     r"\e_", r"\e]8;;http://x",
     r"\xe2\x82", r"\x90", r"\x9d", r"\x9b", r"\x98", r"\x0e", r"\e(0", r"\e%%@", r"\e[?1049h", r"\e[2J", r"\ec",
     r"\e[4h", r"\e[?7l", r"\e[5;10r", r"\e[?6h",
     r"\e[200~", r"\e[?2026h", r"\e#8", r"\e[9999B", r"\e[8m", r"\e[?25l", r"\e7\e[H"],
)
def test_unfinished_sequences(bash, tail):
    value = bash.done(shell_printf("seen " + tail) + "; (exit 6)")
    assert value["exit_code"] == 6
    assert bash.output("echo next") == "next"
    assert bash.output("echo 'again and again'; printf 'x\\ry\\n'") == "again and again\ny"


def test_clear_then_text(bash):
    assert bash.output("echo before; clear; echo after").splitlines()[-1] == "after"
    assert bash.output("echo next") == "next"


def test_reset_then_text(bash):
    assert bash.output("echo before; reset; echo after").splitlines()[-1] == "after"
    assert bash.output("echo next") == "next"


# Terminal queries that programs wait for


@pytest.mark.parametrize(
    "query, final, begins",
    [
        (r"\x1b[c", "c", "\x1b[?"), (r"\x1b[0c", "c", "\x1b[?"), (r"\x1b[>c", "c", "\x1b[>"),
        (r"\x1b[5n", "n", "\x1b[0n"), (r"\x1b[6n", "R", "\x1b["),
        (r"\x1b[?2026$p", "$y", "\x1b[?2026;"), (r"\x1b[?2004$p", "$y", "\x1b[?2004;"),
        (r"\x1b[?9999$p", "$y", "\x1b[?9999;0$y"),
        (r"\x1b]10;?\x07", r"\x07", "\x1b]10;rgb:"), (r"\x1b]11;?\x07", r"\x07", "\x1b]11;rgb:"),
        (r"\x1b]12;?\x1b\\", r"\\", "\x1b]12;rgb:"),
        (r"\x1b[>q", r"\\", "\x1bP>|"), (r"\x1b[?u", "u", "\x1b[?"),
     ],
)
def test_queries_are_answered(bash, query, final, begins):
    shown = bash.output(f"{PYTHON} {PROGRAMS}/query.py '{query}' '{final}'")
    answer = literal_eval(shown.splitlines()[-1])
    assert answer.startswith(begins) and len(answer) >= len(begins), shown
    assert bash.output("echo next") == "next"


def test_the_answered_cursor_position_is_the_real_one(bash):
    shown = bash.output(f"printf '\\e[H\\e[2J\\n\\nabc'; {PYTHON} {PROGRAMS}/query.py '\\x1b[6n' R")
    assert "[3;4R" in shown, shown
