"""Debuggers that are framed by their prompts: lldb, pdb, perl -d. (gdb has marks: test_interpreters.py.)"""

import shutil

import pytest
from harness import PYTHON
from repls import check, interrupt, rest, start, waits

ASKS = """#include <stdio.h>
int twice(int n) {
  return 2 * n;
}
int main(void) {
  int n = 0;
  printf("number? ");
  fflush(stdout);
  if (scanf("%d", &n) != 1) return 1;
  printf("%d\\n", twice(n));
  while (n == 77) { }
  return 3;
}
"""


@pytest.fixture
def lldb(box):
    if not shutil.which("lldb"):
        pytest.skip("lldb is not installed")
    box.write("p.c", ASKS)
    assert box.call("gcc", "-g", "-O0", "-o", "p", "p.c").rc == 0
    box.new("s", "lldb")
    return box


def test_lldb_commands(lldb):
    check(lldb, ("expr 6 * 7", "(int) $0 = 42", 0), ("expr nope", None, 1),
        ("nonsense", "error: 'nonsense' is not a valid command.", 1),
        ("breakpoint list\nexpr 1", "No breakpoints currently set.\n(int) $1 = 1", 0), ("expr 2\nnonsense\nexpr 3", None, 1),
        ("platform shell echo hello", "hello", 0), ("platform shell printf unfinished", "unfinished", 0))
    value = waits(lldb, "expr", "line")
    assert lldb.k("send", "s", "7 + 1").rc == 0
    assert lldb.k("send", "s", "").rc == 0
    assert lldb.until_status(value["cell_id"], "done")["output"].splitlines()[-1].endswith("= 8")


def test_lldb_runs_a_program(lldb):
    check(lldb, ("file p", None, 0))
    assert "Breakpoint 1: " in lldb.output("breakpoint set --name twice")
    value = waits(lldb, "run", "line")
    assert value["input"]["prompt"] == "number? ", value
    assert lldb.k("send", "s", "21").rc == 0
    value = lldb.until_status(value["cell_id"], "done")
    assert "stop reason = breakpoint 1.1" in value["output"] and "p`twice(n=21)" in value["output"], value
    check(lldb, ("expr n\nexpr n * 2", "(int) $0 = 21\n(int) $1 = 42", 0))
    assert "p`main" in lldb.output("bt")
    output = lldb.output("continue")
    assert "\n42\n" in output and "exited with status = 3" in output, output
    check(lldb, ("expr 1", "(int) $2 = 1", 0))


def test_lldb_interrupted(lldb):
    check(lldb, ("file p", None, 0))
    value = waits(lldb, "run", "line")
    assert lldb.k("send", "s", "77").rc == 0
    lldb.until_status(value["cell_id"], "running")
    assert lldb.k("int", "s").out == "OK\n"
    value = lldb.until_status(value["cell_id"], "error")
    assert value["output"] == "interrupted" and "stop reason = signal SIGSTOP" in value["partial"], value
    check(lldb, ("expr n", "(int) $0 = 77", 0))
    check(lldb, ("kill\nbreakpoint set --name twice", None, 0))
    rest(lldb, waits(lldb, "breakpoint delete", "line"), "y", ["All breakpoints removed. (1 breakpoint)"])
    interrupt(lldb, "platform shell sleep 100")
    check(lldb, ("expr 5", "(int) $1 = 5", 0))
    assert lldb.run("quit 5")["exit_code"] == 5


@pytest.mark.parametrize("words", [[PYTHON, "-m", "pdb"], ["pdb3"]], ids=["module", "pdb3"])
def test_pdb(box, words):
    box.write("script.py", "x = 1\nprint('hello')\nx = input('Name? ')\nwhile True:\n    pass\n")
    start(box, *words, "script.py")
    check(box, ("n", None, 0), ("p x", "1", 0), ("nope", "*** NameError: name 'nope' is not defined", 1),
        ("y = 5\np y", "5", 0), ("p '(Pdb) '", "'(Pdb) '", 0), ("import sys; sys.stdout.write('no newline') and None",
        "no newline", 0))
    assert box.output("n").splitlines()[0] == "hello"
    value = waits(box, "n", "line")
    assert value["input"]["prompt"] == "Name? ", value
    rest(box, value, "Jo", ["-> while True:"])
    check(box, ("p x", "'Jo'", 0))
    interrupt(box, "c")
    check(box, ("p x", "'Jo'", 0))


def test_a_script_is_no_pdb(box):
    box.write("script.py", "input('Name? ')")
    box.new("s", PYTHON, "script.py", "pdb")
    assert "profile=" not in box.k("status", "s").out


def test_perl_debugger(box):
    box.write("script.pl", "my $x = 1;\nprint \"hello\\n\";\n$x++;\nprint \"Name? \";\n$x = <STDIN>;\nwhile (1) { $x .= q() }\n")
    start(box, "perl", "-d", "script.pl")
    check(box, ("print 6 * 7", "42", 0), ("n", None, 0), ("p $x", "1", 0), ("die 'broken'", None, 1),
        ("nope(1)", None, 1), ("sub double {\\\n2 * $_[0]\\\n}", "", 0), ("p double(21)", "42", 0),
        ("p '  DB<1> '", "  DB<1> ", 0))
    rest(box, waits(box, "p 1 +\\"), "2", ["3"])
    value = waits(box, "c", "line")
    assert value["output"].endswith("Name? ") and box.k("send", "s", "Jo").rc == 0, value
    box.until_status(value["cell_id"], "running")
    assert box.k("int", "s").out == "OK\n"
    assert box.until_status(value["cell_id"], "error")["output"] == "interrupted"
    check(box, ("p $x", "Jo\n", 0))
