"""The databases' own clients against real servers, each started by its test in a private directory."""

import glob
import os
import shutil
import signal
from pathlib import Path

import pytest
from harness import NOBODY, wait_until
from repls import check, interrupt, rest, waits

pytestmark = pytest.mark.heavy  # a server each
MARIADB = ("mariadbd", "mysqld")


def found(*names):
    """The first of these programs that is there, also where only servers look."""
    for name in names:
        places = ["/usr/sbin/" + name, *sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)]
        for path in filter(None, [shutil.which(name), *places]):
            if os.access(path, os.X_OK):
                return path
    pytest.skip(f"{names[0]} is not installed")


class Server:
    """A database server's directory and processes, of a user without privileges: they refuse root."""

    def __init__(self, box):
        self.box = box
        self.where = box.root / "db"
        self.where.mkdir()
        self.words = []
        if os.getuid() == 0:
            os.chown(self.where, NOBODY, NOBODY)
            self.words = ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]

    def prepare(self, *words):
        result = self.box.call(*self.words, *words, timeout=120)
        assert result.rc == 0, repr(result)

    def start(self, *words):
        log = open(self.box.root / "server.log", "wb")
        self.process = self.box.popen(*self.words, *words, stdout=log, stderr=log)

    def stop(self, number):
        """In order: killed, a server would leave shared memory behind."""
        self.process.send_signal(number)
        self.process.wait(timeout=60)


@pytest.fixture
def postgres(box):
    psql, initdb, server = found("psql"), found("initdb"), found("postgres")
    db = Server(box)
    db.prepare(initdb, "-D", db.where / "data", "-U", "me", "-A", "trust", "--no-sync", "--no-locale", "-E", "UTF8")
    db.start(server, "-D", db.where / "data", "-k", db.where, "-h", "", "-F")
    wait_until(lambda: box.call(psql, "-h", db.where, "-U", "me", "-c", "select 1", "postgres").rc == 0, 60,
        "postgres to answer")
    box.new("s", psql, "-h", str(db.where), "-U", "me", "postgres")
    yield box
    db.stop(signal.SIGINT)


def test_psql(postgres):
    check(postgres, ("select 1 + 1 as two;", " two \n-----\n   2\n(1 row)\n", 0),
        ("create table t(a int, b text);\ninsert into t values\n(1, 'x'),\n(2, 'y');", "CREATE TABLE\nINSERT 0 2", 0),
        ("select * from t order by a;", " a | b \n---+---\n 1 | x\n 2 | y\n(2 rows)\n", 0),
        ("select * from nope;", None, 1), ("selec 1;", None, 1), (r"\nope", None, 1), (r"\echo hello", "hello", 0),
        ("select 1;\nselect 1 / 0;\nselect 2;", None, 1), (r"\dt t", None, 0))
    assert "generate_series" in postgres.output("select * from generate_series(1, 500);")  # no pager
    # The prompts of transactions, another database and another role.
    check(postgres, ("begin;", "BEGIN", 0), ("select 1 / 0;", "ERROR:  division by zero", 1), ("rollback;", "ROLLBACK", 0),
        ("create role other;", "CREATE ROLE", 0), ("set role other;", "SET", 0), ("reset role;", "RESET", 0),
        (r"\c template1", 'You are now connected to database "template1" as user "me".', 0),
        (r"\t \a", None, 0), ("select current_database();", "template1", 0), ("select 'postgres=# ';", "postgres=# ", 0))


def test_a_password_before_the_first_prompt(postgres):
    """Code that comes meanwhile waits, and is not taken for the password."""
    words = postgres.k("status", "-j", "s").json["command"]
    postgres.new("asks", *words, "-W")
    value = postgres.run("select 6 * 7 as n;", session="asks")
    assert value["status"] == "waiting" and value["input"]["kind"] == "password", value
    assert postgres.k("send", "asks", "-", stdin="secret\n").rc == 0
    value = postgres.until_status(value["cell_id"], "done", session="asks")
    assert (value["output"], value["exit_code"]) == (" n  \n----\n 42\n(1 row)\n", 0), value


def test_psql_waits_and_interrupted(postgres):
    for code, more in (("select", "3;"), ("select 'a", "b';"), ("select (1", ");"), ("select $$a", "$$;"),
                       ("select /* a", "*/ 1;"), ('select 1 as "a', '";')):
        rest(postgres, waits(postgres, code), more, ["(1 row)"])
    value = waits(postgres, r"\prompt 'Name? ' name", "line")
    assert value["input"]["prompt"] == "Name? ", value
    rest(postgres, value, "Jo", ["Name? Jo"])
    value = waits(postgres, r"\password", "password")
    assert postgres.k("int", "s").out == "OK\n"
    postgres.until_status(value["cell_id"], "error")
    check(postgres, (r"\echo :name", "Jo", 0), ("create table c(a int);", "CREATE TABLE", 0))
    assert postgres.output("copy c from stdin;\n1\n2\n\\.").endswith("COPY 2")
    rest(postgres, waits(postgres, "copy c from stdin;"), "\\.", ["COPY 0"])
    interrupt(postgres, "select pg_sleep(100);")
    value = waits(postgres, "select 'unfinished")
    assert postgres.k("int", "s").out == "OK\n"
    postgres.until_status(value["cell_id"], "error")
    check(postgres, ("select 'on' as state;", " state \n-------\n on\n(1 row)\n", 0))
    assert postgres.run(r"\q")["output"] == "session exited"


@pytest.fixture
def mariadb(box):
    client, install, server = found("mysql", "mariadb"), found("mariadb-install-db"), found(*MARIADB)
    db = Server(box)
    socket = db.where / "s"
    db.prepare(install, "--no-defaults", f"--datadir={db.where}/data", "--auth-root-authentication-method=normal",
        "--skip-test-db", "--skip-name-resolve")
    db.start(server, "--no-defaults", f"--datadir={db.where}/data", f"--socket={socket}", "--skip-networking",
        f"--pid-file={db.where}/pid", "--innodb-flush-log-at-trx-commit=0")
    wait_until(lambda: box.call(client, "--no-defaults", "-u", "root", "-S", socket, "-e", "select 1").rc == 0, 60,
        "the server to answer")
    box.new("s", client, "-u", "root", "-S", str(socket))
    yield box
    db.stop(signal.SIGTERM)


def steady(value):
    """Without the time that a query took."""
    return "".join(part for part in value["output"].split("(") if not part[:1].isdigit()).rstrip()


def test_mysql(mariadb):
    check(mariadb, ("create database d;", None, 0), ("use d", "Database changed", 0),
        ("create table t(a int, b text);\ninsert into t values\n(1, 'x'),\n(2, 'y');", None, 0),
        ("select * from nope;", "ERROR 1146 (42S02): Table 'd.nope' doesn't exist", 1), ("selec 1;", None, 1))
    value = mariadb.done("select a, b from t order by a;")
    table = "+------+------+\n| a    | b    |\n+------+------+\n|    1 | x    |\n|    2 | y    |\n+------+------+\n2 rows in set"
    assert steady(value).startswith(table) and value["completion"] == "prompt", value
    check(mariadb, ("select 'MariaDB [d]> ' as p;", None, 0), ("select 1;\nselect nope;\nselect 2;", None, 1),
        ("delimiter //\ncreate procedure five() begin\nselect 5;\nend//\ndelimiter ;", None, 0), ("call five();", None, 0),
        (r"select 6\G", None, 0), ("start transaction;", None, 0), ("rollback;", None, 0), ("use mysql", None, 0))


def test_mysql_waits_and_interrupted(mariadb):
    for code, more in (("select", "3;"), ("select 'a", "b';"), ('select "a', 'b";'), ("select 1 as `a", "b`;"),
                       ("select /* a", "*/ 1;")):
        value = waits(mariadb, code)
        assert mariadb.k("send", "s", more).rc == 0
        assert "1 row in set" in mariadb.until_status(value["cell_id"], "done")["output"]
    mariadb.write("ask", "printf 'Name? '\nread name\necho hello $name\n")
    value = waits(mariadb, "system sh ./ask", "line")
    assert value["input"]["prompt"] == "Name? ", value
    rest(mariadb, value, "Jo", ["hello Jo"])

    interrupt(mariadb, "select sleep(100);")
    value = waits(mariadb, "select 'unfinished")
    assert mariadb.k("int", "s").out == "OK\n"
    mariadb.until_status(value["cell_id"], "error")
    assert "| on |" in mariadb.output("select 'on';")
    assert mariadb.run(r"\q")["output"] == "session exited"


@pytest.fixture
def redis(box):
    """A redis-server on a socket of its own."""
    if not shutil.which("redis-server") or not shutil.which("redis-cli"):
        pytest.skip("redis-server is not installed")
    path = box.root / "redis"
    box.popen("redis-server", "--port", "0", "--unixsocket", path, "--save", "")
    wait_until(Path(path).exists, 20, "redis-server to listen")
    box.new("s", "redis-cli", "-s", str(path))
    return box


def test_redis(redis):
    check(redis, ("set a 1", "OK", 0), ("get a", '"1"', 0), ("nope", None, 1), ("select 1", "OK", 0),
        ("get a", "(nil)", 0), ("select 0\nget a", 'OK\n"1"', 0), ("multi", "OK", 0), ("incr a", "QUEUED", 0),
        ("exec", "1) (integer) 2", 0), ("lpush a x", None, 1), ('set text "redis> "', "OK", 0), ("get text", '"redis> "', 0))


def test_redis_interrupted(redis):
    """Ctrl-C ends this client, as its own users know it; a new one goes on where it was."""
    value = redis.run("blpop nothing 0", timeout=1)
    assert value["status"] == "timeout", value
    redis.k("int", "s")
    redis.until_status(value["cell_id"], "error")
