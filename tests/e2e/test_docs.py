"""The help that the program gives about itself is complete."""

import re

import pytest
from harness import K, KM, REPO

CONTRACT = {"new", "run", "await", "fire", "poll", "notify", "int", "kill", "ls", "status", "watch", "history", "cells",
    "output"}


def verbs(box):
    """What the usage lists: lines that begin with `k VERB` or, indented, with a verb and its description."""
    text = box.k("--help").out
    found = set(re.findall(r"^\s*k ([a-z][a-z-]*)\b", text, re.M))
    found |= set(re.findall(r"^ {2,4}([a-z][a-z-]*)(?: {2,}|$)", text, re.M))
    return found


def test_help_lists_the_contract(box):
    assert CONTRACT <= verbs(box)


def test_every_listed_verb_has_help(box):
    for verb in sorted(verbs(box) | CONTRACT):
        result = box.k(verb, "--help")
        assert result.rc == 0 and verb in result.out, repr(result)
        assert not box.daemons(), f"`k {verb} --help` started something"


@pytest.mark.parametrize("program", [K, KM])
def test_help_fits_a_terminal(box, program):
    long = [line for line in box.call(program, "--help").out.splitlines() if len(line) > 100]
    assert not long


def test_documents_name_only_verbs_that_exist(box):
    known = verbs(box) | {"serve"}
    for name in ("README.md", "SKILL.md"):
        path = REPO / name
        if not path.exists():
            continue
        used = set(re.findall(r"^(?:\$ )?k ([a-z][a-z-]*)\b", path.read_text(), re.M))
        assert used <= known, f"{name}: {used - known}"
