"""Nothing that an agent has started outlives its session, whoever dies first. Processes are counted."""

import json
import os
import signal

import pytest
from fake_processes import Family
from harness import KEPT, wait_until


def guard_of(box):
    pids = [pid for pid in box.processes() if is_guard(pid)]
    assert len(pids) == 1, pids
    return pids[0]


def is_guard(pid):
    try:
        words = open(f"/proc/{pid}/cmdline", "rb").read().split(b"\0")
    except OSError:
        return False
    return os.path.basename(words[0]) in (b"kept", os.path.basename(KEPT).encode()) and words[1:2] == [b"guard"]


def start_family(fake):
    """Starts it and returns (daemon, guard, agent)."""
    fake.start("family", "--grace", "0")
    daemon, guard = fake.box.daemon(), guard_of(fake.box)
    # The guard and the family; what was forked on the way to a daemon has ended by itself.
    wait_until(lambda: len(fake.box.processes()) == 2 + Family.SIZE, 20, "the whole family")
    agent = json.loads((fake.box.state / fake.name / "session.json").read_text())["child_pid"]
    assert agent in fake.agents()
    return daemon, guard, agent


@pytest.mark.parametrize("how", [
    "daemon SIGKILL", "daemon SIGTERM", "daemon and its group SIGKILL", "guard SIGKILL", "guard SIGTERM, daemon SIGKILL",
    "agent SIGKILL", "agent SIGTERM", "k agent stop", "k kill", "k kill with a stopped daemon"])
def test_the_whole_family_goes(fake, how):
    daemon, guard, agent = start_family(fake)
    if how == "daemon SIGKILL":
        os.kill(daemon, signal.SIGKILL)
    elif how == "daemon SIGTERM":
        os.kill(daemon, signal.SIGTERM)
    elif how == "daemon and its group SIGKILL":
        os.killpg(os.getpgid(daemon), signal.SIGKILL)
    elif how == "guard SIGKILL":
        os.kill(guard, signal.SIGKILL)
    elif how == "guard SIGTERM, daemon SIGKILL":
        os.kill(guard, signal.SIGTERM)
        os.kill(daemon, signal.SIGKILL)
    elif how == "agent SIGKILL":
        os.kill(agent, signal.SIGKILL)
    elif how == "agent SIGTERM":
        os.kill(agent, signal.SIGTERM)
    elif how == "k agent stop":
        assert fake.agent("stop").rc == 0
        assert not fake.agents() and not fake.listening()
    elif how == "k kill":
        assert fake.box.k("kill", fake.name).rc == 0
        assert not fake.agents()
    else:
        os.kill(daemon, signal.SIGSTOP)
        assert fake.box.k("kill", fake.name).rc == 0
    wait_until(lambda: not fake.box.processes(), 20, "the whole family to be gone")


def test_a_start_that_fails_leaves_nobody(fake):
    failed = fake.try_start("family:dies")
    assert failed.rc == 1 and "exit status 3" in failed.err, repr(failed)
    assert not fake.box.processes()


def test_an_impatient_starter_leaves_nobody(fake):
    """The start is killed, and so is its daemon, before the agent has connected."""
    starter = fake.box.popen(os.path.join(os.path.dirname(KEPT), "k"), "agent", "start", cwd=fake.project,
                             env={"FAKE_AGENT": "never-dials"})
    wait_until(lambda: [pid for pid in fake.box.processes() if is_guard(pid)], 20, "the guard")
    wait_until(lambda: len(fake.box.daemons()) == 1, 20, "what the guard was forked from to be the only one")
    os.kill(fake.box.daemon(), signal.SIGKILL)
    starter.wait(20)
    wait_until(lambda: not fake.box.processes(), 20, "everybody to be gone")


def test_a_restart_leaves_nobody_of_before(fake):
    _, guard, _ = start_family(fake)
    before = set(fake.agents())
    assert fake.agent("restart", cwd=fake.project).rc == 0
    assert guard_of(fake.box) != guard
    wait_until(lambda: len(fake.box.processes()) == 2 + Family.SIZE, 20, "the new family")
    assert not before & set(fake.agents())
    assert fake.agent("stop").rc == 0 and not fake.agents()


def test_an_agent_that_will_not_go(fake):
    """It and its child ignore every signal but SIGKILL."""
    fake.start("stubborn", "--grace", "1")
    assert fake.agent("stop").rc == 0
    assert not fake.agents()


def test_the_guard_by_hand(box):
    result = box.k("guard", "1")
    assert result.rc == 2 and "internal" in result.err, repr(result)


def test_a_terminal_has_no_guard(box):
    assert box.k("new", "s", "bash").rc == 0
    assert not [pid for pid in box.processes() if is_guard(pid)]
