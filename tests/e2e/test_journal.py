"""The journal: cells and their output stay readable, and the disk stays bounded."""

import json
import os
import re

import pytest
from harness import CELL_ID, wait_until


def test_cells_lists_them_all(bash):
    ids = [bash.done("echo one")["cell_id"], bash.done("false")["cell_id"], bash.fire("sleep 100")]
    text = bash.k("cells", "s")
    assert text.rc == 0 and re.findall(r"\b[0-9a-f]{12}\b", text.out) == ids, repr(text)
    assert "running" in text.lines[-1] and "done" in text.out
    listed = bash.k("cells", "--json", "s")
    assert listed.rc == 0
    value = json.loads(listed.out)
    found = re.findall(r'"([0-9a-f]{12})"', listed.out)
    assert value and [i for i in found if i in ids][: len(ids)] and set(found) >= set(ids)


def test_cells_of_the_only_session(bash):
    cell = bash.done("true")["cell_id"]
    assert cell in bash.k("cells").out


def test_cells_of_a_new_session(bash):
    result = bash.k("cells", "s")
    assert result.rc == 0 and not CELL_ID.search(result.out)


def test_cells_and_output_without_a_session(box):
    for args in (["cells", "nope"], ["output", "nope", "0123456789ab"]):
        result = box.k(*args)
        assert result.rc == 1 and "no session 'nope'" in result.out, repr(result)


def test_output_again(bash):
    cell = bash.done("printf 'one\\n\\e[1mtwo\\e[0m\\n10%%\\r99%%\\n'")["cell_id"]
    result = bash.k("output", "s", cell)
    assert (result.rc, result.out) == (0, "one\ntwo\n99%\n"), repr(result)
    assert bash.k("output", "s", cell).out == result.out


def test_output_raw(bash):
    cell = bash.done(r"printf '\e[1mx\e[0m\ny\0z'")["cell_id"]
    assert bash.k("output", "--raw", "s", cell).raw == b"\x1b[1mx\x1b[0m\r\ny\0z"


def test_output_by_range(bash):
    cell = bash.done("seq 1 1000")["cell_id"]
    whole = "\n".join(map(str, range(1, 1001)))
    first = bash.k("output", "--limit", "10", "s", cell).out.rstrip("\n")
    assert first == whole[:10].rstrip("\n")
    middle = bash.k("output", "--offset", "100", "--limit", "50", "s", cell).out.strip("\n")
    assert middle == whole[100:150].strip("\n")
    tail = bash.k("output", "--offset", str(len(whole) - 9), "s", cell).out.rstrip("\n")
    assert tail == whole[-9:].rstrip("\n")
    beyond = bash.k("output", "--offset", "1000000", "s", cell)
    assert beyond.rc == 0 and beyond.out.strip("\n") == ""


def test_raw_ranges_add_up(bash):
    cell = bash.done("seq 1 500")["cell_id"]
    whole = bash.k("output", "--raw", "s", cell).raw
    assert whole == b"".join(b"%d\r\n" % n for n in range(1, 501))
    parts = [bash.k("output", "--raw", "--offset", str(at), "--limit", "300", "s", cell).raw for at in range(0,
        len(whole), 300)]
    assert b"".join(parts) == whole


def test_output_of_an_unknown_cell(bash):
    result = bash.k("output", "s", "0123456789ab")
    assert result.rc == 1 and "unknown cell" in result.out, repr(result)


@pytest.mark.parametrize(
    "option",
    [["--offset", "-1"], ["--offset", "x"], ["--limit", "-5"], ["--limit", "1.5"]],
     ids=" ".join,
)
def test_bad_ranges(bash, option):
    cell = bash.done("true")["cell_id"]
    assert bash.k("output", *option, "s", cell).rc in (1, 2)


def test_output_so_far_of_a_running_cell(bash):
    cell = bash.fire("echo so far; sleep 100")
    wait_until(lambda: bash.k("output", "s", cell).out.strip("\n") == "so far", what="the output so far")


# After the daemon


def check_readable(box, cell, expected):
    value = box.poll("s", cell)
    assert (value["cell_id"], value["status"], value["output"]) == (cell, "done", expected)
    assert box.k("output", "s", cell).out.rstrip("\n") == expected
    assert cell in box.k("cells", "s").out
    assert expected.splitlines()[-1] in box.k("history", "s").out


def test_readable_after_exit(bash):
    cell = bash.done("echo kept; echo words")["cell_id"]
    last = bash.run("exit 3")["cell_id"]
    wait_until(lambda: not bash.daemons(), what="the daemon to end")
    check_readable(bash, cell, "kept\nwords")
    assert bash.poll("s", last)["output"] == "session exited"
    assert bash.poll("s")["cell_id"] == last
    refused = bash.k("run", "-j", "s", "true")
    assert refused.rc == 1 and refused.json["status"] == "error"


def test_readable_after_the_daemon_was_killed(bash):
    cell = bash.done("echo kept; echo words")["cell_id"]
    active = bash.fire("sh -c 'echo begun; exec sleep 100'")
    wait_until(lambda: "begun" in bash.k("output", "s", active).out, what="output of the active cell")
    bash.kill_daemon()
    check_readable(bash, cell, "kept\nwords")
    gone = bash.k("poll", "s", active)
    assert gone.rc == 1 and (gone.json["status"], gone.json["output"]) == ("error", "session exited"), repr(gone)
    assert "begun" in bash.k("output", "s", active).out


def test_killed_session_leaves_no_journal(bash):
    bash.done("echo secret")
    bash.k("kill", "s")
    assert not (bash.state / "s").exists()
    bash.new("s")
    assert "secret" not in bash.k("history", "s").out


def test_a_new_session_of_that_name_starts_afresh(bash):
    old = bash.done("echo old words")["cell_id"]
    bash.run("exit 3")
    wait_until(lambda: not bash.daemons(), what="the daemon to end")
    assert bash.k("new", "s").out == "OK s\n"
    assert bash.poll("s", old)["output"] == "unknown cell"
    assert "old words" not in bash.k("history", "s").out
    assert bash.output("echo new") == "new"


# Bounds


def disk(box):
    return sum(os.path.getsize(os.path.join(path, name)) for path, _, names in os.walk(box.state) for name in names)


@pytest.mark.heavy
def test_the_journal_is_bounded(box):
    limit = 1_000_000
    box.new("s", "--journal-limit", str(limit), env={"KEPT_JOURNAL_LIMIT": str(limit)})
    first = box.done("echo first cell")["cell_id"]
    value = box.done("seq 1 1500000; echo the end", timeout=80)
    assert value["output"].endswith("1499999\n1500000\nthe end")
    assert value["truncated"], {k: v for k, v in value.items() if k != "output"}
    assert disk(box) < 2.5 * limit
    for _ in range(3):
        box.done("seq 1 300000 | tail -n 200000", timeout=80)
    assert disk(box) < 2.5 * limit
    assert box.poll("s", first)["status"] == "done"
    assert box.output("echo next") == "next"
    small = box.done("echo small")
    assert not small.get("truncated")


@pytest.mark.heavy
def test_a_long_flood_stays_bounded_on_disk_and_in_memory(box):
    limit = 2_000_000
    box.new("s", "--journal-limit", str(limit), env={"KEPT_JOURNAL_LIMIT": str(limit)})
    daemon = box.daemon()
    value = box.done("yes 0123456789012345678901234567890123456789 | head -c 60000000; echo; echo the end",
        "--max-bytes", "5000", timeout=85)
    assert value["output"].endswith("the end")
    assert disk(box) < 2.5 * limit
    with open(f"/proc/{daemon}/status") as status:
        peak = int(re.search(r"VmHWM:\s+(\d+) kB", status.read()).group(1))
    assert peak < 60_000, f"{peak} kB for a journal of {limit} bytes"


@pytest.mark.parametrize("value", ["-1", "x", ""])
def test_bad_limits(box, value):
    assert box.k("new", "--journal-limit", value, "s").rc == 2
    assert not box.daemons()


# What it is made of


def test_events_are_in_order_and_whole(bash):
    for number in range(5):
        bash.done(f"echo {number}")
    bash.k("notify", "s", "hello")
    events = [json.loads(line) for line in (bash.state / "s" / "events.ndjson").read_text().splitlines()]
    told = [event for event in events if event["type"] in ("fired", "done", "notify")]
    assert [event["type"] for event in told] == ["fired", "done"] * 5 + ["notify"]
    numbers = [event["seq"] for event in told]
    assert numbers == sorted(set(numbers))
    json.loads((bash.state / "s" / "session.json").read_text())


@pytest.mark.parametrize("tail", [b'{"seq": 99, "ty', b"\0\0\0\0\0\0", b"\xff\xfe garbage\n", b'{"seq": "x"}\n[1]\n'])
def test_a_journal_torn_by_a_crash_is_still_read(bash, tail):
    cell = bash.done("echo kept; echo words")["cell_id"]
    bash.kill_daemon()
    with open(bash.state / "s" / "events.ndjson", "ab") as events:
        events.write(tail)
    check_readable(bash, cell, "kept\nwords")
    assert bash.k("new", "s").out == "OK s\n"
    assert bash.output("echo fine") == "fine"


@pytest.mark.parametrize("name", ["session.json", "events.ndjson", "output.log"])
def test_a_journal_with_a_part_missing_is_no_reason_to_hang(bash, name):
    cell = bash.done("echo kept")["cell_id"]
    bash.kill_daemon()
    (bash.state / "s" / name).unlink()
    for verb in (["poll", "s", cell], ["output", "s", cell], ["cells", "s"], ["status", "s"], ["history", "s"],
        ["ls", "-l"]):
        result = bash.k(*verb, timeout=20)
        assert result.rc in (0, 1), repr(result)
    assert bash.k("new", "s").out == "OK s\n"
    assert bash.output("echo fine") == "fine"
