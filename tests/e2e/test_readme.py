"""The README's examples do what they show."""

import blocks
from harness import REPO


def test_readme(box):
    todo = [step for _, block in blocks.blocks(REPO / "README.md") for step in blocks.steps(block)]
    assert todo, "no block of the README is marked <!-- test -->"
    blocks.run(box, todo)


def test_the_readers_of_blocks():
    lines = ["$ echo a", "a", "$ cat <<X", "> b", "> X", "b", "$ true"]
    assert blocks.steps(lines) == [("echo a", "a"), ("cat <<X\nb\nX", "b"), ("true", "")]
    assert blocks.pattern("a…z").fullmatch("a\nmiddle\nz") and not blocks.pattern("a…z").fullmatch("az!")
