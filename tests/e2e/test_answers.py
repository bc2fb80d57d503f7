"""Questions that a program asks, answered by what the caller has said in advance."""

from harness import PYTHON

ASK = "read -p 'Name? ' name; read -sp 'Password: ' secret; echo; echo \"$name/$secret\""


def test_questions_are_answered_without_a_round_trip(bash):
    value = bash.done(ASK, "--answer", "Name=Ann", "--answer", "(?i)password=s3=cret")
    assert value["output"].splitlines()[-1] == "Ann/s3=cret"


def test_of_fired_cells_too(bash):
    cell = bash.fire(ASK, "--answer", "Name=Ann", "--answer", "Pass=x y")
    assert bash.until_status(cell, "done")["output"].splitlines()[-1] == "Ann/x y"


def test_the_first_pattern_that_is_found_counts(bash):
    value = bash.done("read -p 'Name? ' x; echo $x", "--answer", "^Name=one", "--answer", "=two")
    assert value["output"].splitlines()[-1] == "one"


def test_an_answer_is_used_again(bash):
    value = bash.done("for n in 1 2 3; do read -p \"File $n? \" x; echo got $x; done", "--answer", "File=y")
    assert value["output"].count("got y") == 3


def test_what_no_pattern_finds_is_reported(bash):
    value = bash.run("read -p 'Name? ' x; read -p 'Age? ' y", "--answer", "Name=Ann")
    assert value["status"] == "waiting"
    assert value["input"]["prompt"].strip() == "Age?"


def test_a_prompt_that_does_not_take_its_answer_is_reported(bash):
    value = bash.run("until [ \"$x\" = no ]; do read -p 'Again? ' x; done", "--answer", "Again=yes")
    assert value["status"] == "waiting"
    assert value["input"]["prompt"].strip() == "Again?"
    assert value["output"].count("Again?") == 11


def test_answers_end_with_their_cell(bash):
    bash.done("true", "--answer", "=yes")
    assert bash.run("read -p 'Go on? ' x")["status"] == "waiting"


def test_a_key_is_typed_without_enter(bash):
    value = bash.done("read -n1 -p 'Press [yn] ' x; read -t 0.3 rest; echo \"<$x><$rest>$?\"", "--answer", "yn=y")
    assert value["output"].splitlines()[-1].endswith("<y><>142")


def test_python_and_getpass(bash):
    code = "import getpass; print(input('Who? ') + getpass.getpass('Word: '))"
    value = bash.done(f'{PYTHON} -c "{code}"', "--answer", "Who=a", "--answer", "Word=b")
    assert value["output"].splitlines()[-1] == "ab"


def test_text_from_the_environment_is_nowhere_else(bash):
    """Not in the journal, the events, or any process's arguments."""
    secret = "Hidden9876543"
    value = bash.k("run", "-j", "-t", "2", "--answer-env", "Password=WORD", "s",
                   "read -sp 'Password: ' x; echo; echo ${#x}", env={"WORD": secret}).json
    assert value["output"].splitlines()[-1] == str(len(secret))
    for path in (bash.state / "s").iterdir():
        assert secret.encode() not in path.read_bytes(), path


def test_wrong_answers_are_refused(bash):
    for words, why in ((["--answer", "nothing"], "PATTERN=TEXT"), (["--answer", "(=x"], "no regular expression"),
                       (["--answer-env", "x=NO_SUCH_VARIABLE"], "no variable")):
        result = bash.k("run", *words, "s", "echo ran")
        assert result.rc == 2 and why in result.err and result.out == "", repr(result)
    assert "ran" not in bash.k("history", "s").out
