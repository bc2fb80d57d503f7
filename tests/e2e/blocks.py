"""Examples in documents: every ```console block with `<!-- test -->` before it is run.

The lines that begin with `$ ` go to one shell, in order, with the programs on PATH. What follows a command is its expected
output, where … stands for anything. `<!-- test: NAME -->` asks for something that the test has to prepare.
"""

import re

from harness import BIN

BLOCK = re.compile(r"<!-- test(?:: (\w+))? -->\s*\n```console\n(.*?)^```", re.S | re.M)
END = "\x1e"


def blocks(path):
    """Pairs of what a block needs (or an empty text) and its lines."""
    return [(needs, block.splitlines()) for needs, block in BLOCK.findall(path.read_text())]


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


def run(box, todo, path=""):
    """Runs the steps in a shell, and compares what they print."""
    script = "echo\n" + "".join(f"{code}\nprintf '\\n{END}\\n'\n" for code, _ in todo)
    result = box.call("bash", "-c", "exec 2>&1; source /dev/stdin", stdin=script,
                      env={"PATH": f"{path}{BIN}:{box.env['PATH']}"}, timeout=240)
    outputs = result.out.split(f"\n{END}")[:-1]
    assert len(outputs) == len(todo), repr(result)
    for (code, expected), output in zip(todo, outputs):
        shown = output.removeprefix("\n").rstrip("\n")
        assert pattern(expected).fullmatch(shown), f"$ {code}\n--- expected\n{expected}\n--- seen\n{shown}"
