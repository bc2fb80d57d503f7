"""Interpreters with a profile: whole blocks, what the last line is worth, errors as exit codes."""

import json
import shutil
from pathlib import Path

import pytest

# python3


@pytest.fixture
def python(box):
    box.new("s", "python3")
    return box


def other_python(version):
    """A Python of that version, where this machine has one (of its own, or a version manager's)."""
    places = [Path("/usr/bin", f"python{version}"), Path("/usr/local/bin", f"python{version}"),
              *sorted(Path.home().glob(f".pyenv/versions/{version}*/bin/python{version}"))]
    return next((str(path) for path in places if path.exists()), None)


def test_python_blocks(python):
    value = python.done("def f(x):\n\n    y = x\n\n    return y * 2\n\nf(21)")
    assert (value["output"], value["exit_code"], value["completion"]) == ("42", 0, "marks"), value
    assert python.output("print('hello')") == "hello"
    assert python.output("x = 5") == ""
    assert python.output("x\nx + 1") == "6"
    assert python.output("if x:\n    print('a')\n\n    print('b')\nelse:\n    pass\nprint('c')") == "a\nb\nc"
    assert python.output("class A:\n    n = 1\n\n    def m(self):\n        return self.n\nA().m()") == "1"
    assert python.output("'''text\n\n  more'''") == "'text\\n\\n  more'"
    assert python.output("_") == "'text\\n\\n  more'"
    assert python.output("'äöü € 漢字 \\x41 \\\\ \"'") == "'äöü € 漢字 A \\\\ \"'"
    assert python.output("'\x01\x03\x1b\x7f'") == repr("\x01\x03\x1b\x7f")
    assert python.output("") == ""
    assert python.output("import sys; print('no newline', end='')") == "no newline"
    assert python.output("print('x', file=sys.stderr)") == "x"


def test_python_errors(python):
    value = python.done("def f():\n    return 1 / 0\nf()")
    assert value["exit_code"] == 1 and "return 1 / 0" in value["output"], value
    assert value["output"].startswith("Traceback") and value["output"].endswith("ZeroDivisionError: division by zero")
    assert "__kept" not in value["output"] and "init.py" not in value["output"]
    value = python.done("def (")
    assert value["exit_code"] == 1 and "SyntaxError" in value["output"] and "Traceback" not in value["output"], value
    assert "before" not in python.done("print('before')\n1 +")["output"]
    value = python.done("print('shown')\nraise ValueError('äh')")
    assert value["exit_code"] == 1 and value["output"].startswith("shown\n"), value
    assert python.done("'fine'")["exit_code"] == 0
    assert python.done("import sys; sys.last_value is not None")["output"] == "True"
    assert python.done("sys.excepthook = lambda t, v, b: print('mine', v)\n1 / 0")["output"] == "mine division by zero"


def test_python_input(python):
    value = python.run("name = input('name? ')\nprint('hello', name)", timeout=20)
    assert value["status"] == "waiting", value
    assert (value["input"]["kind"], value["input"]["prompt"]) == ("line", "name? "), value
    python.k("send", "s", "bob")
    assert python.until_status(value["cell_id"], "done")["output"].splitlines()[-1] == "hello bob"
    value = python.run("import getpass; getpass.getpass()", timeout=20)
    assert value["status"] == "waiting" and value["input"]["kind"] == "password", value
    python.k("send", "s", "secret")
    assert "'secret'" in python.until_status(value["cell_id"], "done")["output"]


def test_python_interrupted(python):
    python.done("state = 'kept'")
    for code in ("while True: pass", "import time; time.sleep(1000)", "input('? ')"):
        value = python.run(code, timeout=1)
        assert value["status"] in ("timeout", "waiting"), value
        assert python.k("int", "s").rc == 0
        assert python.until_status(value["cell_id"], "error")["output"] == "interrupted"
        assert python.output("state") == "'kept'"


@pytest.mark.parametrize("code", ["sys.ps1 = 'mine> '", "sys.ps1 = ''", "sys.ps1 = 1; sys.ps2 = 2", "del sys.ps1",
                                  "sys.stdout = open('/dev/null', 'w'); sys.stdout = sys.__stdout__",
                                  "import readline", "import os; os.chdir('/')", "sys.displayhook = lambda value: print(value)",
                                  "del __builtins__", "import builtins; print = None; del print",
                                  "import signal; signal.signal(signal.SIGINT, signal.SIG_DFL)"])
def test_python_stays_usable_after(python, code):
    assert python.done("import sys\n" + code)["exit_code"] == 0
    for number in range(2):
        value = python.done(f"{number} + 100")
        assert (value["output"], value["completion"]) == (str(number + 100), "marks"), value


def test_python_ends(python):
    value = python.run("raise SystemExit(3)")
    assert (value["status"], value["output"], value["exit_code"]) == ("error", "session exited", 3), value


def test_python_cwd_and_environment(python):
    value = python.done("import os; os.chdir('/'); {k for k in os.environ if 'KEPT_WAS' in k or k.startswith('PYTHON')}")
    assert value["cwd"] == "/" and value["output"] == "set()", value
    assert python.output("from __future__ import annotations") == ""
    assert python.output("def g(a: Nope): return 'late'\ng(1)") == "'late'"


@pytest.mark.heavy
def test_python_much_code(python):
    code = "\n".join(f"v{n:05d} = '{'x' * 30}'" for n in range(4800)) + "\nv04799"
    assert len(code) > 200_000
    assert python.output("-", stdin=code, timeout=60) == repr("x" * 30)
    assert python.output("-", stdin=f"len('{'y' * 200_000}')", timeout=60) == "200000"
    assert python.output("v00000") == repr("x" * 30)


def test_python_start_file_of_the_user(box):
    (box.home / "start.py").write_text("mine = 'from-rc'\n")
    box.new("s", "--rc=user", "--env", f"PYTHONSTARTUP={box.home}/start.py", "python3")
    assert box.output("mine, __import__('os').environ['PYTHONSTARTUP'][-8:]") == "('from-rc', 'start.py')"
    box.new("clean", "--env", f"PYTHONSTARTUP={box.home}/start.py", "python3")
    assert box.done("mine", session="clean")["exit_code"] == 1
    assert not (box.home / ".python_history").exists()


def test_ways_to_start_python(box):
    box.call("python3", "-m", "venv", "--without-pip", "venv")
    for number, words in enumerate((["python3", "-i", "-q"], ["/usr/bin/python3", "-X", "utf8"], ["env", "X=1", "python3"],
                                    ["python3 -q"], [str(box.cwd / "venv/bin/python")])):
        name = f"s{number}"
        box.new(name, *words)
        value = box.done("1 + 1", session=name)
        assert (value["output"], value["completion"]) == ("2", "marks"), (words, value)
    assert box.output("import sys; sys.prefix", session="s4") == repr(str(box.cwd / "venv"))


def test_a_script_is_no_python_session(box):
    box.write("script.py", "import time; print('ran', flush=True); time.sleep(1000)")
    box.new("s", "python3", "script.py")
    assert "profile" not in box.k("status", "s").out


def test_newer_python(box):
    python = other_python("3.13")
    if not python:
        pytest.skip("no python3.13 here: Debian 12 has none, its new REPL cannot be tried")
    box.new("s", python)
    value = box.done("def f(x):\n\n    return x * 2\n\nf(21)")
    assert (value["output"], value["completion"]) == ("42", "marks"), value
    assert box.done("1 / 0")["exit_code"] == 1
    assert box.output("'PYTHON_BASIC_REPL' in __import__('os').environ") == "False"


# IPython


def test_ipython(box):
    box.new("s", "--start-timeout=60", "ipython3")
    value = box.done("def f(x):\n\n    return 1 / x\n\nf(2)", timeout=60)
    assert (value["output"], value["exit_code"], value["completion"]) == ("Out[1]: 0.5", 0, "marks"), value
    value = box.done("f(0)", timeout=60)
    assert value["exit_code"] == 1 and value["output"].endswith("ZeroDivisionError: division by zero"), value
    value = box.done("def (")
    assert value["exit_code"] == 1 and "SyntaxError" in value["output"], value
    assert box.output("for i in range(2):\n    print(i)\n\nprint('x', end='')") == "0\n1\nx"
    assert box.output("!echo from a shell") == "from a shell"
    value = box.run("input('name? ')", timeout=20)
    assert value["status"] == "waiting" and value["input"]["prompt"] == "name? ", value
    box.k("send", "s", "bob")
    assert "'bob'" in box.until_status(value["cell_id"], "done")["output"]
    value = box.run("while True: pass", timeout=1)
    box.k("int", "s")
    assert box.until_status(value["cell_id"], "error")["output"] == "interrupted"
    assert box.output("_6") == "Out[8]: 'bob'"
    assert box.run("exit")["output"] == "session exited"


# Node.js


@pytest.fixture
def node(box):
    found = Path(shutil.which("node")).parent
    box.new("s", "--env", f"PATH={found}:{box.env['PATH']}", "node")
    return box


def test_node_blocks(node):
    value = node.done("1 + 1")
    assert (value["output"], value["exit_code"], value["completion"]) == ("2", 0, "marks"), value
    assert node.output("const f = (x) => {\n\n  return x * 2;\n};\n\nf(21)") == "42"
    assert node.output("const later = await new Promise((r) => setTimeout(() => r('late'), 50));\nlater") == "'late'"
    assert node.output("console.log('out'); console.error('err')") == "out\nerr"
    assert node.output("({ a: 1 })") == "{ a: 1 }"
    assert node.output("`text\n\n  'äöü € 漢字' \"`") == "`text\\n\\n  'äöü € 漢字' \"`"
    assert node.output("_.length") == "20"
    assert node.output("var nothing") == ""
    assert node.output("'\u2028\x01'.length") == "2"


def test_node_errors(node):
    for code, text in (("throw new Error('bad')", "Uncaught Error: bad"), ("nope", "ReferenceError: nope"),
                       ("function (", "SyntaxError"), ("await Promise.reject(new Error('later'))", "Error: later"),
                       ("if (true) {", "SyntaxError"), ("throw 5", "Uncaught 5")):
        value = node.done(code)
        assert value["exit_code"] == 1 and text in value["output"], value
    assert node.done("'fine'")["exit_code"] == 0


def test_node_waits_only_when_it_reads(node):
    value = node.run("await new Promise((r) => setTimeout(r, 2500)); 'slept'", timeout=30)
    assert (value["status"], value["output"]) == ("done", "'slept'"), value
    ask = "const rl = require('readline').createInterface({ input: process.stdin, output: process.stdout });\n" \
          "const answer = await new Promise((r) => rl.question('name? ', r)); rl.close(); answer"
    value = node.run(ask, timeout=20)
    assert value["status"] == "waiting" and value["input"]["prompt"] == "name? ", value
    node.k("send", "s", "bob")
    assert "'bob'" in node.until_status(value["cell_id"], "done")["output"]
    assert node.output("'on'") == "'on'"


def test_node_interrupted(node):
    node.done("var state = 'kept'")
    for code in ("while (true) {}", "await new Promise(() => {})"):
        value = node.run(code, timeout=1)
        assert value["status"] == "timeout", value
        node.k("int", "s")
        assert node.until_status(value["cell_id"], "error")["output"] == "interrupted"
        assert node.output("state") == "'kept'"
    node.k("int", "s")
    node.k("int", "s")
    assert node.output("state") == "'kept'"


def test_node_commands_and_end(node):
    assert ".exit" in node.output(".help")
    assert node.output("Object.keys(process.env).filter((k) => /KEPT_WAS|NODE_/.test(k))") == "[]"
    value = node.run(".exit")
    assert (value["status"], value["output"]) == ("error", "session exited"), value


@pytest.mark.heavy
def test_node_much_code(node):
    code = "\n".join(f"var v{n:05d} = '{'x' * 30}';" for n in range(4800)) + "\nv04799"
    assert node.output("-", stdin=code, timeout=60) == repr("x" * 30)
    assert node.output("-", stdin=f"'{'y' * 200_000}'.length", timeout=60) == "200000"


# gdb


@pytest.fixture
def gdb(box):
    box.new("s", "gdb")
    return box


def test_gdb_commands(gdb):
    value = gdb.done("print 6 * 7")
    assert (value["output"], value["exit_code"], value["completion"]) == ("$1 = 42", 0, "marks"), value
    assert gdb.output("define foo\necho hi\\n\nend\nfoo") == "hi"
    assert gdb.output("python\nx = 5\n\nprint(x)\nend\necho after\\n") == "5\nafter"
    value = gdb.done("print nothing_like_it")
    assert value["exit_code"] == 1 and "No symbol" in value["output"], value
    value = gdb.done("echo one\\n\nnonsense\necho two\\n")
    assert value["exit_code"] == 1 and value["output"].startswith("one\n") and "two" not in value["output"], value
    assert gdb.done("print 1")["exit_code"] == 0
    assert gdb.output("set prompt mine>") == ""
    assert gdb.output("echo hi\\n") == "hi"


def test_gdb_runs_a_program(gdb):
    gdb.write("p.c", '#include <stdio.h>\nint twice(int n) {\n  return 2 * n;\n}\nint main(void) {\n  int n = 0;\n'
                     '  printf("number? ");\n  fflush(stdout);\n  if (scanf("%d", &n) != 1) return 1;\n'
                     '  printf("%d\\n", twice(n));\n  return 3;\n}\n')
    assert gdb.call("gcc", "-g", "-O0", "-o", "p", "p.c").rc == 0
    assert gdb.done("file p")["exit_code"] == 0
    assert "Breakpoint 1" in gdb.output("break twice")
    value = gdb.run("run", timeout=60)
    assert value["status"] == "waiting" and value["input"]["prompt"].endswith("number? "), value
    assert value["input"]["kind"] == "line" and value["input"]["process"] == "p", value
    gdb.k("send", "s", "21")
    value = gdb.until_status(value["cell_id"], "done")
    assert "Breakpoint 1, twice (n=21)" in value["output"], value
    assert gdb.output("print n\nprint n * 2") == "$1 = 21\n$2 = 42"
    assert "main" in gdb.output("bt")
    output = gdb.output("continue")
    assert "42" in output and "exited with code 03" in output
    assert gdb.done("echo on\\n")["output"] == "on"


def test_gdb_interrupted(gdb):
    value = gdb.run("shell sleep 100", timeout=1)
    gdb.k("int", "s")
    assert gdb.until_status(value["cell_id"], "error")["output"] == "interrupted"
    value = gdb.run("python\nwhile True: pass\nend", timeout=1)
    gdb.k("int", "s")
    assert gdb.until_status(value["cell_id"], "error")["output"] == "interrupted"
    assert gdb.output("echo on\\n") == "on"


def test_gdb_ends(gdb):
    assert gdb.run("quit 5")["exit_code"] == 5


def test_gdb_of_a_program(box):
    box.new("s", "gdb", "-q", "-nx", "--args", "/bin/echo", "hello")
    assert "hello" in box.output("run", timeout=60)
    assert json.loads(box.k("status", "-j", "s").out)["profile"] == "gdb"
