"""k screen and k resize: what programs show, as text, with styles, in part, above the screen, of ended sessions."""

import json
import shutil
import struct
from xml.etree import ElementTree

from harness import KEPT, wait_until

ROW_KEYS = {"y", "text", "wrapped", "runs"}


def shot(box, *options, session="s"):
    result = box.k("screen", "--json", *options, session)
    assert result.rc == 0, repr(result)
    value = result.json
    assert list(value)[:10] == ["session", "size", "cursor", "title", "alternate", "modes", "scrollback", "hash",
                                "changes_only", "rows"]
    assert all(set(row) <= ROW_KEYS for row in value["rows"])
    return value


def texts(value):
    return [row["text"] for row in value["rows"]]


def until_text(box, text, session="s"):
    wait_until(lambda: text in box.k("screen", session).out, 20, f"{text!r} on the screen")


def test_text_as_seen(box):
    box.new("s", "--size", "40x6")
    box.done(r"printf '\033[31mred\033[0m  \tplain\n\n  indented 漢字\n'")
    out = box.k("screen", "s").out
    assert "red     plain\n\n  indented 漢字\n" in out
    assert "\x1b" not in out


def test_colours_come_back_with_ansi(box):
    box.new("s", "--size", "40x8")
    box.done(r"printf '\033[1;38;5;208;44mhot\033[0m \033[4:3mcurl\033[0m'; echo")
    out = box.k("screen", "--ansi", "s").out
    assert "\x1b[0;1;38;5;208;48;5;4mhot\x1b[0m" in out and "\x1b[0;4:3mcurl\x1b[0m" in out


def test_json_has_size_cursor_title_modes_runs_and_links(box):
    box.new("s", "--size", "40x8")
    box.done(r"printf '\033[2J\033[H\033]2;the title\007\033[7minverse\033[0m \033]8;;https://example.org/x\033\\link\033]8;;\033\\ \033[38;2;1;2;3mrgb\033[m\n'")
    value = shot(box)
    assert value["size"] == {"cols": 40, "rows": 8} and value["title"] == "the title"
    assert value["modes"]["mouse"] == "off" and value["modes"]["bracketed_paste"] is True
    row = value["rows"][0]
    assert row["text"] == "inverse link rgb"
    assert row["runs"] == [
        {"x": 0, "width": 7, "text": "inverse", "inverse": True},
        {"x": 8, "width": 4, "text": "link", "link": "https://example.org/x"},
        {"x": 13, "width": 3, "text": "rgb", "fg": "#010203"},
    ]
    assert [row["y"] for row in value["rows"]] == list(range(8))
    prompt = value["rows"][value["cursor"]["y"]]["text"]
    assert value["cursor"]["visible"] and value["cursor"]["x"] == len(prompt) + 1
    assert value["cursor"]["shape"] == "block"
    box.done(r"printf '\033[6 q'")
    assert shot(box)["cursor"]["shape"] == "bar"


def test_region(box):
    box.new("s", "--size", "40x8")
    box.done(r"printf '\033[2J\033[H0123456789\nabcdefghij\n漢字漢字\n'")
    assert box.k("screen", "--region", "2,0,4,2", "s").out == "2345\ncdef\n"
    assert box.k("screen", "--region", "1,2,4,1", "s").out == " 字\n"  # halves are blank
    assert box.k("screen", "--region", "8,0,0,1", "s").out == "89\n"
    assert box.k("screen", "--region", "1,2", "s").rc == 2


def test_diff_gives_changed_rows_only(box):
    box.new("s", "--size", "40x8")
    box.done(r"printf '\033[2J\033[Hone\ntwo\nthree\n'")
    first = shot(box)
    again = shot(box, "--diff", first["hash"])
    assert again["hash"] == first["hash"] and again["changes_only"] and again["rows"] == []
    # Only what is drawn counts, not that something was written.
    box.done(r"printf '\0337\033[2;1HTWO\0338'")
    changed = shot(box, "--diff", first["hash"])
    assert changed["changes_only"] and {"y": 1, "text": "TWO"} in changed["rows"]
    assert not any(row["y"] == 0 for row in changed["rows"])
    whole = shot(box, "--diff", "0123456789abcdef")
    assert not whole["changes_only"] and len(whole["rows"]) == 8


def test_scrollback(box):
    box.new("s", "--size", "40x8")
    box.done("seq 1 100")
    value = shot(box, "--scrollback", "20")
    assert value["scrollback"] >= 90
    above = [row for row in value["rows"] if row["y"] < 0]
    assert [row["y"] for row in above] == list(range(-20, 0))
    numbers = [int(text) for text in texts(value) if text.isdigit()]
    assert numbers == list(range(numbers[0], 101)) and len(numbers) >= 25
    out = box.k("screen", "--scrollback", "1000", "s").out
    assert "\n1\n2\n3\n" in out


def test_highlights_are_the_selected_entries(box):
    box.new("s", "--size", "60x15")
    box.fire("dialog --menu 'Pick one' 12 40 4 1 Apple 2 Banana 3 Cherry", session="s")
    until_text(box, "Cherry")
    assert box.k("wait", "s", "--waiting").rc == 0  # before, it has not said which keys it wants
    box.k("send", "s", "--keys", "Down")
    wait_until(lambda: "Banana" in box.k("screen", "--highlights", "s").out, 20, "the selection to move")
    lines = box.k("screen", "--highlights", "s").lines
    assert any("2" in line and "Banana" in line for line in lines), lines
    assert not any("Apple" in line or "Cherry" in line for line in lines), lines
    assert any("OK" in line for line in lines), lines
    highlights = shot(box, "--highlights")["highlights"]
    assert all({"x", "y", "width", "text", "by"} == set(one) for one in highlights)


def test_a_frame_is_shown_whole_or_not_at_all(box):
    """Synchronized output: what a person's terminal holds back until it is complete."""
    box.new("s", "--size", "40x6")
    box.write("draw.sh", r"""printf '\033[2J\033[Hold'; read -rsn1
        printf '\033[?2026h\033[2J\033[Hhalf'; touch begun; sleep 0.3; printf ' whole\033[?2026l'; read -rsn1
        printf '\033[?2026h\033[2J\033[Hleft behind'; read -rsn1
        """)
    cell = box.fire("bash draw.sh")
    until_text(box, "old")
    box.k("send", "s", "-n", "x")
    wait_until(lambda: (box.cwd / "begun").exists(), 20, "the frame to begin")
    waited = box.k("wait", "s", "--gone", "old", "--text", "half")
    assert waited.out == "half whole\n", repr(waited)
    assert box.k("screen", "s").out.startswith("half whole")
    box.k("send", "s", "-n", "x")
    until_text(box, "left behind")  # by a program that does not end its frame: shown after a second
    assert "left behind" in box.k("wait", "s", "--text", "left").out
    box.k("send", "s", "-n", "x")
    box.until_status(cell, "done")


def test_resize_reaches_the_program(box):
    box.new("s", "--size", "80x24")
    box.write("size.sh", "trap 'stty size' WINCH; echo ready; while :; do sleep 0.05; done\n")
    box.fire("bash size.sh")
    until_text(box, "ready")
    assert box.k("resize", "s", "100x30").out == "OK\n"
    until_text(box, "30 100")
    value = shot(box)
    assert value["size"] == {"cols": 100, "rows": 30}
    assert box.k("resize", "--json", "s", "80x24").json == {"session": "s", "status": "resized"}
    for wrong in ("80", "0x5", "80x", "5000x5", "axb"):
        assert box.k("resize", "s", wrong).rc == 2
    events = (box.state / "s" / "events.ndjson").read_text()
    assert [json.loads(line)["message"] for line in events.splitlines() if '"resize"' in line] == ["100x30", "80x24"]


def test_screen_of_an_ended_session(box):
    box.new("s", "--size", "40x8")
    box.done("echo last words")
    box.k("resize", "s", "50x9")
    box.kill_daemon("s")
    value = shot(box)
    assert "last words" in texts(value) and value["size"] == {"cols": 50, "rows": 9}
    refused = box.k("resize", "s", "80x24")
    assert refused.rc == 1 and "session exited" in refused.out


def test_a_full_screen_program(box):
    box.new("s", "--size", "80x24")
    box.write("text.txt", "".join(f"line {n}\n" for n in range(1, 200)))
    box.fire("less text.txt")
    until_text(box, "line 23")
    value = shot(box)
    assert value["alternate"] and texts(value)[0] == "line 1"
    assert value["rows"][23]["runs"][0]["inverse"] is True
    box.k("send", "s", "--keys", "G")
    until_text(box, "line 199")
    box.k("send", "s", "--keys", "q")
    wait_until(lambda: not shot(box)["alternate"], 20, "less to end")


def test_pictures(box):
    box.new("s", "--size", "40x8")
    box.done(r"printf '\033[2J\033[H┌──┐ 漢字 😀\n│\033[1;31mA<\033[0m│\n└──┘\n'")
    svg = box.k("screen", "--svg", "-", "s").out
    root = ElementTree.fromstring(svg)
    assert (root.get("width"), root.get("height")) == ("412", "172")
    texts = {node.text: node for node in root.iter("{http://www.w3.org/2000/svg}text")}
    # Each wide character at its own column, two columns wide; lines are shapes.
    assert texts["漢"].get("x") == "56" and texts["字"].get("x") == "76" and texts["😀"].get("x") == "106"
    assert texts["漢"].get("textLength") == "20"
    assert texts["A<"].get("x") == "16" and texts["A<"].get("font-weight") == "bold"
    assert not any("│" in text for text in texts)
    assert box.k("screen", "--svg", "out.svg", "--png", "out.png", "s").rc == 0
    assert (box.cwd / "out.svg").read_text() == svg
    png = (box.cwd / "out.png").read_bytes()
    assert png[:8] == b"\x89PNG\r\n\x1a\n" and struct.unpack(">II", png[16:24]) == (412, 172)
    part = ElementTree.fromstring(box.k("screen", "--svg", "-", "--region", "5,0,2,1", "s").out)
    assert (part.get("width"), part.get("height")) == ("32", "32")
    assert [node.get("x") for node in part.iter("{http://www.w3.org/2000/svg}text")] == ["6"]
    assert box.k("screen", "--json", "--svg", "out.svg", "s").json == {"session": "s", "status": "written"}
    refused = box.k("screen", "--svg", "no/such/dir.svg", "s")
    assert refused.rc == 1 and "cannot write" in refused.out


def test_without_kept_png(box, tmp_path):
    box.new("s")
    alone = tmp_path / "k"
    shutil.copy(KEPT, alone)
    refused = box.call(str(alone), "screen", "--png", "out.png", "s", env={"PATH": str(tmp_path)})
    assert refused.rc == 1 and "kept-png" in refused.out and "--svg" in refused.err
    assert not (box.cwd / "out.png").exists()
