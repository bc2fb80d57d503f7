"""km: one event a line, from the daemon's own stream."""

import json
import os
import re
import signal
from datetime import datetime

import pytest
from harness import KM, TIMESTAMP, collect, parse_json, wait_until


def start(box, *args):
    return box.popen(KM, *args)


def statuses(lines, cell=None):
    values = [json.loads(line) for line in lines]
    return [v["status"] for v in values if cell is None or v.get("cell_id") == cell]


def attached(box, process, session="s"):
    """Send notifications until one comes through: from then on nothing can be missed."""
    def probe():
        box.k("notify", session, "probe")
        return any("probe" in line for line in collect(process, lambda _: True))

    wait_until(probe, what="km to be attached")
    return process


def test_fired_and_done_have_the_old_layout(bash):
    process = attached(bash, start(bash, "s"))
    cell = bash.fire("echo hello")
    lines = collect(process, lambda seen: "done" in statuses(seen, cell))
    fired, done = (json.loads(line) for line in lines if cell in line)
    for status, value in (("fired", fired), ("done", done)):
        assert list(value)[:4] == ["cell_id", "session", "status", "ts"]
        assert (value["cell_id"], value["session"], value["status"]) == (cell, "s", status)
        assert TIMESTAMP.fullmatch(value["ts"])
    for line in lines:
        parse_json(line)
    assert fired["ts"] <= done["ts"]


def test_goes_on_after_a_completion(bash):
    process = attached(bash, start(bash, "s"))
    for _ in range(3):
        cell = bash.fire("true")
        collect(process, lambda seen: "done" in statuses(seen, cell))
    assert process.poll() is None


def test_one_shot_waits_for_the_completion(bash):
    cell = bash.fire("until [ -e gate ]; do sleep 0.05; done")
    process = start(bash, "s", cell, "-1")
    collect(process, lambda seen: "fired" in statuses(seen, cell))
    assert process.poll() is None
    bash.write("gate", "")
    assert process.wait(30) == 0
    last = collect(process, lambda seen: "done" in statuses(seen, cell))[-1]
    assert last.startswith(f'{{"cell_id": "{cell}", "session": "s", "status": "done", "ts": "')


def test_one_shot_of_any_cell(bash):
    cell = bash.fire("until [ -e gate ]; do sleep 0.05; done")
    process = start(bash, "s", "-1")
    collect(process, lambda seen: "fired" in statuses(seen, cell))
    bash.write("gate", "")
    assert process.wait(30) == 0


def test_a_cell_that_has_ended_is_replayed(bash):
    cell = bash.done("echo quick")["cell_id"]
    result = bash.km("s", cell, "-1")
    assert result.rc == 0 and statuses(result.lines)[-1] == "done", repr(result)
    assert all(json.loads(line)["cell_id"] == cell for line in result.lines)
    again = bash.km("s", cell, "-1")
    assert again.out == result.out


def test_arguments_in_any_order(bash):
    cell = bash.done("true")["cell_id"]
    assert bash.km("s", "-1", cell).rc == 0


def test_a_failed_cell_ends_a_one_shot(bash):
    cell = bash.fire("sleep 100")
    process = start(bash, "s", cell, "-1")
    collect(process, lambda seen: "fired" in statuses(seen, cell))
    bash.k("int", "s")
    process.wait(30)
    assert "error" in statuses(collect(process, lambda seen: seen), cell)


def test_only_the_wanted_cell(bash):
    first = bash.fire("until [ -e gate ]; do sleep 0.05; done")
    process = start(bash, "s", first)
    collect(process, lambda seen: "fired" in statuses(seen, first))
    bash.write("gate", "")
    bash.until_status(first, "done")
    second = bash.done("true")["cell_id"]
    bash.k("kill", "s")
    process.wait(30)
    lines = collect(process, lambda seen: any("closed" in line for line in seen))
    assert "done" in statuses(lines, first)
    assert not any(second in line for line in lines)


def test_notifications(bash):
    process = attached(bash, start(bash, "s"))
    sent = bash.k("notify", "s", "déjà vu:", '"quoted"', "words")
    assert (sent.rc, sent.out) == (0, 'OK notified: déjà vu: "quoted" words\n'), repr(sent)
    lines = collect(process, lambda seen: any("déjà" in line for line in seen))
    line = next(line for line in lines if "déjà" in line)
    value = parse_json(line)
    assert list(value)[:5] == ["session", "status", "from", "message", "ts"]
    assert (value["session"], value["status"], value["message"]) == ("s", "notify", 'déjà vu: "quoted" words')
    with open(f"/proc/{os.getpid()}/comm") as comm:
        caller = comm.read().strip()
    assert value["from"] == f"{caller}@k:{sent.pid}"
    assert TIMESTAMP.fullmatch(value["ts"])


def test_waiting_is_an_event(bash):
    process = attached(bash, start(bash, "s"))
    cell = bash.fire("read x")
    collect(process, lambda seen: "waiting" in statuses(seen, cell))
    bash.k("int", "s")
    collect(process, lambda seen: "error" in statuses(seen, cell))


def test_closed_when_the_session_is_killed(bash):
    process = attached(bash, start(bash, "s"))
    bash.k("kill", "s")
    assert process.wait(30) == 1
    last = json.loads(collect(process, lambda seen: seen and "closed" in seen[-1])[-1])
    assert list(last)[:3] == ["session", "status", "ts"] and last["status"] == "closed"


def test_closed_when_the_program_exits(bash):
    process = attached(bash, start(bash, "s"))
    bash.k("run", "s", "exit 3")
    assert process.wait(30) == 1
    assert json.loads(collect(process, lambda seen: seen and "closed" in seen[-1])[-1])["status"] == "closed"


def test_ends_when_the_daemon_is_killed(bash):
    process = attached(bash, start(bash, "s"))
    bash.kill_daemon()
    assert process.wait(30) == 1
    collect(process, lambda seen: seen and "closed" in seen[-1])


def test_no_such_session(box):
    result = box.km("nope")
    assert result.rc == 1, repr(result)
    value = result.json
    assert list(value) == ["session", "status", "message", "ts"]
    assert (value["session"], value["status"], value["message"]) == ("nope", "error", "no session 'nope'")


def test_invalid_name(box):
    result = box.km("../x")
    assert result.rc == 1 and "invalid session name: '../x'" in result.out + result.err, repr(result)


@pytest.mark.parametrize("argument", ["bogus", "-2", "0123456789AB", "0123456789abc"])
def test_unknown_argument(bash, argument):
    result = bash.km("s", argument)
    assert (result.rc, result.out) == (1, "") and result.err.startswith(f"unknown arg: {argument}\n"), repr(result)


def test_usage(box):
    for args in ([], ["-h"], ["--help"]):
        result = box.km(*args)
        assert result.rc == 0 and "km" in result.out and "-1" in result.out, repr(result)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stops_on_a_signal(bash, number):
    process = attached(bash, start(bash, "s"))
    process.send_signal(number)
    assert process.wait(30) in (0, 128 + number, -number)
    assert bash.output("echo fine") == "fine"


def test_a_closed_pipe_ends_it(bash):
    process = attached(bash, start(bash, "s"))
    process.stdout.close()
    process.stdout = None

    def gone():
        bash.k("notify", "s", "anyone?")
        return process.poll() is not None

    wait_until(gone, what="km to notice that nobody reads")


def test_program_output_cannot_fake_an_event(bash):
    process = attached(bash, start(bash, "s"))
    fake = '── cell:0123456789ab done ──'
    cell = bash.fire(f"""echo '{fake}'; echo '{{"cell_id": "0123456789ab", "session": "s", "status": "done"}}'""")
    lines = collect(process, lambda seen: "done" in statuses(seen, cell))
    assert not any("0123456789ab" in line for line in lines)


def test_watching_loses_no_output(bash):
    watchers = [attached(bash, start(bash, "s")) for _ in range(3)]
    cell = bash.fire("seq 1 20000")
    for process in watchers:
        collect(process, lambda seen: "done" in statuses(seen, cell))
    assert bash.poll("s", cell)["output"] == "\n".join(map(str, range(1, 20001)))


def test_all_sessions(box):
    box.new("a")
    box.new("b")
    process = box.popen(KM, "--all")

    def both():
        box.k("notify", "a", "probe")
        box.k("notify", "b", "probe")
        seen = collect(process, lambda _: True)
        return {json.loads(line)["session"] for line in seen if "probe" in line} == {"a", "b"}

    wait_until(both, what="events of both sessions")
    cells = [box.fire("true", session=name) for name in ("a", "b")]
    for cell in cells:
        collect(process, lambda seen: "done" in statuses(seen, cell))


def test_history_of_a_session_seen_late(bash):
    """The events of cells that ended before km started are not presented as new ones."""
    old = bash.done("true")["cell_id"]
    process = attached(bash, start(bash, "s"))
    lines = collect(process, lambda seen: seen)
    assert not [line for line in lines if old in line and re.search('"status": "fired"', line)]


def test_replay_from_a_session_that_has_exited(bash):
    cell = bash.done("echo kept")["cell_id"]
    bash.run("exit 3")
    wait_until(lambda: not bash.daemons(), what="the daemon to end")
    result = bash.km("s", cell, "-1")
    assert result.rc == 0 and statuses(result.lines, cell)[-1] == "done", repr(result)
    result = bash.km("s", timeout=20)
    assert result.rc == 1 and json.loads(result.lines[-1])["status"] == "closed", repr(result)


def test_replay_after_the_daemon_was_killed(bash):
    cell = bash.done("echo kept")["cell_id"]
    bash.kill_daemon()
    result = bash.km("s", cell, "-1")
    assert result.rc == 0 and statuses(result.lines, cell)[-1] == "done", repr(result)


def test_changes_of_the_screen_for_those_who_ask(bash):
    plain, asked = (bash.popen(KM, "s", "--ready", *more) for more in ((), ("--screen",)))
    for process in (plain, asked):
        collect(process, lambda seen: seen)
    cell = bash.fire("for i in $(seq 40); do printf $i; sleep 0.05; done; read x")
    for process in (plain, asked):
        process.seen = collect(process, lambda seen: "waiting" in statuses(seen, cell))
    times = [datetime.fromisoformat(json.loads(line)["ts"]) for line in asked.seen if '"screen"' in line]
    assert len(times) >= 3, asked.seen
    assert min(b - a for a, b in zip(times, times[1:])).total_seconds() > 0.4, "not once for each byte"
    assert not any('"screen"' in line for line in plain.seen)
