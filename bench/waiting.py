#!/usr/bin/python3
"""waiting.py [RUNS]: how surely waiting is told from working, as Markdown.

Every program of tests/waiting/corpus.py runs RUNS times (20) in a session of its own, while two busy loops for each
core take the processor. Precision: how many of the programs that were said to wait for input did so, with the right
kind. Recall: how many of those that wait were said to. The delay is that from the moment a program asks, which it
prints in its question, to the event; with the busy loops and without. KEPT_BIN: the folder with k (build/release).
"""

import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(REPO / "tests" / "e2e"), str(REPO / "tests" / "waiting")]

from corpus import PYTHON, WAITING, WORKING, Case  # noqa: E402
from harness import Box  # noqa: E402
from observe import Observed  # noqa: E402

AT_ONCE = 8
LONGEST_WAIT = 20
WATCHED = 5
# Programs that print in their question when they ask it.
ASKING = [
    Case("bash", "sleep 0.1; read -p \"$EPOCHREALTIME ? \" x", ("line",)),
    Case("bash, password", "sleep 0.1; read -sp \"$EPOCHREALTIME ? \" x", ("password",)),
    Case("bash, key", "sleep 0.1; read -n1 -p \"$EPOCHREALTIME ? \" x", ("key",)),
    Case("python", f"{PYTHON} -c 'import time; input(\"%f ? \" % time.time())'", ("line",)),
    Case("perl", "perl -MTime::HiRes=time -e '$|=1; printf \"%f ? \", time; <STDIN>'", ("line",)),
    Case("node", "node -e 'process.stdin.resume(); process.stdout.write(Date.now() / 1000 + \" ? \")'", ("line",)),
]


class Load:
    """Busy loops: so many for each core."""

    def __init__(self, per_core):
        count = per_core * os.cpu_count()
        self.loops = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(count)]

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
            loop.wait()


def batches(cases):
    for start in range(0, len(cases), AT_ONCE):
        folder = Path(tempfile.mkdtemp(prefix="kw", dir="/tmp"))
        box = Box(folder / "b")
        try:
            yield [Observed(box, case, f"w{number}") for number, case in enumerate(cases[start:start + AT_ONCE])]
        finally:
            box.close()
            shutil.rmtree(folder, ignore_errors=True)


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not condition():
        time.sleep(0.05)


def corpus(runs):
    waits = right = missed = false = 0
    notes = {}
    for run in range(runs):
        print(f"run {run}: {waits} waits, {right} right, {missed} missed, {false} false so far", file=sys.stderr, flush=True)
        for observed in batches([case for case in WAITING if not case.missing()]):
            wait_for(lambda: all(one.wrong() is None for one in observed), LONGEST_WAIT)
            for one in observed:
                wrong = one.wrong()
                waits += 1
                right += wrong is None
                missed += not one.waits()
                false += wrong is not None and bool(one.waits())
                if wrong:
                    notes.setdefault(one.case.name, []).append(f"run {run}: {wrong}")
        for observed in batches([case for case in WORKING if not case.missing()]):
            time.sleep(WATCHED)
            for one in observed:
                if one.waits():
                    false += 1
                    notes.setdefault(one.case.name, []).append(f"run {run}: said to wait: {one.waits()[0][1]}")
    return waits, right, missed, false, notes


def delays(runs):
    found = {}
    for _ in range(runs):
        for observed in batches(ASKING):
            wait_for(lambda: all(one.waits() for one in observed), LONGEST_WAIT)
            for one in observed:
                for ts, given in one.waits()[:1]:
                    asked = float(given["prompt"].split()[0])
                    found.setdefault(one.case.name, []).append(ts / 1000 - asked * 1000)
    return found


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def main():
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    idle = delays(runs)
    with Load(2):
        loaded = delays(runs)
        waits, right, missed, false, notes = corpus(runs)
    print(f"{len(WAITING)} programs that wait and {len(WORKING)} that work, {runs} runs each, under load\n")
    print("| waits | right | missed | false or of a wrong kind | precision | recall |\n|---|---|---|---|---|---|")
    print(f"| {waits} | {right} | {missed} | {false} | {right / max(1, right + false):.2%} | {right / max(1, waits):.2%} |\n")
    print("| from the question to the event, ms | idle: median | p95 | under load: median | p95 |\n|---|---|---|---|---|")
    for name in idle:
        cells = [f"{statistics.median(of):.1f} | {percentile(of, 0.95):.1f}" for of in (idle[name], loaded.get(name, [0]))]
        print(f"| {name} | {' | '.join(cells)} |")
    for name, what in notes.items():
        print(f"\n{name}: {len(what)} times, first {what[0]}", file=sys.stderr)


if __name__ == "__main__":
    main()
