"""The lesser interpreters through their profiles: exact frames, errors told by what they print, second prompts."""

import shutil

import pytest
from repls import check, interrupt, rest, start, waits


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


def test_r(box):
    start(box, "R")
    check(box, ("1 + 1", "[1] 2", 0), ("double <- function(n) {\n  2 * n\n\n}\ndouble(21)", "[1] 42", 0),
        ("stop('broken')", "Error: broken", 1), ("nope", None, 1), ("1)", None, 1), ("invisible(7)", "", 0),
        ("cat('no newline')", "no newline", 0), ("cat('> \\n')", "> ", 0), ("warning('w')", "Warning message:\nw ", 0))
    rest(box, waits(box, "3 +"), "4", ["[1] 7"])
    value = waits(box, "readline('Name? ')", "line")
    assert value["input"]["prompt"] == "Name? ", value
    rest(box, value, "Jo", ['[1] "Jo"'])
    for code in ("Sys.sleep(100)", "while (TRUE) {}"):
        interrupt(box, code)
    check(box, ("browser()", "Called from: top level ", 0), ("double(1)", "[1] 2", 0), ("c", "", 0))
    value = waits(box, "f(")
    box.k("int", "s")
    box.until_status(value["cell_id"], "error")
    check(box, ("double(2)", "[1] 4", 0))
    assert box.run("q('no', status = 3)")["exit_code"] == 3


@pytest.mark.heavy
def test_jshell(box):
    """Its line editor reads while code runs, so only what that editor says counts."""
    start(box, "--start-timeout=120", "jshell", needs="jshell")

    def done(code, output, exit_code=0):
        value = box.done(code, timeout=120)
        assert (value["output"], value["exit_code"], value["completion"]) == (output, exit_code, "prompt"), value

    done("1 + 1", "$1 ==> 2")
    done("int twice(int n) {\n  return 2 * n;\n\n}\ntwice(21)", "|  created method twice(int)\n$3 ==> 42")
    assert box.done("nope", timeout=60)["exit_code"] == 1
    value = box.done('throw new Exception("bad")', timeout=60)
    assert value["exit_code"] == 1 and value["output"].startswith("|  Exception java.lang.Exception: bad"), value
    done("/nope", "|  Invalid command: /nope\n|  Type /help for help.", 1)
    done('System.out.print("no newline")', "no newline")
    done('System.out.print("jshell> "); Thread.sleep(1500);', "jshell> ")
    rest(box, waits(box, "int x ="), "5;", ["x ==> 5"])
    # Not by a Scanner: JShell lets it ask for a second line every other time, on a bare terminal as well.
    value = waits(box, 'System.out.print("Sure? "); System.in.read()', "line")
    assert value["input"]["prompt"].endswith("Sure? "), value
    rest(box, value, "y", ["$10 ==> 121"])
    for code in ("Thread.sleep(100000)", "while (true) {}"):
        interrupt(box, code)
    done("x", "x ==> 5")
    value = waits(box, "int y =")
    assert box.k("int", "s").out == "OK\n"
    box.until_status(value["cell_id"], "error")
    done("x + 1", "$14 ==> 6")
    assert box.run("/exit 3", timeout=60)["exit_code"] == 3


@pytest.mark.heavy
def test_ghci(box):
    if not shutil.which("ghci"):
        pytest.skip("ghci is not installed, and not by `make test` either: the package takes 800 MB")
    start(box, "ghci")
    check(box, ("1 + 1", "2", 0), ("double n = 2 * n", "", 0), ("double 21", "42", 0), ("nope", None, 1),
        ('error "broken"', None, 1), ("1 `div` 0", "*** Exception: divide by zero", 1), (":nope", None, 1),
        (":{\nf :: Int -> Int\nf 0 = 1\nf n = n * f (n - 1)\n:}", "", 0), ("f 5", "120", 0),
        ('putStr "no newline"', "no newline", 0), ("import Data.List", "", 0), ("sort [3, 1, 2]", "[1,2,3]", 0),
        (":module Data.Char", "", 0), ("ord 'a'", "97", 0), (":module", "", 0))
    rest(box, waits(box, ":{\nlet x = 1"), ":}", [])
    value = waits(box, 'putStr "Name? " >> getLine', "line")
    rest(box, value, "Jo", ['"Jo"'])
    interrupt(box, "length [1..]")
    check(box, ("f 3", "6", 0))
