"""k cast: what happened in a session, as a recording that asciinema plays."""

import json
import re
import shutil
import subprocess
import time

import pyte
import pytest
from harness import BIN, PYTHON, wait_until
from person import UNKNOWN, Person, prompt

EVENTS = {2: {"o", "i", "m", "r"}, 3: {"o", "i", "m", "r", "x"}}


def validated(text):
    """Header and events of a recording that keeps to the published rules; times are absolute."""
    first, *lines = text.splitlines()
    assert text.endswith("\n")
    header = json.loads(first)
    version = header["version"]
    assert version in (2, 3)
    size = (header["width"], header["height"]) if version == 2 else (header["term"]["cols"], header["term"]["rows"])
    assert all(isinstance(edge, int) and edge > 0 for edge in size)
    known = {2: {"version", "width", "height"}, 3: {"version", "term"}}[version]
    assert set(header) <= known | {"timestamp", "idle_time_limit", "command", "title", "env", "tags"}
    assert isinstance(header["timestamp"], int) and abs(header["timestamp"] - time.time()) < 24 * 3600
    now, events = 0.0, []
    for line in lines:
        at, code, data = json.loads(line)
        assert isinstance(at, (int, float)) and at >= 0 and isinstance(data, str)
        assert code in EVENTS[version], line
        assert version == 3 or at >= now, "time runs backwards"
        now = at if version == 2 else now + at
        if code == "r":
            assert re.fullmatch(r"[1-9]\d*x[1-9]\d*", data)
        if code == "x":
            assert re.fullmatch(r"\d+", data) and line == lines[-1]
        events.append((now, code, data))
    return header, size, events


def cast(box, *args, session="s"):
    result = box.k("cast", session, *args)
    assert result.rc == 0, repr(result)
    return validated(result.out)


def output_of(events):
    return "".join(data for _, code, data in events if code == "o")


def shown(size, events):
    """The screen at the end of a recording."""
    screen = pyte.Screen(*size)
    stream = pyte.ByteStream(screen)
    for _, code, data in events:
        if code == "r":
            cols, rows = map(int, data.split("x"))
            screen.resize(rows, cols)
        elif code == "o":
            stream.feed(UNKNOWN.sub(b"", data.encode()))
    return "\n".join(line.rstrip() for line in screen.display).rstrip()


@pytest.mark.parametrize("version", [[], ["--v2"]], ids=["v3", "v2"])
def test_cast(bash, version):
    bash.done("echo héllo wörld; printf '\\e[1mbold\\e[m\\n'")
    bash.done("echo second")
    header, size, events = cast(bash, *version)
    assert header["version"] == (2 if version else 3) and size == (160, 50)
    text = output_of(events)
    assert "héllo wörld\r\n" in text and "\x1b[1mbold\x1b[m\r\n" in text
    assert "]133;" not in text, "marks in a recording"
    assert [data for _, code, data in events if code == "m"] == ["echo héllo wörld; printf '\\e[1mbold\\e[m\\n'", "echo second"]
    assert not [data for _, code, data in events if code == "i"]


def test_an_ended_session(bash):
    bash.done("echo before the end")
    bash.k("send", "s", "exit 5")
    wait_until(lambda: bash.k("status", "--json", "s").json["status"] == "exited", what="the end")
    _, _, events = cast(bash)
    assert "before the end" in output_of(events) and events[-1][1:] == ("x", "5")
    assert not [code for _, code, _ in cast(bash, "--v2")[2] if code == "x"]


def test_a_killed_daemon(bash):
    bash.done("echo kept")
    bash.kill_daemon("s")
    assert "kept" in output_of(cast(bash)[2])


def test_pauses_are_as_they_were(bash):
    bash.done("echo one; sleep 0.6; echo two; sleep 0.3; echo three")
    _, _, events = cast(bash)
    at = {word: next(t for t, code, data in events if code == "o" and re.search(rf"(^|[\r\n]){word}\r", data)) for word in
        ("one", "two", "three")}
    assert 0.5 < at["two"] - at["one"] and 0.2 < at["three"] - at["two"]


def test_idle_limit_and_input(bash):
    bash.done("echo hi")
    header, _, events = cast(bash, "--idle-limit", "0.5", "--input")
    assert header["idle_time_limit"] == 0.5
    assert [data for _, code, data in events if code == "i"] == ["echo hi"]


def test_what_is_typed_is_not_kept(bash):
    bash.fire("read -s -p 'secret? ' x; echo thanks")
    wait_until(lambda: bash.poll("s")["status"] == "waiting", what="the question")
    bash.k("send", "s", "hunter2")
    wait_until(lambda: bash.poll("s")["status"] == "done", what="the answer")
    assert "hunter2" not in bash.k("cast", "--input", "s").out
    assert b"hunter2" not in b"".join(path.read_bytes() for path in bash.state.glob("s/*"))


def test_from_and_to(bash):
    bash.done("echo first; printf '\\e[31mred\\n'")
    second = bash.done("echo se''cond")["cell_id"]
    bash.done("echo third")
    _, size, events = cast(bash, "--from", second, "--to", second)
    assert [data for _, code, data in events if code == "m"] == ["echo se''cond"]
    assert "first" in shown(size, events), "the recording begins with the screen as it was"
    assert "second" in output_of(events) and "third" not in output_of(events)
    assert events[0][0] == 0


def test_unknown_cells(bash, tmp_path):
    file = bash.cwd / "never.cast"
    result = bash.k("cast", "--from", "0123456789ab", "-o", str(file), "s")
    assert result.rc == 1 and "unknown cell" in result.out and not file.exists(), repr(result)
    assert bash.k("cast", "--from", "nonsense", "s").rc == 2
    assert bash.k("cast", "--idle-limit", "x", "s").rc == 2
    assert bash.k("cast", "nope").out == "ERR no session 'nope'\n"


def test_resizes(bash):
    person = Person(bash, "attach", "s", size=(80, 24)).until(prompt)
    try:
        bash.done("echo small")
    finally:
        person.type("\x1d").end()
        person.close()
    wait_until(lambda: bash.k("status", "--json", "s").json["cols"] == 160, what="the size to come back")
    bash.done("echo large")
    _, size, events = cast(bash)
    assert size == (160, 50)
    assert [data for _, code, data in events if code == "r"] == ["80x24", "160x50"]
    assert "large" in shown(size, events)


def test_full_screen_programs(bash):
    bash.write("text", "".join(f"line {n}\n" for n in range(100)))
    bash.fire("vim -u NONE -N text")
    wait_until(lambda: "line 40" in bash.k("cast", "s").out, what="vim")
    _, size, events = cast(bash)
    assert "line 40" in shown(size, events)
    bash.k("send", "-n", "s", ":q!\r")


def test_into_a_file(bash):
    bash.done("echo hi")
    result = bash.k("cast", "-o", "out.cast", "s")
    assert (result.rc, result.out) == (0, "OK out.cast\n")
    path = bash.cwd / "out.cast"
    validated(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o600
    value = bash.k("cast", "--json", "-o", "out.cast", "s").json
    assert value == {"session": "s", "status": "written", "file": "out.cast", "bytes": path.stat().st_size}
    failed = bash.k("cast", "-o", "/nowhere/x", "s")
    assert failed.rc == 1 and "cannot write /nowhere/x" in failed.out


def test_asciinema_plays_it(bash):
    bash.done("echo played; sleep 2; echo back")
    assert bash.k("cast", "--v2", "--idle-limit", "0.2", "-o", "out.cast", "s").rc == 0
    asciinema = shutil.which("asciinema", path=bash.env["PATH"])
    assert asciinema, "asciinema is not installed: scripts/install-deps test"
    cat = Person(bash, "cat", "out.cast", program=asciinema, size=(160, 50))  # it wants a terminal
    try:
        assert cat.end(60) == 0 and b"played" in cat.seen and b"]133;" not in cat.seen
    finally:
        cat.close()
    began = time.monotonic()
    me = Person(bash, "play", "out.cast", program=asciinema, size=(160, 50))
    try:
        assert me.end(60) == 0
        assert b"back" in me.seen
        assert time.monotonic() - began < 30
    finally:
        me.close()


@pytest.mark.heavy
def test_a_large_journal_in_bounded_memory(bash):
    """Also one that has lost its beginning: it begins with a whole line."""
    bash.done(f"{PYTHON} -c \"import sys; [sys.stdout.write('\\033[32m%09d\\033[m ' % n + 'x' * 90 + '\\n') for n in range(650000)]\"",
        "--max-bytes", "100", timeout=80)
    journal = sum(path.stat().st_size for path in bash.state.glob("s/output.log*"))
    assert journal > 50_000_000
    reader = bash.popen(str(BIN / "k"), "cast", "s", stdout=subprocess.PIPE)
    total, peak, first = 0, 0, b""
    time.sleep(12)  # a reader that takes its time is not left alone, as a daemon that ends leaves it
    while piece := reader.stdout.read(1 << 20):
        total += len(piece)
        first = first or piece
        for pid in bash.processes():
            try:
                words = open(f"/proc/{pid}/cmdline", "rb").read()
                if b"--read" in words:
                    peak = max(peak, int(re.search(r"VmHWM:\s+(\d+)", open(f"/proc/{pid}/status").read())[1]))
            except (OSError, TypeError):
                pass
    assert reader.wait(60) == 0
    assert total > journal
    assert 0 < peak < 40_000, f"the reader used {peak} kB"
    opening = json.loads(first.splitlines()[1])[2]
    assert re.match(r"\x1b\[32m\d{9}\x1b\[m x", opening) or "$" in opening, opening[:100]


def test_history_of_a_journal_that_lost_its_beginning(box):
    """Its first line is cut, perhaps inside a mark: nobody is shown that."""
    box.new("s", "--journal-limit", "65536")
    for _ in range(12):
        box.done("seq 1 3000", "--max-bytes", "10")
    for _ in range(40):
        box.done("true")
    text = box.k("history", "-n", "100000", "s").out
    assert "133;" not in text and "n=" not in text


def test_watch_that_begins_inside_a_line(bash):
    bash.fire("printf '\\e[1;3'; touch up; until [ -e gate ]; do sleep 0.05; done; printf '1mred\\e[m end\\n'")
    wait_until(lambda: (bash.cwd / "up").exists(), what="half a sequence")
    process = bash.popen(str(BIN / "k"), "watch", "s")
    wait_until(lambda: bash.k("status", "--json", "s").json["subscribers"] == 1, what="the watcher")
    bash.write("gate", "")
    wait_until(lambda: bash.poll("s")["status"] == "done", what="the cell")
    bash.k("kill", "s")
    text = process.communicate(timeout=30)[0].decode()
    assert "red end" in text and "1mred" not in text
