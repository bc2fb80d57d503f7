"""Our emulator against others, on recorded streams of real programs and on random ones.

Each difference is fixed or stands in differences.json, with the specification that justifies ours."""

import re

import pytest

import corpus
from corpus import Comparison, DIFFERENCES, Grammar, GROUPS, Stream

RANDOM_BATCHES, STREAMS_IN_BATCH = 4, 250


def oracle_is_there():
    if not (corpus.ORACLES / ".installed").is_file():
        pytest.skip("no @xterm/headless: run tests/vt/setup with npm in reach")


PLANS = (corpus.as_recorded, corpus.at_another_size, corpus.with_new_heights, corpus.with_a_new_width)


@pytest.mark.parametrize("name", GROUPS)
def test_recorded_streams_as_in_xterm_js(name, tmp_path):
    oracle_is_there()
    comparison = Comparison("xterm", tmp_path)
    for stream in corpus.group(name):
        for plan in PLANS:
            comparison.add(stream, plan(stream))
    failures = comparison.run(corpus.xterm)
    assert not failures, "\n".join(failures)
    assert len(comparison.exact) >= 0.9 * len(corpus.group(name)), "too much is excused"
    assert len(comparison.exact_above) >= 0.85 * len(corpus.group(name)), "too much is excused above the screen"


@pytest.mark.parametrize("batch", range(RANDOM_BATCHES))
def test_random_streams_as_in_xterm_js(batch, tmp_path):
    oracle_is_there()
    comparison = Comparison("xterm", tmp_path)
    for seed in range(batch * STREAMS_IN_BATCH, (batch + 1) * STREAMS_IN_BATCH):
        stream = Grammar(seed).stream(f"random/{seed}", 12 + seed % 60)
        comparison.add(stream, [stream.cols, stream.rows, f"@{stream.middle}", f"@{len(stream.bytes)}"])
    failures = comparison.run(corpus.xterm)
    assert not failures, "\n".join(failures)


def test_random_streams_in_new_heights_as_in_xterm_js(tmp_path):
    """Without SU: what it moves out here comes back when there is room (see "scrolled-up-is-kept"). Without the alternate
    screen: xterm.js has rows above one that is entered after the terminal has shrunk, and brings those back. Without ED 1, at which
    xterm.js throws an exception in the last cell. Without TBC 3: xterm.js sets tab stops anew."""
    oracle_is_there()
    comparison = Comparison("xterm", tmp_path)
    for seed in range(4 * STREAMS_IN_BATCH):
        stream = Grammar(seed).stream(f"random/{seed}", 12 + seed % 60)
        if not re.search(rb"\x1b\[([\d;]*S|1[;\d]*J|3g|\?1049h)", stream.bytes):
            comparison.add(stream, corpus.resized_anyhow(stream, 2, stream.cols))
    assert len(comparison.jobs) >= STREAMS_IN_BATCH
    failures = comparison.run(corpus.xterm)
    assert not failures, "\n".join(failures)


def test_lines_flow_as_in_xterm_js(tmp_path):
    """Reflow of screen and scrollback together, of programs that do not place the cursor, and of random lines."""
    oracle_is_there()
    comparison = Comparison("xterm", tmp_path, leave_out={"style"})
    for name in GROUPS:
        for stream in corpus.group(name):
            comparison.add(stream, corpus.flowing(stream))
    assert len(comparison.jobs) >= 50
    for seed in range(STREAMS_IN_BATCH):
        stream = Grammar(seed).flowing_stream(f"random/flow-{seed}", 20 + seed % 100)
        comparison.add(stream, corpus.resized_anyhow(stream, 4))
    failures = comparison.run(corpus.xterm)
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("name", GROUPS)
def test_recorded_streams_as_in_pyte(name, tmp_path):
    comparison = Comparison("pyte", tmp_path)
    for stream in corpus.group(name):
        if not corpus.PYTE_LACKS.search(stream.bytes):
            comparison.add(stream, [stream.cols, stream.rows, f"@{len(stream.bytes) // 2}", f"@{len(stream.bytes)}"])
    print(f"{len(comparison.jobs)} streams")
    failures = comparison.run(corpus.in_pyte)
    assert not failures, "\n".join(failures)


@pytest.mark.parametrize("entry", DIFFERENCES, ids=lambda entry: f"{entry['oracle']}-{entry['id']}")
def test_listed_differences_still_occur(entry, tmp_path):
    """What has vanished, here or there, has to leave the list: it would excuse something else one day."""
    if entry["oracle"] == "xterm":
        oracle_is_there()
    theirs = {"xterm": corpus.xterm, "pyte": corpus.in_pyte}[entry["oracle"]]
    streams = [stream for name in GROUPS for stream in corpus.group(name) if stream.name in entry.get("streams", [])]
    assert len(streams) == len(entry.get("streams", [])), "a stream that is named does not exist"
    jobs = [(stream, PLANS if entry["oracle"] == "xterm" else PLANS[:1]) for stream in streams]
    if "example" in entry:  # in which a lone surrogate stands for a byte that is no UTF-8
        jobs.append((Stream("random/example", entry["example"].encode("utf-8", "surrogateescape"), 20, 6), PLANS[:1]))
    assert jobs, "neither an example nor a recorded stream shows it"
    for stream, plans in jobs:
        comparison = Comparison(entry["oracle"], tmp_path)
        comparison.listed = [entry]
        for plan in plans:
            comparison.add(stream, plan(stream))
        comparison.run(theirs)
        assert entry["id"] in comparison.seen, f"{stream.name} shows no difference"


@pytest.mark.parametrize("entry", [entry for entry in DIFFERENCES if "tmux" in entry], ids=lambda entry: entry["id"])
def test_what_tmux_makes_of_listed_differences(entry, tmp_path):
    """Whether it shows what we show, what xterm.js shows, or neither."""
    oracle_is_there()
    data = entry["example"].encode("utf-8", "surrogateescape")
    path = tmp_path / "example"
    path.write_bytes(data)
    job = f"{path} 20 6 @{len(data)}"
    third = corpus.in_tmux(data, 20, 6, tmp_path)
    with_whom = [who for who, answer in (("us", corpus.ours([job])[0]), ("xterm.js", corpus.xterm([job])[0]))
                 if all([line.rstrip() for line in answer["text"]] == [line.rstrip() for line in third["text"]] if part == "text"
                        else answer[part] == third[part] for part in third)]
    assert (with_whom or ["nobody"]) == [entry["tmux"]], third


def test_there_are_enough_streams():
    assert sum(len(corpus.group(name)) for name in GROUPS) >= 200
