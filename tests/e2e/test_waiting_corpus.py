"""What is said of many programs, real ones and stand-ins, that wait for input or only look so."""

import sys
import time

import pytest
from harness import REPO, SLACK, wait_until

sys.path.insert(0, str(REPO / "tests" / "waiting"))

from corpus import WAITING, WORKING  # noqa: E402
from observe import Observed  # noqa: E402

BATCH = 13
# How long a program is watched that must not be said to wait; longer than any doubt lasts.
WATCHED_SECONDS = 5


def batches(cases):
    # Neighbours are alike: deal them out, so that no batch has all the busy ones.
    count = -(-len(cases) // BATCH)
    return [cases[start::count] for start in range(count)]


def start(box, cases):
    present = [case for case in cases if not case.missing()]
    return [Observed(box, case, f"w{number}") for number, case in enumerate(present)]


def finish(observed, problems, cases):
    for one in observed:
        one.close()
    assert not problems, "\n".join(problems)
    missing = [f"{case.name}: no {case.missing()}" for case in cases if case.missing()]
    if missing:
        pytest.skip("the rest was right; left out " + ", ".join(missing))


@pytest.mark.heavy
@pytest.mark.parametrize("cases", batches(WAITING), ids=lambda cases: cases[0].name)
def test_waits(box, cases):
    observed = start(box, cases)
    try:
        wait_until(lambda: all(one.wrong() is None or one.ended() for one in observed), 30)
    except AssertionError:
        pass  # said below, with the reasons
    problems = [f"{one.case.name}: {one.wrong()}" for one in observed if one.wrong()]
    finish(observed, problems, cases)


@pytest.mark.heavy
@pytest.mark.parametrize("cases", batches(WORKING), ids=lambda cases: cases[0].name)
def test_never_waits(box, cases):
    observed = start(box, cases)
    time.sleep(WATCHED_SECONDS * SLACK)
    problems = [f"{one.case.name}: {one.waits()[0][1]}" for one in observed if one.waits()]
    problems += [f"{one.case.name}: it has ended" for one in observed if one.ended()]
    finish(observed, problems, cases)
