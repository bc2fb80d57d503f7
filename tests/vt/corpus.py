"""The streams and the jobs that vt_state and oracle.mjs are given, and how their answers are compared."""

import json
import os
import random
import re
import subprocess
import tarfile
import time
import unicodedata
from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).resolve().parent
REPO = HERE.parents[1]
BIN = Path(os.environ.get("KEPT_BIN") or REPO / "build" / "release")
ORACLES = Path(os.environ.get("KEPT_ORACLES") or REPO / "build" / "oracles")
GROUPS = sorted(path.name.removesuffix(".tar.xz") for path in (HERE / "streams").glob("*.tar.xz"))
DIFFERENCES = json.loads((HERE / "differences.json").read_text())
OTHER_SIZES = {80: (40, 12), 100: (60, 45), 132: (80, 24), 50: (137, 20)}

# Where nothing waits: no wrap, no character that a mark may follow. A resize there has one meaning.
SETTLED = re.compile(rb"\n|\x1b\[\d*;?\d*H")


class Stream:
    def __init__(self, name, bytes_, cols, rows):
        self.name, self.bytes, self.cols, self.rows = name, bytes_, cols, rows


@lru_cache
def group(name):
    streams = []
    with tarfile.open(HERE / "streams" / f"{name}.tar.xz") as archive:
        for entry in archive:
            title, size, _ = entry.name.rsplit(".", 2)
            cols, rows = map(int, size.split("x"))
            streams.append(Stream(f"{name}/{title}", archive.extractfile(entry).read(), cols, rows))
    return streams


def settled_after(stream, offset):
    found = SETTLED.search(stream.bytes, offset)
    return found.end() if found else None


def as_recorded(stream):
    return [stream.cols, stream.rows, *(f"@{len(stream.bytes) * part // 6}" for part in range(1, 7))]


def at_another_size(stream):
    return [*OTHER_SIZES[stream.cols], *(f"@{len(stream.bytes) * part // 3}" for part in range(1, 4))]


def with_new_heights(stream):
    """The terminal grows and shrinks while the program writes."""
    steps = [stream.cols, stream.rows]
    for part, rows in ((1, stream.rows + 6), (2, stream.rows - 5), (3, stream.rows)):
        at = settled_after(stream, len(stream.bytes) * part // 4)
        if at is not None:
            steps += [f"@{at}", f"{stream.cols}x{rows}", f"@{at}"]
    return [*steps, f"@{len(stream.bytes)}"]


def alternate_at(stream, offset):
    last = None
    for last in re.finditer(rb"\x1b\[\?1049([hl])", stream.bytes[:offset]):
        pass
    return last is not None and last[1] == b"h"


def with_a_new_width(stream):
    """The terminal grows wider and shrinks back; of what is on the alternate screen only (see PLACED)."""
    size = len(stream.bytes)
    wide, back = settled_after(stream, size // 3), settled_after(stream, size * 2 // 3)
    if wide is None or back is None or wide >= back or not (alternate_at(stream, wide) and alternate_at(stream, back)):
        return None
    end = stream.bytes.find(b"\x1b[?1049l", back)
    return [stream.cols, stream.rows, f"@{wide}", f"{stream.cols + 13}x{stream.rows}", f"@{wide}", f"@{back}",
            f"{stream.cols}x{stream.rows}", f"@{back}", f"@{size if end < 0 else end}"]


# Programs that write line after line. Where others have put the cursor, terminals disagree on what reflow makes of rows that
# were written over: which of them belong together is anybody's guess.
PLACED = re.compile(rb"\x1b\[[\d;]*[@ABCDFHJLMPSTXdfrsu]|\x1b\[\?(1049|47|3)|\x1b[78DHMc]|\x08")


def flowing(stream):
    """The terminal grows wider, narrower and back; what has left at the top flows with the rest."""
    if PLACED.search(stream.bytes):
        return None
    steps = [stream.cols, stream.rows]
    for part, cols in ((1, stream.cols + 13), (2, stream.cols - 17), (3, stream.cols)):
        at = settled_after(stream, len(stream.bytes) * part // 4)
        if at is not None:
            steps += [f"@{at}", f"{cols}x{stream.rows}", f"@{at}"]
    return [*steps, f"@{len(stream.bytes)}"]


def resized_anyhow(stream, times, cols=None):
    """New sizes at random places; with `cols` only the height changes."""
    pick, steps, at = random.Random(stream.name), [stream.cols, stream.rows], 0
    for _ in range(times):
        at = settled_after(stream, min(len(stream.bytes), at + pick.randrange(1, 1 + len(stream.bytes) // times)))
        if at is None:
            break
        steps += [f"@{at}", f"{cols or pick.randrange(3, 60)}x{pick.randrange(2, 20)}", f"@{at}"]
    return [*steps, f"@{len(stream.bytes)}"]


def ask(command, jobs):
    result = subprocess.run(command, input="".join(job + "\n" for job in jobs).encode(), capture_output=True, check=False)
    assert result.returncode == 0, result.stderr.decode()[-2000:]
    return [json.loads(line) for line in result.stdout.decode("utf-8").splitlines()]


def ours(jobs):
    return ask([BIN / "vt_state"], jobs)


def xterm(jobs):
    return ask(["node", HERE / "oracle.mjs", ORACLES], jobs)


# What pyte does not have: the alternate screen, REP, character sets beside UTF-8, DECCOLM's effect alone, SU and SD,
# strings other than OSC, and sequences with `>` or `=`, which it takes for others.
PYTE_LACKS = re.compile(rb"\x1b\[\?(1049|1047|47|3)[;hl]|\x1b\[\d*b|\x1b[()][0A]|\x1b\[[\d;]*[ST]|\x1b[P_^kX]|"
                        rb"\x1b\[[>=?<][\d;]*[^\d;hl]|\x1b\[[\d;]*:|\x1b\[!p|\x1bc")


def in_pyte(jobs):
    """Text and cursor; pyte knows neither more of styles than a part, nor resizes worth comparing."""
    import pyte

    answers = []
    for job in jobs:
        path, cols, rows, *steps = job.split(" ")
        screen = pyte.Screen(int(cols), int(rows))
        feed = pyte.ByteStream(screen)
        data, fed = Path(path).read_bytes(), 0
        for step in steps:
            to = int(step[1:])
            feed.feed(data[fed:to])
            fed = to
            answers.append({
                "text": [line.rstrip(" ") for line in screen.display],
                "cursor": [screen.cursor.y, min(screen.cursor.x, screen.columns - 1)]})
    return answers


def in_tmux(bytes_, cols, rows, folder):
    """Text and cursor of a stream in tmux: a third opinion."""
    conf, data = folder / "tmux.conf", folder / "tmux.stream"
    conf.write_text("set -g status off\nset -g escape-time 0\n")
    data.write_bytes(bytes_ + b"\x1b]2;all shown\a")
    command = ["tmux", "-u", "-f", conf, "-S", folder / "tmux.socket"]

    def tell(*words):
        return subprocess.run([*command, *words], capture_output=True, check=True, text=True).stdout

    tell("new-session", "-d", "-x", str(cols), "-y", str(rows), f"stty raw -echo; cat {data}; exec cat >/dev/null")
    try:
        deadline = time.monotonic() + 30
        while tell("display-message", "-p", "#{pane_title}").strip() != "all shown":
            assert time.monotonic() < deadline, "tmux did not read the stream to its end"
        row, col = map(int, tell("display-message", "-p", "#{cursor_y} #{cursor_x}").split())
        return {"text": tell("capture-pane", "-p").split("\n")[:rows], "cursor": [row, min(col, cols - 1)]}
    finally:
        tell("kill-server")


def composed(value):
    """As pyte keeps text: marks and what they sit on as one code point where there is one."""
    return [unicodedata.normalize("NFC", line) if isinstance(line, str) else line for line in value]


class Comparison:
    """Jobs given to our emulator and to an oracle; what differs and is not listed is a failure."""

    def __init__(self, oracle, folder, leave_out=()):
        self.oracle, self.folder, self.leave_out = oracle, folder, leave_out
        self.jobs, self.points = [], []
        self.listed = [entry for entry in DIFFERENCES if entry["oracle"] == oracle]
        self.seen = set()
        self.exact = set()  # streams whose screens are the same throughout
        self.exact_above = set()  # … and what has left them, too

    def add(self, stream, steps):
        if steps is None:
            return
        path = self.folder / f"{len(self.jobs)}.stream"
        path.write_bytes(stream.bytes)
        self.jobs.append(" ".join(map(str, (path, *steps))))
        self.points += [(stream, int(step[1:]), steps) for step in steps[2:] if step[0] == "@"]

    def excused(self, stream, offset, part):
        for entry in self.listed:
            if part not in entry["parts"] and not (part == "above" and "text" in entry["parts"]):
                continue
            named = stream.name in entry.get("streams", [])
            if named or ("when" in entry and re.match(entry.get("only", ""), stream.name) and
                         re.search(entry["when"], stream.bytes[:offset].decode("utf-8", "replace"))):
                return entry["id"]
        return None

    def run(self, theirs):
        failures = []
        mine, other = ours(self.jobs), theirs(self.jobs)
        assert len(mine) == len(other) == len(self.points)
        differing, differing_above = set(), set()
        for (stream, offset, steps), our, their in zip(self.points, mine, other):
            for part in set(their) - set(self.leave_out):
                if our[part] == their[part] or (self.oracle == "pyte" and composed(our[part]) == their[part]):
                    continue
                (differing_above if part == "above" else differing).add(stream.name)
                excuse = self.excused(stream, offset, part)
                if excuse:
                    self.seen.add(excuse)
                elif len(failures) < 20:
                    failures.append(describe(stream, offset, steps, part, our[part], their[part]))
        self.exact = {stream.name for stream, _, _ in self.points} - differing
        self.exact_above = self.exact - differing_above
        return failures


def describe(stream, offset, steps, part, our, their):
    lines = [f"{stream.name} ({' '.join(map(str, steps))}) at byte {offset}: {part}"]
    if isinstance(our, list) and len(our) > 2:
        rows = [row for row in range(max(len(our), len(their))) if our[row:row + 1] != their[row:row + 1]]
        for row in rows[:3]:
            lines.append(f"    row {row}: ours   {our[row:row + 1]!r}\n           theirs {their[row:row + 1]!r}")
    else:
        lines.append(f"    ours {our!r}, theirs {their!r}")
    lines.append(f"    before: {stream.bytes[max(0, offset - 160):offset]!r}")
    return "\n".join(lines)


class Grammar:
    """Random streams: what programs send, in an order that no program has."""

    WORDS = ["a", "word", "hello world", "0123456789", "~", "é", "日本", "한", "ÿ", "x" * 30, "e\u0301", "│─┼", "👍"]
    FINALS = "@ABCDEFGHIJKLMPSTXZ`adefGHHHKKJ"
    STYLES = ["0", "1", "2", "3", "4", "5", "7", "8", "9", "22", "24", "27", "31", "42", "95", "103", "38;5;200", "48;2;1;2;3",
              "4:3", "58:5:9", "39", "49", "53", "1;31;44", "21", "59", ""]
    FIXED = ["\r\n", "\r\n", "\r\n", "\n", "\r", "\b", "\t", "\a", "\x1b7", "\x1b8", "\x1bD", "\x1bE", "\x1bM", "\x1b(0", "\x1b(B",
             "\x0e", "\x0f", "\x1b)0", "\x1bH", "\x1b[g", "\x1b[3g", "\x1b[2J", "\x1b[K", "\x1b[?1049h", "\x1b[?1049l", "\x1b[?7l",
             "\x1b[?7h", "\x1b[4h", "\x1b[4l", "\x1b[?6h", "\x1b[?6l", "\x1b[r", "\x1b[2;5r", "\x1b[3;9r", "\x1b[?25l", "\x1b[?25h",
             "\x1b[?1h", "\x1b=", "\x1b>", "\x1b[!p", "\x1b]2;title\a", "\x1b]0;other\x1b\\",
             "\x1b[?2004h", "\x1b[?1000h", "\x1b[?1003l", "\x1b[?1002h", "\x1b[?1004h", "\x1bPq#0~~\x1b\\", "\x1b_x\x1b\\",
             "\x1b[?5n", "\x1b[99999m", "\x1b[1;2;3;4x", "\x1b]133;A\x1b\\", "\x1b[3b", "\x1bc", "\x18", "\x1b[?1048h", "\x1b[?1048l"]

    def __init__(self, seed):
        self.random = random.Random(seed)

    def token(self):
        pick = self.random
        kind = pick.randrange(10)
        if kind < 4:
            return pick.choice(self.WORDS)
        if kind < 6:
            numbers = [str(pick.choice((0, 1, 2, 3, 5, 8, 13))) for _ in range(pick.randrange(3))]
            final = pick.choice(self.FINALS)
            if final in "T":
                numbers = numbers[:1]
            return f"\x1b[{';'.join(numbers)}{final}"
        if kind < 7:
            return f"\x1b[{pick.choice(self.STYLES)}m"
        return pick.choice(self.FIXED)

    def flowing_token(self):
        """No TAB: xterm.js loses some of the columns that one has skipped when it lays them out anew."""
        kind = self.random.randrange(10)
        if kind < 6:
            return self.random.choice(self.WORDS)
        return f"\x1b[{self.random.choice(self.STYLES)}m" if kind < 7 else "\r\n"

    def flowing_stream(self, name, tokens):
        parts = [self.flowing_token().encode() for _ in range(tokens)]
        return Stream(name, b"".join(parts), self.random.randrange(5, 50), self.random.randrange(3, 16))

    def stream(self, name, tokens):
        parts = [self.token().encode() for _ in range(tokens)]
        stream = Stream(name, b"".join(parts), self.random.randrange(5, 50), self.random.randrange(3, 16))
        stream.middle = len(b"".join(parts[:tokens // 2]))
        return stream
