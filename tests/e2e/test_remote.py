"""Sessions on another machine, through ssh: k --host."""

import json
import os
import re
import shutil
import signal
import subprocess

import pexpect
import pytest
from far import Far, Networks
from harness import BIN, K, KM, parse_json, wait_until

pytestmark = pytest.mark.skipif(os.getuid() != 0, reason="sshd lets people in only when root runs it")


def finish(near, far):
    near.k("host", "close", "there")
    problems = far.close()
    far.sshd.terminate()
    assert not problems, "\n".join(problems)


@pytest.fixture
def bare(box):
    """A machine called `there` without k on it."""
    box.far = Far(box)
    yield box
    finish(box, box.far)


@pytest.fixture
def near(bare):
    """A machine called `there`, with a session named s."""
    bare.far.install()
    assert bare.k("--host", "there", "new", "s").out == "OK s\n"
    return bare


def there(box, *words, **options):
    return box.k("--host", "there", *words, **options)


# The same as here

def test_code_output_and_exit_codes(near):
    value = there(near, "run", "-j", "s", "echo \"$HOME\"; false").json
    assert (value["status"], value["exit_code"], value["output"]) == ("done", 1, str(near.far.home))
    assert there(near, "run", "-e", "s", "(exit 7)").rc == 7
    assert there(near, "run", "-e", "s", "(exit 255)").rc == 255
    assert there(near, "ls").out == "s\n" and near.k("ls").out == "no sessions\n"


def test_words_arrive_as_they_are(near):
    code = "printf '%s|' 'a  b' \"it's\" '\\\\' '$HOME' '*' $'x\\ty' '`id`' é"
    assert there(near, "run", "s", code).out.rstrip("\n") == near.call("bash", "-c", code).out
    assert there(near, "run", "s", "echo one\necho two").out == "one\ntwo\n"
    long = "x" * 100_000
    assert there(near, "run", "s", f"echo {long}").out == long + "\n"


@pytest.mark.parametrize("shell", ["fish", "zsh", "dash"])
def test_any_login_shell(near, shell):
    """A command is read by the login shell there, which need not be a POSIX one."""
    link = near.far.root / "ssh" / "server"
    link.write_text(link.read_text() + f"ForceCommand exec {shutil.which(shell)} -c \"$SSH_ORIGINAL_COMMAND\"\n")
    near.k("host", "close", "there")
    near.far.sshd.send_signal(signal.SIGHUP)

    def answers():
        return there(near, "run", "s", r"echo 'a\\b'").out == "a\\\\b\n"

    wait_until(answers, what="an answer through " + shell)


def test_standard_input(near):
    assert there(near, "run", "s", "-", stdin="echo from here").out == "from here\n"
    assert there(near, "run", "-j", "-t", "20", "s", "-", stdin="echo of a pipe").json["output"] == "of a pipe"
    assert there(near, "run", "-t", "20", env={"K_SESSION": "s"}, stdin="echo unasked").out == "unasked\n"
    text = "".join(f"echo {n} {'y' * 60}\n" for n in range(5000))
    assert there(near, "run", "s", "-", stdin=text).out.count("\n") == 5000


def test_the_input_of_a_script_is_left_to_it(near):
    (near.cwd / "script").write_text(
        f'while read -r line; do {K} --host there run s "echo got $line"; done < lines\n')
    (near.cwd / "lines").write_text("one\ntwo\nthree\n")
    assert near.call("bash", "script").lines == ["got one", "got two", "got three"]


def test_large_output(near):
    result = there(near, "run", "s", "seq 1 300000")
    assert result.out == "".join(f"{n}\n" for n in range(1, 300001))


def test_the_host_in_the_environment(near):
    assert near.k("run", "s", "echo $((6*7))", env={"KEPT_HOST": "there"}).out == "42\n"
    assert near.k("--host=there", "ls", env={"KEPT_HOST": "nowhere"}).out == "s\n"
    # what the program there starts is at home there
    assert there(near, "run", "s", "echo \"<$KEPT_HOST$KEPT_NOTES>\"").out == "<>\n"


def test_answers_from_the_environment_of_here(near):
    result = there(near, "run", "s", "read -sp 'Password: ' x; echo; echo ${#x}", "--answer-env", "Pass=WORD",
                   env={"WORD": "s3cret"})
    assert result.lines[-1] == "6", repr(result)


def test_events(near):
    monitor = near.popen(KM, "--host", "there", "s", "-1", "--ready")
    assert parse_json(monitor.stdout.readline().decode().rstrip("\n"))["status"] == "watching"
    cell = there(near, "fire", "s", "echo x").json["cell_id"]
    lines = [json.loads(line) for line in monitor.communicate(timeout=30)[0].splitlines()]
    assert [(line["cell_id"], line["status"]) for line in lines] == [(cell, "fired"), (cell, "done")]
    assert monitor.returncode == 0


def test_waiting_and_sending(near):
    value = there(near, "run", "-j", "s", "read -p 'Name? ' n; echo hello $n").json
    assert value["status"] == "waiting" and value["input"]["evidence"] == "kernel"
    assert there(near, "send", "s", "Ann").rc == 0
    wait_until(lambda: there(near, "poll", "s").json["status"] == "done")
    assert there(near, "poll", "s").json["output"].endswith("hello Ann")


def test_a_password_from_standard_input(near):
    there(near, "run", "s", "read -sp 'Word: ' w; echo; echo \"${#w}\"")
    assert there(near, "send", "--password-stdin", "s", stdin="abcde\n").rc == 0
    wait_until(lambda: there(near, "poll", "s").json["output"].endswith("5"))


def test_ctrl_c_interrupts_the_cell(near):
    run = near.popen(K, "--host", "there", "run", "-j", "s", "sleep 1000")
    wait_until(lambda: there(near, "poll", "s").json.get("status") == "running")
    wait_until(lambda: any("sleep" in " ".join(p) for p in commands(near)), what="sleep to run")
    run.send_signal(signal.SIGINT)
    value = json.loads(run.communicate(timeout=30)[0])
    assert (value["status"], value["output"]) == ("error", "interrupted"), value


def commands(box):
    """The command lines of what runs here and there."""
    lines = []
    for pid in box.processes():
        try:
            lines.append(open(f"/proc/{pid}/cmdline", encoding="utf-8").read().split("\0"))
        except OSError:
            pass  # it has just ended
    return lines


def test_batches_and_screens(near):
    steps = "send s 'printf \"\\033[2J\\033[Hhere\"'\nwait --text here\nscreen --region 0,0,0,1\n"
    lines = there(near, "batch", "s", stdin=steps.replace("send s", "send")).lines
    assert len(lines) == 3 and all(json.loads(line).get("status") != "error" for line in lines), lines


def test_files_are_written_here(near):
    there(near, "run", "s", "echo $((1+1))seen")
    assert there(near, "screen", "s", "--svg", "a.svg", "--png=b.png").rc == 0
    assert "2seen" in re.sub(r"<[^>]*>", "", (near.cwd / "a.svg").read_text())
    assert (near.cwd / "b.png").read_bytes().startswith(b"\x89PNG")
    value = there(near, "cast", "s", "-o", "c.cast", "--json").json
    assert value["file"] == "c.cast" and value["bytes"] == (near.cwd / "c.cast").stat().st_size, value
    assert there(near, "screen", "s", "--svg", "-").out == (near.cwd / "a.svg").read_text()
    assert not [name for name in os.listdir("/tmp") if re.fullmatch(r"kept-[0-9a-f]{16}-\d", name)]
    result = there(near, "screen", "s", "--svg", "no/such/place.svg")
    assert result.rc == 1 and "cannot write no/such/place.svg" in result.out, repr(result)


def test_an_mcp_server_over_there(near):
    client = near.popen(K, "--host", "there", "mcp", stdin=subprocess.PIPE)

    def ask(number, method, **params):
        client.stdin.write(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode() + b"\n")
        client.stdin.flush()
        return json.loads(client.stdout.readline())["result"]

    ask(1, "initialize", protocolVersion="2025-06-18", capabilities={}, clientInfo={"name": "t", "version": "1"})
    answer = ask(2, "tools/call", name="run", arguments={"session": "s", "code": "echo $((6*7))"})
    assert answer["structuredContent"]["output"] == "42", answer
    client.stdin.close()
    assert client.wait(timeout=30) == 0


def test_attach(near):
    person = pexpect.spawn(K, ["--host", "there", "attach", "s"], env=near.env | {"TERM": "xterm-256color"},
                           dimensions=(24, 80), cwd=str(near.cwd), encoding="utf-8", timeout=30)
    person.expect("[#$] ")
    person.sendline("echo $((40+2))!")
    person.expect("42!")
    person.send("\x1d")
    person.expect("detached from s")
    person.expect(pexpect.EOF)
    person.wait()
    assert person.exitstatus == 0


def test_attach_restores_the_terminal_when_the_connection_breaks(near):
    person = pexpect.spawn("bash", ["--norc"], env=near.env | {"TERM": "xterm-256color", "PS1": "near> "},
                           dimensions=(24, 80), cwd=str(near.cwd), encoding="utf-8", timeout=30)
    person.expect("near> ")
    person.sendline(f"stty -g > before; {K} --host there attach s; stty -g > after; echo rc=$?")
    person.expect("[#$] ")
    person.sendline("vim -u NONE; echo x")
    person.expect("VIM")
    for pid in near.far.connections():
        os.kill(pid, signal.SIGKILL)
    said = person.expect("the connection to there was lost") or person.before
    person.expect("rc=0")
    assert "\x1b[?1049l" in person.before + said + person.after, "the alternate screen is left"
    assert (near.cwd / "before").read_text() == (near.cwd / "after").read_text()
    person.sendline("exit")
    person.expect(pexpect.EOF)


# One connection

def test_commands_share_one_connection(near):
    for _ in range(3):
        there(near, "ls")
    assert len(near.far.connections()) == 1
    assert near.k("host", "close", "there").out == "OK closed\n"
    wait_until(lambda: not near.far.connections(), what="the connection to end")
    assert near.k("host", "close", "there").out == "OK not connected\n"


def test_names_are_completed_over_an_open_connection(near):
    near.new("mine")
    assert near.k("__complete", "k", "--host", "there", "run", "").out.splitlines()[1:] == ["s\tsession"]
    assert near.k("__complete", "k", "run", "", env={"KEPT_HOST": "there"}).out.splitlines()[1:] == ["s\tsession"]
    assert near.k("__complete", "km", "--host", "there", "").out.splitlines()[1:] == ["s\tsession"]
    near.k("host", "close", "there")
    assert near.k("__complete", "k", "--host", "there", "run", "").lines == [":none"]


def test_connecting_at_once_makes_one_connection(near):
    near.k("host", "close", "there")
    wait_until(lambda: not near.far.connections(), what="the connection to end")
    clients = [near.popen(K, "--host", "there", "ls") for _ in range(6)]
    for client in clients:
        assert client.communicate(timeout=60)[0] == b"s\n" and client.returncode == 0
    assert len(near.far.connections()) == 1


def test_a_killed_client_leaves_nothing_there(near):
    client = near.popen(K, "--host", "there", "run", "s", "sleep 1000")
    wait_until(lambda: there(near, "poll", "s").json.get("status") == "running")
    client.kill()
    client.wait()

    def serving():
        return [words for words in commands(near) if "remote-serve" in words or "run" in words[1:2]]

    wait_until(lambda: not serving(), what="the client's other half to end")
    assert there(near, "poll", "s").json["status"] == "running"
    assert there(near, "int", "s").rc == 0


# What can go wrong

def test_no_k_there_and_setup(bare):
    result = there(bare, "ls")
    assert result.rc == 1 and "no k on there" in result.out and "k host setup there" in result.err, repr(result)
    assert bare.k("host", "check", "there").rc == 1
    result = bare.k("host", "setup", "--json", "there")
    value = result.json
    assert value["status"] == "ok" and value["placed_in"] == str(bare.far.home / ".local/bin"), repr(result)
    assert (bare.far.home / ".local/bin/kept").read_bytes() == (BIN / "kept").read_bytes()
    assert there(bare, "new", "s").rc == 0
    assert there(bare, "run", "s", "echo set up").out == "set up\n"
    assert there(bare, "--version").out == bare.k("--version").out
    assert bare.k("host", "check", "there").out.startswith("OK there: kept ")


def test_a_k_that_is_too_old(bare):
    old = bare.far.home / ".local/bin/k"
    old.parent.mkdir(parents=True)
    old.write_text("#!/bin/sh\necho \"k: there is no '$1'\" >&2\nexit 1\n")
    old.chmod(0o755)
    result = there(bare, "run", "-j", "s", "echo x")
    assert result.rc == 1 and result.json["status"] == "error", repr(result)
    assert "cannot work with the k on there" in result.json["output"] and "k host setup" in result.json["hint"]


def test_a_host_that_is_not_there(box):
    box.env["KEPT_SSH"] = "ssh -F none -o ConnectTimeout=1"
    result = box.k("--host", "there", "run", "-j", "s", "echo x")
    assert result.rc == 1 and result.json["status"] == "error", repr(result)
    assert result.json["output"].startswith("no connection to there: "), repr(result)
    for wrong in ("-oProxyCommand=touch owned", "", "two words"):
        result = box.k("--host", wrong, "ls")
        assert result.rc == 2 and "host" in result.out + result.err, repr(result)
    assert not (box.cwd / "owned").exists()
    assert box.k("host", "setup").rc == 2 and box.k("host", "dance", "there").rc == 2


def test_the_connection_is_killed_in_mid_run(near):
    run = near.popen(K, "--host", "there", "run", "-j", "s", "sleep 1000")
    cell = wait_until(lambda: there(near, "poll", "s").json.get("cell_id"))
    for pid in near.far.connections():
        os.kill(pid, signal.SIGKILL)
    out, _ = run.communicate(timeout=60)
    value = json.loads(out)
    assert (value["status"], value["cell_id"], value["session"]) == ("disconnected", cell, "s"), value
    assert f"k --host there poll s {cell}" in value["hint"] and run.returncode == 1
    assert there(near, "poll", "s", cell).json["status"] == "running"
    there(near, "int", "s")


# Another network

@pytest.fixture
def cable(box):
    """`there` at the other end of a cable, with a session named s."""
    if shutil.which("ip") is None:
        pytest.skip("no ip (iproute2) here")
    name = "k" + re.sub(r"\W", "", os.path.basename(box.root)) + str(os.getpid() % 10000)
    try:
        networks = Networks(name)
    except subprocess.CalledProcessError as error:
        pytest.skip(f"no network namespaces here: {error.stderr.decode().strip()}")
    box.networks = networks
    box.far = Far(box, networks.there, Networks.THERE).install()
    box.outside = lambda *words, **more: box.call("ip", "netns", "exec", networks.here, *words, **more)
    yield box
    networks.restore()
    box.outside(K, "host", "close", "there")
    problems = box.far.close()
    box.far.sshd.terminate()
    box.far.sshd.wait()
    networks.remove()
    assert not problems, "\n".join(problems)


def test_a_cable_is_cut_and_mended_in_mid_run(cable):
    here = ("ip", "netns", "exec", cable.networks.here, K, "--host", "there")
    assert cable.call(*here, "new", "s").out == "OK s\n"
    go = cable.cwd / "go"
    code = f"while [ ! -e {go} ]; do sleep 0.05; done; echo the end"
    run = cable.popen(*here, "run", "-j", "-t", "600", "s", code)
    cell = wait_until(lambda: cable.call(*here, "poll", "s").json.get("cell_id"))
    cable.networks.cut()
    out, err = run.communicate(timeout=90)
    value = json.loads(out)
    assert (value["status"], value["cell_id"]) == ("disconnected", cell), (out, err)
    assert "the connection to there was lost" in value["output"]
    go.touch()  # the work goes on, and ends, while nobody can reach it
    wait_until(lambda: cable.far.poll("s", cell)["status"] == "done")
    cable.networks.restore()
    wait_until(lambda: cable.call(*here, "poll", "s", cell).out.startswith('{"cell_id"'), 60)
    value = cable.call(*here, "poll", "s", cell).json
    assert (value["status"], value["output"]) == ("done", "the end"), value
