"""What only people see: the overview, suggestions, colours and the progress of long waits. Each also where it must not be."""

import re

import pytest
from harness import K, wait_until
from person import Person

ESCAPE = b"\x1b"


@pytest.fixture
def people(box):
    """Makes people at terminals, and sends them home."""
    made = []

    def make(*args, **options):
        made.append(Person(box, *args, **options))
        return made[-1]

    yield make
    for person in made:
        person.close()


def shown(person):
    assert person.end() == 0
    return person.text()


# k alone


def test_k_alone_without_sessions(box, people):
    person = people()
    text = shown(person)
    assert "there are no sessions" in text and "k new work" in text and "k --help" in text
    assert not box.run_dir.exists(), "looking makes nothing"


def test_k_alone_in_a_pipe_is_the_usage(box):
    box.new("s")
    assert box.k().out == box.k("--help").out and "Usage: k VERB" in box.k().out


def test_k_alone_shows_sessions_and_the_next_step(box, people):
    box.new("calm")
    box.new("busy")
    box.new("curious")
    box.new("gone")
    box.fire("touch up; sleep 1000", session="busy")
    assert box.run("read -p 'Your name? ' n", session="curious")["status"] == "waiting"
    box.k("run", "gone", "exit 3")
    wait_until(lambda: (box.cwd / "up").exists())
    text = shown(people())
    for row in (r"calm +idle +bash", r"busy +running +bash", r"curious +waiting +bash  asks 'Your name\?",
                r"gone +exited:3 +bash"):
        assert re.search(rf"^{row}", text, re.M), text
    for step in ("k send curious 'TEXT'", "k watch busy", "k int busy", "k run calm 'COMMAND'", "k attach calm",
                 "k history gone", "k kill gone", "k --help"):
        assert step in text
    assert text.index("curious") < text.index("gone"), "those that live come first"
    box.k("int", "curious")


def test_the_next_steps_work(box, people):
    box.new("s")
    line = re.search(r"k run s '(COMMAND)'", shown(people()))
    assert line and box.k("run", "s", "echo yes").out == "yes\n"


# Suggestions


@pytest.mark.parametrize("typed, meant", [("rnu", "run"), ("lst", "ls"), ("histroy", "history"), ("STATUS", "status"),
                                          ("doctr", "doctor"), ("list", "ls"), ("start", "new"), ("logs", "history"),
                                          ("version", "--version")])
def test_a_mistyped_verb(box, typed, meant):
    result = box.k(typed)
    assert result.rc == 1 and result.err.endswith(f"; did you mean: k {meant}\n"), result.err


def test_a_word_that_is_like_none(box):
    result = box.k("xylophone")
    assert result.rc == 1 and "did you mean" not in result.err and "__" not in result.err


def test_a_mistyped_verb_of_agent(box):
    assert box.k("agent", "strat").err.endswith("; did you mean: k agent start\n")


@pytest.mark.parametrize("words, meant", [
    (["run", "--tiemout", "5", "s", "true"], "--timeout"), (["run", "-json", "s", "true"], "--json"),
    (["ls", "--jsn"], "--json"), (["new", "--journal-limt=5M", "s"], "--journal-limit"),
    (["agent", "start", "--nmae", "x"], "--name")])
def test_a_mistyped_option(box, words, meant):
    result = box.k(*words)
    assert result.rc == 2 and f"; did you mean {meant}?" in result.err, result.err
    assert not box.daemons()


def test_an_option_that_is_like_none(box):
    result = box.k("ls", "--frobnicate-it")
    assert result.rc == 2 and "did you mean" not in result.err


def test_a_mistyped_session(box):
    box.new("database")
    result = box.k("run", "databse", "true")
    assert (result.rc, result.out) == (1, "no session 'databse'\n")
    assert "did you mean database?" in result.err and "k new databse" in result.err
    assert "did you mean database?" in box.k("run", "-j", "databse", "true").json["hint"]
    assert "did you mean" not in box.k("run", "elephant", "true").err
    result = box.km("databse", "-1")
    assert result.json["message"] == "no session 'databse'" and "did you mean database?" in result.err


def test_a_mistyped_name_is_not_killed_in_silence(box):
    """Ending what is not there is fine, as ever; who meant another one should know."""
    box.new("database")
    result = box.k("kill", "databse")
    assert (result.rc, result.out) == (0, "OK killed databse\n")
    assert "there was no session 'databse'; did you mean database?" in result.err
    assert "did you mean database?" in box.k("kill", "--json", "databse").json["hint"]
    assert box.k("ls").out == "database\n"
    result = box.k("kill", "database")
    assert result.err == "" and box.k("kill", "database").err == "", "nothing like it is there"
    assert box.k("kill", "--json", "elephant").json["hint"] == "there was no session 'elephant'"


# Colours


def test_colours_at_terminals_only(box, people):
    box.new("s")
    assert b"\x1b[32m" in people_bytes(people()), "the overview has colours"
    assert ESCAPE not in people_bytes(people(env={"NO_COLOR": "1"}))
    assert b"\x1b[32m" in people_bytes(people(env={"NO_COLOR": ""})), "an empty NO_COLOR is none"
    assert b"\x1b[3" in people_bytes(people("doctor"))
    assert ESCAPE not in people_bytes(people("doctor", env={"NO_COLOR": "1"}))
    for words in (["doctor"], ["ls", "-l"], ["status", "s"], ["history", "s"], ["--help"]):
        result = box.k(*words)
        assert ESCAPE not in result.raw + result.raw_err, words


def people_bytes(person):
    person.end()
    return person.seen


# Progress of long waits

SLOW = "echo step one; until test -e go; do sleep 0.05; done; echo over"


def test_a_long_run_shows_time_and_the_last_line(bash, people):
    bash.done("echo before")
    person = people("run", "s", SLOW)
    person.until(lambda me: re.search(r"^0:0[2-9]  step one$", me.text(), re.M), what="the progress")
    assert "before" not in person.text()
    first = re.search(r"0:\d\d", person.text())[0]
    person.until(lambda me: re.search(r"0:\d\d", me.text())[0] != first, what="the time to go on")
    bash.write("go", "")
    assert person.end() == 0
    assert person.text().strip() == "step one\nover", "the line is gone, the output is there"


def test_output_of_an_earlier_cell_is_not_shown(bash, people):
    bash.done("echo before")
    person = people("run", "s", "until test -e go; do sleep 0.05; done")
    person.until(lambda me: re.search(r"^0:0[2-9]$", me.text(), re.M), what="the time alone")
    bash.write("go", "")
    assert person.end() == 0 and person.text().strip() == ""


def test_a_line_without_an_end_is_shown_and_never_wraps(bash, people):
    person = people("run", "s", "printf 'a%.0s' {1..500}; printf '\\r\\033[31m45%% done'; until test -e go; do sleep 0.05; done",
                    size=(30, 6))
    person.until(lambda me: re.search(r"^0:0[2-9] ", me.text()), what="the progress")
    first = re.search(r"0:\d\d", person.text())[0]
    person.until(lambda me: re.search(r"0:\d\d", me.text())[0] != first, what="the time to go on")
    assert len([line for line in person.text().splitlines() if line.strip()]) == 1, person.text()
    bash.write("go", "")
    assert person.end() == 0


def test_a_short_run_shows_nothing(bash, people):
    person = people("run", "s", "echo quick")
    assert person.end() == 0 and person.seen == b"quick\r\n"


def test_k_wait_shows_it_too(bash, people):
    bash.fire(SLOW)
    person = people("wait", "s", "--regex", "^over$")
    person.until(lambda me: re.search(r"^0:0[2-9]  step one$", me.text(), re.M), what="the progress")
    bash.write("go", "")
    assert person.end() == 0 and person.text().strip() == "over"


@pytest.mark.parametrize("options, env", [(["-j"], {}), (["--stream"], {}), ([], {"TERM": "dumb"})], ids=str)
def test_no_progress_in_json_streams_and_on_dumb_terminals(bash, people, options, env):
    bash.write("slow", "sleep 2.5; echo over\n")
    person = people("run", *options, "s", ". ./slow", env=env)
    assert person.end() == 0
    assert b"0:0" not in person.seen and b"\x1b[K" not in person.seen


def test_no_progress_in_a_pipe(bash):
    result = bash.k("run", "s", "sleep 2.5; echo over")
    assert (result.out, result.err) == ("over\n", "")


def test_no_progress_beside_a_pipe(bash, people):
    """A pager at its end has the terminal to itself."""
    person = people("-c", f"{K} run s 'sleep 2.5; echo over' | cat", program="/bin/sh")
    assert person.end() == 0 and person.seen == b"over\r\n"


def test_no_colour_in_progress_without_colours(bash, people):
    person = people("run", "s", SLOW, env={"NO_COLOR": "1"})
    person.until("step one")
    bash.write("go", "")
    assert person.end() == 0 and b"\x1b[2m" not in person.seen


def test_interrupted_in_the_middle(bash, people):
    person = people("run", "s", SLOW)
    person.until("step one").type("\x03")
    assert person.end() == 1
    lines = [line for line in person.text().splitlines() if line]
    assert "interrupted" in lines and not re.search(r"0:\d\d", person.text()), person.text()
