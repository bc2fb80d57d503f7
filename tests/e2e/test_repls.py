"""The lesser interpreters through their profiles: exact frames, errors told by what they print, second prompts."""

import shutil
import socket

import pytest
from harness import PYTHON, wait_until


def start(box, *words, needs=None):
    program = needs or words[0]
    if not shutil.which(program):
        pytest.skip(f"{program} is not installed")
    box.new("s", *words)


def check(box, *rows, completion="prompt"):
    """Rows of code, output (None: any) and exit code."""
    for code, output, exit_code in rows:
        value = box.done(code)
        assert value["completion"] == completion, value
        assert value.get("exit_code") == exit_code, value
        assert output is None or value["output"] == output, value


def waits(box, code, kind="continuation"):
    """Incomplete code waits for the rest, and can be given up."""
    value = box.run(code)
    assert value["status"] == "waiting" and value["input"]["kind"] == kind, value
    return value


def rest(box, value, text, output):
    assert box.k("send", "s", text).rc == 0
    ended = box.until_status(value["cell_id"], "done")
    assert ended["output"].splitlines()[-1:] == output, ended


def interrupt(box, code):
    value = box.run(code, timeout=1)
    assert value["status"] == "timeout", value
    assert box.k("int", "s").out == "OK\n"
    assert box.until_status(value["cell_id"], "error")["output"] == "interrupted"


def test_sqlite(box):
    start(box, "sqlite3")
    check(box, ("create table t(a, b);\ninsert into t values\n(1, 'x'),\n(2, 'y');", "", 0),
        ("select * from t;", "1|x\n2|y", 0), ("select * from nope;", None, 1), ("selec 1;", None, 1))
    rest(box, waits(box, "select"), "3;", ["3"])
    check(box, ("select 'sqlite> ';", "sqlite> ", 0), (".tables", "t", 0))


def test_lua(box):
    start(box, "lua5.4")
    check(box, ("1 + 1", "2", 0), ("x = 20", "", 0), ("for i = 1, 2 do\n  print(i * x)\nend", "20\n40", 0),
        ("error('broken')", None, 1), ("nope.x", None, 1), ("print('fine')", "fine", 0))
    rest(box, waits(box, "y ="), "5", [])
    interrupt(box, "while true do end")
    check(box, ("x + y", "25", 0))


def test_irb(box):
    start(box, "irb")
    check(box, ("1 + 1", "=> 2", 0), ("def double(n)\n  2 * n\n\nend", "=> :double", 0), ("double(21)", "=> 42", 0),
        ("raise 'broken'", None, 1), ("nope", None, 1), ("puts 'fine'", "fine\n=> nil", 0))
    rest(box, waits(box, "3 +"), "4", ["=> 7"])
    interrupt(box, "sleep 100")
    check(box, ("double(1)", "=> 2", 0))


def test_php(box):
    start(box, "php", "-a")
    check(box, ("echo 1 + 1;", "2", 0), ("function double($n) {\n  return 2 * $n;\n}", "", 0),
        ("echo double(21);", "42", 0), ("nope();", None, 1), ("echo 'fine';", "fine", 0), completion="quiet")
    rest(box, waits(box, "echo ("), "3);", ["3"])


def test_tclsh(box):
    start(box, "tclsh")
    check(box, ("expr 1 + 1", "2", None), ("proc double {n} {\n  return [expr {2 * $n}]\n}", "", None),
        ("double 21", "42", None), ("nope", 'invalid command name "nope"', None), ("puts fine", "fine", None))


def test_bc(box):
    start(box, "bc")
    check(box, ("1 + 2", "3", 0), ("2 ^ 100", str(2**100), 0), ("define f(x) {\n  return 2 * x;\n}", "", 0),
        ("f(21)", "42", 0), ("1 / 0", None, 1), ("f(1)", "2", 0), completion="quiet")


def test_dc(box):
    start(box, "dc")
    check(box, ("1 2 + p", "3", 0), ("2 100 ^ p", str(2**100), 0), ("c +", None, 1), ("5 p", "5", 0), completion="quiet")


def test_guile(box):
    start(box, "guile")
    check(box, ("(+ 1 1)", "$1 = 2", 0), ("(define (double n)\n  (* 2 n))", "", 0), ("(double 21)", "$2 = 42", 0),
        ("(car 1)", None, 1), ("(double 1)", "$3 = 2", 0), completion="quiet")


def test_redis(box):
    if not shutil.which("redis-server"):
        pytest.skip("redis-server is not installed")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    box.popen("redis-server", "--port", port, "--bind", "127.0.0.1", "--save", "")

    def answers():
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", int(port))) == 0

    wait_until(answers, what="redis-server to listen")
    start(box, "redis-cli", "-p", port)
    check(box, ("set a 1", "OK", 0), ("get a", '"1"', 0), ("nope", None, 1), ("select 1", "OK", 0),
        ("get a", "(nil)", 0), ("select 0\nget a", None, 0), completion="quiet")


def test_perl_debugger(box):
    box.write("script.pl", "my $x = 1;\nprint \"hello\\n\";\n$x++;\nprint \"x=$x\\n\";\n")
    start(box, "perl", "-d", "script.pl")
    check(box, ("print 6 * 7", "42", None), ("n", None, None), ("p $x", "1", None), completion="quiet")
    assert box.output("c").splitlines()[:2] == ["hello", "x=2"]


def test_pdb(box):
    box.write("script.py", "x = 1\nprint('hello')\nx = input('Name? ')\n")
    start(box, PYTHON, "-m", "pdb", "script.py")
    check(box, ("n", None, None), ("p x", "1", None), ("nope", "*** NameError: name 'nope' is not defined", None),
        completion="quiet")
    assert box.output("n").splitlines()[0] == "hello"
    value = box.run("n")
    assert value["status"] == "waiting" and value["input"]["prompt"] == "Name? ", value
    rest(box, value, "Jo", ["-> x = input('Name? ')"])
    check(box, ("p x", "'Jo'", None), completion="quiet")
