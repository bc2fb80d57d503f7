"""k wait and k batch: what is there already counts, events wake it, times out with 124, ends with the session."""

import json
import time

import pytest
from harness import K, wait_until


def test_what_is_there_already_is_met_at_once(box):
    box.new("s", "--size", "60x10")
    box.done("printf '\\033[2J\\033[H'; echo The answer is 42")
    met = box.k("wait", "s", "--text", "answer")
    assert met.rc == 0 and met.out == "The answer is 42\n"
    met = box.k("wait", "s", "--regex", r"is \d+$")
    assert met.rc == 0 and met.out == "The answer is 42\n"
    assert box.k("wait", "s", "--gone", "question").out == "OK\n"
    assert box.k("wait", "s", "--idle", "50").out == "OK\n"
    assert box.k("wait", "s", "--stable", "50").out == "OK\n"
    value = box.k("wait", "--json", "s", "--text", "is 42", "--gone", "is 43").json
    assert list(value) == ["session", "status", "waited_ms", "conditions"]
    assert value["status"] == "met" and [one["met"] for one in value["conditions"]] == [True, True]
    assert value["conditions"][0]["line"] == "The answer is 42"


def test_it_wakes_up_with_the_program(bash):
    bash.fire("read x; echo go; sleep 0.3; printf 'now%s' done; sleep 60")
    waiter = bash.popen(K, "wait", "s", "--text", "nowdone")
    bash.k("wait", "s", "--waiting")
    bash.k("send", "s", "")
    out, _ = waiter.communicate(timeout=30)
    assert waiter.returncode == 0 and out.decode().rstrip().endswith("nowdone")
    assert bash.k("int", "s").rc == 0


def test_lines_that_go_by_count(box):
    box.new("s", "--size", "60x10")
    waiter = box.popen(K, "wait", "s", "--regex", "^needle [0-9]+$")
    box.k("run", "s", "sleep 0.3; seq 1 200; echo needle 7; seq 1 200000")
    out, _ = waiter.communicate(timeout=60)
    assert waiter.returncode == 0 and out == b"needle 7\n"


def test_a_timeout_is_124_and_says_what_is_missing(bash):
    began = time.monotonic()
    missed = bash.k("wait", "-t", "1", "s", "--text", "never", "--gone", "nothing")
    assert missed.rc == 124 and missed.out == "" and "--text" in missed.err and "never" in missed.err
    assert "--gone" not in missed.err and time.monotonic() - began >= 1
    value = bash.k("wait", "-t", "1", "--json", "s", "--text", "never").json
    assert value["status"] == "timeout" and value["conditions"][0]["met"] is False


def test_any_and_all(bash):
    bash.done("clear; echo her''e")
    assert bash.k("wait", "s", "--any", "--text", "never", "--text", "here").out == "here\n"
    assert bash.k("wait", "-t", "1", "s", "--all", "--text", "never", "--text", "here").rc == 124
    assert bash.k("wait", "s", "--any", "--all", "--exit").rc == 2


def test_gone_idle_and_stable(box):
    box.new("s", "--size", "60x10")
    box.write("spin.sh", "printf 'spinning'; for i in 1 2 3 4 5 6 7 8; do printf '.'; sleep 0.1; done\n"
                         "printf '\\r\\033[Kready'; while :; do printf '\\r'; sleep 0.05; done\n")
    box.fire("sh spin.sh")
    assert box.k("wait", "s", "--text", "spinning").rc == 0
    assert box.k("wait", "s", "--gone", "spinning..", "--text", "ready").rc == 0
    # It goes on writing, but the screen stays as it is.
    assert box.k("wait", "s", "--stable", "400").rc == 0
    assert box.k("wait", "s", "-t", "1", "--idle", "900").rc == 124
    box.k("int", "s")


def test_cursor_cell_waiting_and_exit(box):
    box.new("s", "--size", "60x10")
    cell = box.fire(r"printf '\033[2J\033[4;3Hhere'; read x")
    assert box.k("wait", "s", "--cursor", "6,3").out == "OK\n"
    assert box.k("wait", "s", "--waiting").out.strip() == "here"
    box.k("send", "s", "")
    assert box.k("wait", "s", "--cell", cell).out == "OK\n"
    assert box.k("wait", "s", "--cell", "-").out == "OK\n"
    assert box.k("wait", "s", "--cell", "0123456789ab").rc == 1
    waiter = box.popen(K, "wait", "s", "--exit", "--json")
    other = box.popen(K, "wait", "s", "--text", "never")
    wait_until(lambda: len(box.processes()) >= 4, 20, "both to wait")
    box.k("send", "s", "exit 3")
    out, _ = waiter.communicate(timeout=30)
    assert waiter.returncode == 0 and b'"exit_code": 3' in out
    out, _ = other.communicate(timeout=30)
    assert other.returncode == 1 and out.startswith(b"ERR session exited")
    assert box.k("wait", "s", "--exit").out == "OK\n"


def test_wrong_usage(bash):
    for words in ((), ("--text", ""), ("--idle", "soon"), ("--cursor", "1"), ("--cursor", "1,x")):
        assert bash.k("wait", "s", *words).rc == 2, words
    refused = bash.k("wait", "s", "--regex", "(")
    assert refused.rc == 1 and "regular expression" in refused.out
    assert bash.k("wait", "-t", "0", "s", "--exit").out == "ERR -t must be a positive integer\n"


BATCH = """
# An editor, from start to end
send 'vim -u NONE note.txt'
wait --text '[New' --stable 100
send --keys 'i "one line" Escape'
wait --text 'one line'
screen --region 0,0,0,1
resize 70x20
send --keys ':wq Enter'
wait --gone '~' --regex '[#$] ?$'
run 'cat note.txt'
"""


def test_a_batch_does_all_in_one_go(box):
    box.new("s", "--size", "60x12")
    result = box.k("batch", "s", stdin=BATCH)
    assert result.rc == 0, repr(result)
    lines = [json.loads(line) for line in result.lines]
    assert len(lines) == 9
    assert lines[0] == {"session": "s", "status": "sent"} and lines[1]["status"] == "met"
    assert lines[4]["rows"][0]["text"] == "one line"
    assert lines[5] == {"session": "s", "status": "resized"}
    assert lines[8]["output"] == "one line" and lines[8]["exit_code"] == 0


def test_a_batch_stops_at_the_first_failure(bash):
    script = "run 'echo a'\nrun 'exit_code() { return 3; }; exit_code'\nrun 'echo c'\n"
    stopped = bash.k("batch", "s", stdin=script)
    assert stopped.rc == 1 and len(stopped.lines) == 2 and '"exit_code": 3' in stopped.lines[1]
    going = bash.k("batch", "s", "--keep-going", stdin=script)
    assert going.rc == 1 and len(going.lines) == 3 and '"output": "c"' in going.lines[2]
    late = bash.k("batch", "s", stdin="wait -t 1 --text never\nrun 'echo no'\n")
    assert late.rc == 124 and len(late.lines) == 1 and '"timeout"' in late.out
    refused = bash.k("batch", "s", stdin="send --keys Entr\nrun 'echo no'\n")
    assert refused.rc == 1 and len(refused.lines) == 1 and '"error"' in refused.out


def test_a_batch_with_a_mistake_does_nothing(bash):
    for script in ("run 'echo x'\nfly away\n", "run 'echo x'\nsend 'open\n", "", "run 'x'\nwait --idle soon\n",
                   "send -\n"):
        wrong = bash.k("batch", "s", stdin=script)
        assert wrong.rc == 2 and wrong.out == "", repr(wrong)
    assert bash.k("cells", "s").out.count("echo x") == 0


def test_a_waiter_that_goes_away_leaves_nothing(bash):
    waiter = bash.popen(K, "wait", "s", "--text", "never", "-t", "600")
    wait_until(lambda: waiter.pid in bash.processes(), 20, "the waiter")
    waiter.kill()
    waiter.wait()
    assert bash.output("echo still there") == "still there"


@pytest.mark.parametrize("words", [["bash"], ["--frame=quiet", "bash", "--norc"], ["python3"]], ids=["marks", "quiet", "python"])
def test_waiting_of_what_was_typed(box, words):
    """No cell is open: the program was started by k send."""
    box.new("s", *words)
    python = words == ["python3"]
    idle = box.k("wait", "s", "--waiting", "-t", "1")
    assert idle.rc == 124, "a session at its own prompt waits for nobody"
    box.k("send", "s", "input('Name? ')" if python else "sleep 1; read -p 'Name? ' name")
    waited = box.k("wait", "s", "--waiting", "-t", "20")
    assert (waited.rc, waited.out) == (0, "Name? \n"), repr(waited)
    assert box.k("wait", "s", "--waiting", "-t", "20").out == "Name? \n", "it still does"
    box.k("send", "s", "Jo")
    assert box.k("wait", "s", "--waiting", "-t", "1").rc == 124
    box.k("send", "s", "__import__('time').sleep(1000)" if python else "sleep 1000")
    assert box.k("wait", "s", "--waiting", "-t", "2").rc == 124, "it works"
    box.k("int", "s")
    assert "Jo" in box.output("_ or 'Jo'" if python else "echo $name")


def test_a_session_is_not_looked_at_after_a_wait(bash):
    """Looks are the daemon's work, some thirty in two seconds: none once nobody waits."""
    bash.k("send", "s", "cat")
    assert bash.k("wait", "s", "--waiting").rc == 0
    status = f"/proc/{bash.daemon('s')}/status"

    def wakeups():
        return sum(int(line.split()[1]) for line in open(status) if "voluntary_ctxt_switches" in line)

    before = wakeups()
    bash.call("sleep", "2")  # what does not happen takes a while to see
    assert wakeups() - before < 10
