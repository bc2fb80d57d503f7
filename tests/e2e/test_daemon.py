"""The life of a daemon: what it survives, how it ends, and how what it leaves heals."""

import os
import re
import signal
import subprocess

import pexpect
import pytest
from harness import ENDLESS, K, KEPT, SLACK, describe, wait_until


def test_survives_sighup(bash):
    bash.done("X=kept")
    os.kill(bash.daemon(), signal.SIGHUP)
    assert bash.output("echo $X") == "kept"


@pytest.mark.parametrize(
    "number",
    [signal.SIGPIPE, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH, signal.SIGALRM, signal.SIGQUIT],
)
def test_is_not_upset_by_stray_signals(bash, number):
    if number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGALRM, signal.SIGQUIT):
        # Their default is to end a process; what must hold is that nothing hangs afterwards.
        os.kill(bash.daemon(), number)
        assert bash.k("run", "-j", "s", "echo x").json["status"] in ("done", "error")
        return
    os.kill(bash.daemon(), number)
    assert bash.output("echo fine") == "fine"


def test_survives_the_closing_of_its_terminal(box):
    terminal = pexpect.spawn("/bin/bash", ["--norc"], env=box.env, cwd=str(box.cwd), timeout=30 * SLACK)
    terminal.sendline(f"{K} new s; echo said=$?")
    terminal.expect("said=0")
    shell = terminal.pid
    terminal.close(force=True)
    wait_until(lambda: not os.path.exists(f"/proc/{shell}"), what="the starting shell to be gone")
    assert box.output("echo fine") == "fine"


def test_survives_the_death_of_its_starter(box):
    starter = box.popen("sh", "-c", f"{K} new s; echo ready; exec sleep 1000", start_new_session=True)
    wait_until(lambda: b"ready" in starter.stdout.readline(), what="the session")
    os.killpg(starter.pid, signal.SIGKILL)
    starter.wait(30)
    assert box.output("echo fine") == "fine"


def test_is_detached(bash):
    """A session of its own, no controlling terminal, the root directory or one that can be unmounted later."""
    fields = open(f"/proc/{bash.daemon()}/stat").read().rpartition(")")[2].split()
    sid, tty = int(fields[3]), int(fields[4])
    assert sid != os.getsid(0) and tty == 0
    for fd in ("0", "1", "2"):
        target = os.readlink(f"/proc/{bash.daemon()}/fd/{fd}")
        assert target == "/dev/null" or target.startswith(str(bash.state)), target


def test_ends_with_its_program_and_the_session_is_listed_as_exited(bash):
    bash.run("exit 3")
    wait_until(lambda: not bash.processes(), what="the daemon to end")
    status = bash.k("status", "s")
    assert "exited" in status.out and "3" in status.out, repr(status)
    listing = bash.k("ls", "-l")
    assert any("s" in line.split() and "exited" in line and "3" in line for line in listing.lines), repr(listing)
    assert bash.k("kill", "s").out == "OK killed s\n"
    assert bash.k("ls").out == "no sessions\n"
    status = bash.k("status", "s")
    assert (status.rc, status.out) == (1, "ERR no session 's'\n"), repr(status)


def test_an_idle_program_that_ends_by_itself(bash):
    """Nobody asks while it ends: the session is still found to have exited."""
    bash.done("(sleep 0.5; kill -9 $$) & true")
    wait_until(lambda: not bash.daemons(), what="the daemon to end")
    assert "exited" in bash.k("status", "s").out


def test_a_killed_daemon_heals_itself(bash):
    cell = bash.fire(ENDLESS)
    wait_until(lambda: (bash.cwd / "up").exists(), what="the program to be up")
    bash.kill_daemon()
    result = bash.k("poll", "s", cell, timeout=10)
    assert result.rc == 1 and (result.json["status"], result.json["output"]) == ("error",
        "session exited"), repr(result)
    wait_until(lambda: not bash.processes(), what="the orphaned program to end")
    result = bash.k("new", "s")
    assert (result.rc, result.out) == (0, "OK s\n"), repr(result)
    assert bash.output("echo fine") == "fine"


@pytest.mark.parametrize(
    "verb",
    [["ls"], ["ls", "-l"], ["status", "s"], ["poll", "s"], ["run", "-j", "s", "true"], ["fire", "s", "true"],
     ["int", "s"], ["history", "s"],
     ["cells", "s"], ["notify", "s", "x"], ["watch", "s"], ["kill", "s"]],
    ids=" ".join,
)
def test_no_command_hangs_on_a_killed_daemon(bash, verb):
    bash.done("echo before")  # so that there is something to tell
    bash.kill_daemon()
    result = bash.k(*verb, timeout=15)
    assert result.rc in (0, 1) and (result.out or result.err), repr(result)
    assert bash.k("new", "s").out in ("OK s\n",)
    assert bash.output("echo fine") == "fine"


def test_a_client_waiting_on_a_killed_daemon_returns(bash):
    process = bash.popen(K, "run", "-j", "-t", "80", "s", ENDLESS)
    wait_until(lambda: (bash.cwd / "up").exists(), what="the program to be up")
    bash.kill_daemon()
    out, err = process.communicate(timeout=10 * SLACK)
    assert process.returncode == 1 and b'"status": "error"' in out, (out, err)


def test_a_stopped_daemon_is_not_replaced(bash):
    """Alive but not answering: `new` must not start a second one beside it."""
    pid = bash.daemon()
    os.kill(pid, signal.SIGSTOP)
    try:
        process = bash.popen(K, "new", "s")
        try:
            process.communicate(timeout=5)
        except subprocess.TimeoutExpired:
            pass
        assert bash.daemons() == [pid], [describe(p) for p in bash.daemons()]
    finally:
        os.kill(pid, signal.SIGCONT)
    assert bash.output("echo fine") == "fine"


def test_stale_files_without_a_daemon(box):
    box.run_dir.mkdir(mode=0o700)
    (box.run_dir / "s.sock").write_text("not even a socket")
    (box.run_dir / "s.lock").write_text("99999999")
    assert box.k("ls").rc == 0
    assert box.k("new", "s").out == "OK s\n"
    assert box.output("echo fine") == "fine"


def test_a_removed_runtime_dir_does_not_hang_anything(bash):
    for entry in bash.run_dir.iterdir():
        entry.unlink()
    bash.run_dir.rmdir()
    result = bash.k("run", "-j", "s", "true", timeout=15)
    assert result.rc in (0, 1)
    for pid in bash.daemons():
        os.kill(pid, signal.SIGKILL)


def test_serve_refuses_to_be_called_by_hand(box):
    for words in ([K, "serve", "s"], [KEPT, "serve"]):
        result = box.call(*words, timeout=20)
        assert result.rc != 0 and "k new" in result.out + result.err, repr(result)
    assert not box.daemons()
    assert not re.search(r"^ *k serve|kept serve", box.k("--help").out, re.M)


def test_the_name_kept_is_the_same_program(bash):
    result = bash.call(KEPT, "run", "s", "echo x")
    assert (result.rc, result.out) == (0, "x\n"), repr(result)


def test_zombies_are_reaped(bash):
    bash.done("for i in 1 2 3; do (sleep 0.01 &) ; done; sleep 0.1")
    daemon = bash.daemon()

    def zombies():
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    fields = open(f"/proc/{entry}/stat").read().rpartition(")")[2].split()
                except OSError:
                    continue
                if fields[0] == "Z" and int(fields[1]) == daemon:
                    found.append(entry)
        return found

    wait_until(lambda: not zombies(), what="zombies to be reaped")


def set_timers(pid):
    """What the timers of a process are set to, in seconds from now: those that are on (proc(5), fdinfo)."""
    found = []
    for entry in os.listdir(f"/proc/{pid}/fdinfo"):
        with open(f"/proc/{pid}/fdinfo/{entry}") as info:
            value = re.search(r"it_value: \((\d+), (\d+)\)", info.read())
        if value and value.groups() != ("0", "0"):
            found.append(value.group(1))
    return found


def test_an_idle_daemon_has_no_timer(bash):
    bash.done("echo x")
    bash.k("run", "-j", "-t", "1", "s", "sleep 1.2")
    bash.k("wait", "s", "--idle", "100")
    bash.k("poll", "s", "--wait")
    bash.k("run", "-j", "s", "read x")
    bash.k("int", "s")
    wait_until(lambda: not set_timers(bash.daemon()), 20, "all timers to be off")


def test_descriptors_do_not_pile_up(bash):
    def count():
        return len(os.listdir(f"/proc/{bash.daemon()}/fd"))

    bash.done("true")
    before = count()
    for _ in range(30):
        bash.k("run", "s", "true")
        bash.k("status", "s")
        bash.k("poll", "s")
    wait_until(lambda: count() <= before, what="the connections to be closed")


def test_a_full_state_disk_is_no_reason_to_hang(box):
    """Writes to the journal fail: the caller is told, or the work goes on, but nothing waits for ever."""
    def no_growth():
        import resource

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))

    result = box.k("new", "s", preexec_fn=no_growth)
    if result.rc == 0:
        value = box.run("seq 1 100000", timeout=20)
        assert value["status"] in ("done", "error"), value["status"]
        assert box.run("echo fine")["status"] in ("done", "error")
