"""The examples for typical jobs, and those of the skill, do what they show; each in a directory of its own."""

import os
import re

import blocks
import pytest
from harness import REPO
from sshd import Sshd

EXAMPLES = [pytest.param(needs, lines, id=f"{name}-{number}") for name in ("SKILL.md", "docs/examples.md")
            for number, (needs, lines) in enumerate(blocks.blocks(REPO / name), 1)]


def with_ssh(box):
    """A host `there`, as a user's ~/.ssh/config would name it. Gives what comes before PATH."""
    if os.getuid() != 0:
        pytest.skip("sshd lets people in only when root runs it")
    command = Sshd(box).command.removesuffix(" there")
    folder = box.root / "bin"
    folder.mkdir()
    (folder / "ssh").write_text(f'#!/bin/sh\nexec /usr/bin/{command} "$@"\n')
    (folder / "ssh").chmod(0o755)
    return f"{folder}:"


def test_there_are_examples():
    assert len(EXAMPLES) >= 7


@pytest.mark.parametrize("needs, lines", EXAMPLES)
def test_example(box, needs, lines):
    path = {"": lambda _: "", "ssh": with_ssh}[needs](box)
    blocks.run(box, blocks.steps(lines), path)


@pytest.mark.parametrize("name", ["SKILL.md", "docs/agents-snippet.md", "docs/skill.md"])
def test_what_is_named_in_passing_exists(box, name):
    """Verbs and options of `k …` and `km …` in the text, outside of the blocks."""
    text = re.sub(r"^```.*?^```", "", (REPO / name).read_text(), flags=re.M | re.S)
    named = re.findall(r"`(km?) ([^`]+)`", text)
    assert named
    help_of = {}
    for program, words in named:
        verb, *rest = [program] if program == "km" else words.split()
        if verb == "VERB":
            continue
        if verb not in help_of:
            shown = box.km("--help") if program == "km" else box.k(verb, "--help")
            assert shown.rc == 0, verb
            help_of[verb] = shown.out
        options = re.findall(r"(?<=\s)--?[a-z1][a-z-]*", " " + re.sub(r"'[^']*'", "''", words))
        for option in options:
            assert re.search(rf"(?<![\w-]){option}\b", help_of[verb]), f"{program} {words}: no {option}"


def test_skill(box):
    """`k skill` prints the document; agents read it at every start, so it is short."""
    skill = box.k("skill")
    assert skill.rc == 0 and skill.out == (REPO / "SKILL.md").read_text()
    front, body = skill.out.removeprefix("---\n").split("\n---\n", 1)
    keys = dict(line.split(": ", 1) for line in front.splitlines())
    assert list(keys) == ["name", "description"] and keys["name"] == "kept" and len(keys["description"]) <= 1024
    assert len(body.split()) < 700
    snippet = box.k("skill", "--agents")
    assert snippet.rc == 0 and snippet.out == (REPO / "docs" / "agents-snippet.md").read_text()
    assert len(snippet.out.split()) < 150
    assert box.k("skill", "-j").json == {"name": "SKILL.md", "text": skill.out}
    assert box.k("skill", "--agents", "-j").json == {"name": "AGENTS.md", "text": snippet.out}
    assert box.k("skill", "more").rc == 2
