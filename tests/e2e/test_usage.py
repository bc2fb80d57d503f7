"""What is said to a caller who got the command line wrong, and with which exit code."""

import re

import pytest
from harness import K, KEPT, KM

VERBS = ["new", "run", "await", "fire", "poll", "notify", "int", "kill", "ls", "status", "watch", "history", "cells",
    "output"]


@pytest.mark.parametrize("words", [[], ["-h"], ["--help"]], ids=repr)
def test_usage(box, words):
    result = box.k(*words)
    assert result.rc == 0 and "k run" in result.out and "k new" in result.out, repr(result)


def test_usage_names_every_verb(box):
    text = box.k("--help").out
    missing = [verb for verb in VERBS if not re.search(rf"\b{verb}\b", text)]
    assert not missing


@pytest.mark.parametrize("words", [["frobnicate"], ["frobnicate", "x"], ["RUN", "s", "true"], ["ne"], [""]], ids=repr)
def test_unknown_verb(box, words):
    result = box.k(*words)
    assert result.rc == 1 and "k run" in result.out + result.err, repr(result)


def test_version(box):
    for program in (K, KEPT, KM):
        result = box.call(program, "--version")
        assert result.rc == 0 and re.search(r"\d+\.\d+\.\d+", result.out), repr(result)


def test_version_as_json(box):
    """What a bug report needs, and nothing that differs between two builds of one commit."""
    first = box.k("--version", "--json").json
    assert list(first) == ["version", "commit", "protocol", "build", "compiler", "processor", "static", "sanitizers",
        "features", "profiles"]
    assert box.k("--version").out == f"kept {first['version']} ({first['commit']})\n"
    assert re.fullmatch(r"[0-9a-f]{12}(-dirty)?|unknown", first["commit"])
    assert set(VERBS) <= set(first["features"]) and {"bash", "python", "gdb"} <= set(first["profiles"])
    with open(K, "rb") as program:
        assert first["static"] == (b"/ld-linux" not in program.read(4096)), "an ELF interpreter is named at the beginning"
    assert box.km("--version", "--json").json == first


@pytest.mark.parametrize(
    "words",
    [["run"], ["run", "-j"], ["run", "-t"], ["fire"], ["new"], ["kill"], ["output"], ["notify"]],
    ids=" ".join,
)
def test_missing_arguments(box, words):
    result = box.k(*words)
    assert result.rc in (1, 2) and (result.out + result.err).strip(), repr(result)
    assert words[0] in result.out + result.err, "the message names the command"


@pytest.mark.parametrize(
    "words",
    [["run", "--no-such", "s", "true"], ["fire", "--no-such", "s", "true"], ["poll", "--no-such"], ["ls", "--no-such"],
     ["status", "--no-such"], ["kill", "--no-such"],
     ["history", "--no-such"], ["cells", "--no-such"], ["run", "--max-bytes", "x", "s", "true"],
     ["run", "--max-bytes", "-5", "s", "true"]],
    ids=" ".join,
)
def test_unknown_options_and_bad_values(bash, words):
    result = bash.k(*words)
    assert result.rc == 2 and (result.out + result.err).strip(), repr(result)
    assert bash.k("cells", "s").out.strip() == "" or not re.search(r"\b[0-9a-f]{12}\b", bash.k("cells", "s").out)


@pytest.mark.parametrize(
    "words",
    [["run", "s", "true", "extra", "words"], ["fire", "s", "true", "extra"], ["poll", "s", "0123456789ab", "extra"],
     ["kill", "s", "t"]],
    ids=" ".join,
)
def test_too_many_arguments_have_no_effect(bash, words):
    result = bash.k(*words)
    if result.rc == 0:
        # The old tool ignored what it did not know; a session other than the named one is never touched.
        assert words[0] in ("run", "fire")
    else:
        assert (result.out + result.err).strip(), repr(result)


@pytest.mark.parametrize("cell", ["nothex", "0123456789AB", "0123", "../../etc", "0123456789ab0"])
def test_a_cell_id_that_is_none(bash, cell):
    result = bash.k("poll", "s", cell)
    assert result.rc == 1, repr(result)
    assert result.json["status"] == "error" and result.json["output"] == "unknown cell"


def test_a_full_output_pipe_or_disk_is_an_error(bash):
    with open("/dev/full", "w") as full:
        process = bash.popen(K, "run", "s", "echo lost", stdout=full)
        process.communicate(timeout=60)
        assert process.returncode not in (0, None)


def test_a_reader_that_leaves_early(bash):
    process = bash.popen("sh", "-c", f"{K} run s 'seq 1 100000' | head -n 1")
    out, err = process.communicate(timeout=60)
    assert out == b"1\n" and b"terminate" not in err and b"Traceback" not in err


@pytest.mark.parametrize("variable", ["HOME", "KEPT_DIR", "KEPT_STATE", "PATH", "LANG", "TERM", "USER"])
def test_works_without(box, variable):
    """Each of the usual variables may be missing; `env -u` takes it away for k only."""
    result = box.call("env", "-u", variable, K, "--version")
    assert result.rc == 0
    if variable not in ("KEPT_DIR", "KEPT_STATE"):
        assert box.call("env", "-u", variable, K, "new", "s").out == "OK s\n"
        assert box.call("/usr/bin/env", "-u", variable, K, "run", "s", "echo fine").out == "fine\n"


def test_xdg_directories(box):
    runtime, state = box.root / "x", box.root / "y"
    runtime.mkdir(mode=0o700)
    env = {"XDG_RUNTIME_DIR": str(runtime), "XDG_STATE_HOME": str(state)}
    words = ["env", "-u", "KEPT_DIR", "-u", "KEPT_STATE", K]
    try:
        assert box.call(*words, "new", "s", env=env).out == "OK s\n"
        assert (runtime / "kept" / "s.sock").is_socket()
        assert (state / "kept" / "s").is_dir()
    finally:
        assert box.call(*words, "kill", "s", env=env).out == "OK killed s\n"


def test_home_as_the_last_resort_for_state(box):
    words = ["env", "-u", "KEPT_STATE", K]
    assert box.call(*words, "new", "s").out == "OK s\n"
    assert (box.home / ".local/state/kept/s").is_dir()
    assert box.call(*words, "kill", "s").out == "OK killed s\n"
