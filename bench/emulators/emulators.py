#!/usr/bin/python3
"""emulators.py PROGRAM: MB/s of our emulator beside libvterm, @xterm/headless and tmux on the same streams, as a table.

PROGRAM is build/release/bench_emulators. tmux reads from a pty of its own, as it cannot otherwise; its figure includes that.
@xterm/headless comes from build/oracles (tests/vt/setup); without it the column is empty.
"""

import itertools
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
SIZE = 8 << 20


def lines(make):
    out, size = [], 0
    for number in itertools.count(1):
        out.append(make(number))
        size += len(out[-1])
        if size >= SIZE:
            return "".join(out).encode()


def recorded():
    """Full-screen programs as they were recorded, one after the other, again and again."""
    streams = []
    for name in ("editors", "pagers", "ncurses"):
        with tarfile.open(REPO / "tests" / "vt" / "streams" / f"{name}.tar.xz") as archive:
            streams += [archive.extractfile(entry).read() for entry in archive]
    once = b"".join(streams)
    return once * (SIZE // len(once) + 1)


STREAMS = {
    "plain: seq": (10, lambda: lines(lambda n: f"{n}\r\n")),
    "plain: base64": (10, lambda: lines(lambda n: "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdCwg\r\n")),
    "plain: log": (10, lambda: lines(lambda n: f"00:00:00.000 INFO some.module request {n} took 12 ms and this is what it said: the quick brown fox "
                                     "jumps over the lazy dog, again and again, until nobody listens any more\r\n")),
    "coloured": (5, lambda: lines(lambda n: f"\x1b[1m\x1b[32m   Compiling\x1b[0m crate-{n} v1.0.0 (\x1b[4m/home/user/project\x1b[24m) "
                                  "\x1b[38;5;208mwarning\x1b[39m: unused variable\x1b[0m\r\n")),
    "progress": (5, lambda: lines(lambda n: f"\r\x1b[K{n % 100}% |#################################   |")),
    "full screen": (5, lambda: lines(lambda n: f"\x1b[{n % 50 + 1};1H\x1b[44;37m{n}\x1b[0m some text of a row that a full-screen program draws\x1b[K")),
    "recorded programs": (5, recorded),
}


def tmux(path):
    with tempfile.TemporaryDirectory() as folder:
        command = ["tmux", "-f", "/dev/null", "-S", f"{folder}/socket"]
        begin = time.monotonic()
        subprocess.run([*command, "new-session", "-d", "-x", "160", "-y", "50",
                        f"stty raw; sleep 0.3; cat {path}; tmux -S {folder}/socket wait-for -S done"], check=True)
        subprocess.run([*command, "wait-for", "done"], check=True)
        taken = time.monotonic() - begin - 0.3
        subprocess.run([*command, "kill-server"], check=False, capture_output=True)
    return Path(path).stat().st_size / 1e6 / taken


def main():
    program = sys.argv[1]
    oracles = REPO / "build" / "oracles"
    with tempfile.TemporaryDirectory() as folder:
        paths = {}
        for number, (name, (_, make)) in enumerate(STREAMS.items()):
            path = Path(folder) / str(number)
            path.write_bytes(make())
            paths[str(path)] = name
        found = {}
        for line in subprocess.run([program, *paths], capture_output=True, text=True, check=True).stdout.splitlines():
            path, ours, vterm = line.split()
            found[paths[path]] = [float(ours), float(vterm)]
        script = Path(__file__).with_name("xterm.mjs")
        if (oracles / ".installed").is_file():
            for line in subprocess.run(["node", script, oracles, *paths], capture_output=True, text=True, check=True).stdout.splitlines():
                path, speed = line.split()
                found[paths[path]].append(float(speed))
        else:
            for speeds in found.values():
                speeds.append(0.0)
        for path, name in paths.items():
            found[name].append(max(tmux(path) for _ in range(3)))
    print("| stream, MB/s | kept | libvterm | @xterm/headless | tmux | kept / fastest other | target | met |")
    print("|---|---:|---:|---:|---:|---:|---:|---|")
    for name, (target, _) in STREAMS.items():
        ours, *others = found[name]
        ratio = ours / max(others)
        print(f"| {name} | {ours:.0f} | " + " | ".join(f"{speed:.0f}" if speed else "-" for speed in others) +
              f" | {ratio:.1f} | {target} | {'yes' if ratio >= target else 'NO'} |")


if __name__ == "__main__":
    main()
