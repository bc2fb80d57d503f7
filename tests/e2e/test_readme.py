"""The README's examples do what they show.

Every ```console block with `<!-- test -->` before it is run: the lines that begin with `$ ` in one shell, in
order, with the programs on PATH. What follows a command is its expected output, where … stands for anything.
"""

import re

from harness import BIN, REPO

README = REPO / "README.md"
BLOCK = re.compile(r"<!-- test -->\s*\n```console\n(.*?)^```", re.S | re.M)
END = "\x1e"


def blocks():
    return [block.splitlines() for block in BLOCK.findall(README.read_text())]


def steps(lines):
    """Pairs of a command, with its `> ` continuation lines, and the output expected of it."""
    found = []
    for line in lines:
        if line.startswith("$ "):
            found.append(([line[2:]], []))
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1][0].append(line[2:])
        elif found:
            found[-1][1].append(line)
        elif line.strip():
            raise AssertionError(f"output before any command: {line!r}")
    return [("\n".join(code), "\n".join(output).rstrip("\n")) for code, output in found]


def pattern(expected):
    return re.compile(".*?".join(re.escape(part) for part in expected.split("…")), re.S)


def test_readme(box):
    todo = [step for block in blocks() for step in steps(block)]
    assert todo, "no block of the README is marked <!-- test -->"
    script = "echo\n" + "".join(f"{code}\nprintf '\\n{END}\\n'\n" for code, _ in todo)
    result = box.call(
        "bash", "-c", "exec 2>&1; source /dev/stdin", stdin=script, env={"PATH": f"{BIN}:{box.env['PATH']}"},
        timeout=240
    )
    outputs = result.out.split(f"\n{END}")[:-1]
    assert len(outputs) == len(todo), repr(result)
    for (code, expected), output in zip(todo, outputs):
        shown = output.removeprefix("\n").rstrip("\n")
        assert pattern(expected).fullmatch(shown), f"$ {code}\n--- expected\n{expected}\n--- seen\n{shown}"


def test_the_readers_of_blocks():
    lines = ["$ echo a", "a", "$ cat <<X", "> b", "> X", "b", "$ true"]
    assert steps(lines) == [("echo a", "a"), ("cat <<X\nb\nX", "b"), ("true", "")]
    assert pattern("a…z").fullmatch("a\nmiddle\nz") and not pattern("a…z").fullmatch("az!")
