"""Callers at the same instant: one of them wins, and the others are told so."""

import json
import os

import pytest
from harness import K, SLACK, describe


def at_once(box, count, *args, each=None):
    """Start `count` commands that wait on one pipe, release them together, and wait for all."""
    held, release = os.pipe()
    words = ["sh", "-c", 'read -r _; exec "$@" < /dev/null', "sh", K]
    processes = [box.popen(*words, *(each(n) if each else args), stdin=held) for n in range(count)]
    os.close(held)
    os.close(release)
    results = []
    for process in processes:
        out, err = process.communicate(timeout=90 * SLACK)
        results.append((process.returncode, out.decode(), err.decode()))
    return results


@pytest.mark.parametrize("count", [2, 8])
def test_one_of_several_news_creates(box, count):
    results = at_once(box, count, "new", "s")
    assert sorted(out for _, out, _ in results) == ["OK s\n"] + ["OK s (alive)\n"] * (count - 1), results
    assert all(code == 0 for code, _, _ in results)
    assert len(box.daemons()) == 1, [describe(pid) for pid in box.daemons()]
    assert box.output("echo fine") == "fine"


def test_different_sessions_at_once(box):
    results = at_once(box, 8, each=lambda n: ["new", f"s{n}"])
    assert sorted(out for _, out, _ in results) == [f"OK s{n}\n" for n in range(8)], results
    assert box.k("ls").lines == [f"s{n}" for n in range(8)]


@pytest.mark.parametrize("verb", ["fire", "run"])
def test_one_of_several_cells_wins(bash, verb):
    options = ["-j"] if verb == "run" else []
    code = "echo won >> wins; until [ -e gate ]; do sleep 0.05; done"
    results = at_once(bash, 6, verb, *options, "-t", "1", "s", code)
    values = [json.loads(out) for _, out, _ in results]
    winners = [v for v in values if v["status"] in ("fired", "timeout")]
    assert len(winners) == 1, values
    losers = [v for v in values if v["status"] == "error"]
    assert len(losers) == 5
    assert all(v["output"] == f"active cell '{winners[0]['cell_id']}'" for v in losers), losers
    bash.write("gate", "")
    bash.until_status(winners[0]["cell_id"], "done")
    assert (bash.cwd / "wins").read_text() == "won\n"


def test_new_and_kill_at_once_leave_a_clean_state(box):
    for _ in range(3):
        results = at_once(box, 6, each=lambda n: ["new", "s"] if n % 2 else ["kill", "s"])
        assert all(code in (0, 1) for code, _, _ in results), results
        assert len(box.daemons()) <= 1
    box.k("kill", "s")
    assert box.k("new", "s").out == "OK s\n"
    assert box.output("echo fine") == "fine"


def test_many_pollers_see_the_same(bash):
    cell = bash.done("seq 1 5000")["cell_id"]
    results = at_once(bash, 8, "poll", "s", cell)
    assert len({out for _, out, _ in results}) == 1 and results[0][0] == 0


def test_polls_and_ints_during_a_run_do_not_disturb_it(bash):
    cell = bash.fire("seq 1 3000; until [ -e gate ]; do sleep 0.02; done; echo END")
    at_once(bash, 8, each=lambda n: [["poll", "s"], ["status", "s"], ["history", "s"], ["cells", "s"]][n % 4])
    bash.write("gate", "")
    assert bash.until_status(cell, "done")["output"] == "\n".join(map(str, range(1, 3001))) + "\nEND"


def test_int_and_the_end_of_the_cell_at_once(bash):
    for number in range(10):
        cell = bash.fire("true")
        bash.k("int", "s")
        bash.until_status(cell, "done", "error")
        assert bash.output(f"echo {number}") == str(number)


def test_int_right_after_fire(bash):
    """Wherever the shell stands between reading the code and running it, Ctrl-C is not lost."""
    for number in range(40):
        cell = bash.fire("sleep 1000")
        interrupted = bash.k("int", "s")
        assert interrupted.out == "OK\n", f"round {number}: {interrupted!r}"
        assert bash.until_status(cell, "error")["output"] == "interrupted"
        assert bash.output(f"echo abcdefgh{number}") == f"abcdefgh{number}"


def test_run_right_after_an_idle_int(bash):
    """The Ctrl-C of an idle session is over before the next code is typed: none of it is lost, none interrupted."""
    for number in range(120):
        assert bash.k("int", "s").out == "OK\n"
        value = bash.done(f"echo abcdefgh{number}")
        assert (value["output"], value["exit_code"]) == (f"abcdefgh{number}", 0), f"round {number}: {value}"


@pytest.mark.heavy
def test_twenty_sessions_keep_their_outputs_apart(box):
    at_once(box, 20, each=lambda n: ["new", f"s{n}"])
    results = at_once(box, 20, each=lambda n: ["run", f"s{n}", f"for i in 1 2 3; do echo {n}; done"])
    assert [out for _, out, _ in results] == [f"{n}\n{n}\n{n}\n" for n in range(20)]
