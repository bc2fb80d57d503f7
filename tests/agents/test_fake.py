"""The scripted agent: what a real one cannot be made to do, and what the reference gets wrong."""

import json
import os
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import time

import pytest
from conftest import HERE
from harness import K, PYTHON, SLACK, collect, wait_until

FAKE_AGENT = HERE / "fake_agent.py"


def echo(fake, word="hello"):
    said = fake.say(word)
    assert (said.rc, said.out) == (0, f"\n  ● You\n    {word}\n\n  ● Agent\n    you said: {word}\n"), repr(said)


@pytest.mark.parametrize("scenario", ["plain", "bytes", "garbage", "wrong-id", "lives", "two-peers", "no-session:3"])
def test_a_turn_all_the_same(fake, scenario):
    fake.start(scenario)
    echo(fake)
    assert fake.agent("stop").rc == 0 and not fake.agents()


@pytest.mark.parametrize("scenario, reply", [
    ("glued", "glued"), ("late:0.3", "late"), ("early", "early"), ("twice", "once"), ("items-only", "items only"),
    ("events-only", "events only"), ("repeated-calls", "called twice"), ("unknown", "from the future"),
    ("flush", "heard"), ("trailing", "usage follows"), ("chatty", "asked")])
def test_replies_come_once_and_whole(fake, scenario, reply):
    fake.start(scenario)
    turn = fake.turn("hi")
    assert turn["reply"] == reply, turn
    assert [e["text"] for e in turn["events"] if e["type"] == "message"][:1] == ["hi"]
    calls = [e for e in turn["events"] if e["type"] == "tool_call"]
    wanted = {"early": 1, "items-only": 2, "events-only": 1, "repeated-calls": 2}.get(scenario, 0)
    assert len(calls) == wanted and all("output" in c for c in calls), turn
    if scenario == "trailing":
        assert turn["usage"], turn


def test_a_turn_through_the_mcp_server(fake):
    """`agent_say` has tool calls and reply as text, and the whole turn as data."""
    fake.start("early")
    ask = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
           "params": {"name": "agent_say", "arguments": {"session": fake.name, "text": "hi"}}}
    nobody = {**ask, "id": 2, "params": {"name": "agent_say", "arguments": {"session": "nobody", "text": "hi"}}}
    server = fake.box.popen(K, "mcp", stdin=subprocess.PIPE)
    answers = {}
    for request in (ask, nobody):
        server.stdin.write(json.dumps(request).encode() + b"\n")
        server.stdin.flush()
        answer = json.loads(server.stdout.readline())
        answers[answer["id"]] = answer["result"]
    server.stdin.close()
    assert server.wait(timeout=30 * SLACK) == 0
    assert answers[1]["structuredContent"]["reply"] == "early"
    tool, said = answers[1]["content"][0]["text"].split("\n")
    assert tool.startswith("[tool ") and said == "early"
    assert [e["type"] for e in answers[1]["structuredContent"]["events"]].count("tool_call") == 1
    assert answers[2]["isError"] and "nobody" in answers[2]["content"][0]["text"]


def test_status_of_an_agent_that_answers(fake):
    fake.start("missing")
    fake.box.fire("hi", session=fake.name)
    assert fake.status()["responding"] is True and "agent: fake (thinking)\n" in fake.agent("status").out


def test_a_turn_is_shown_as_it_happens(fake):
    fake.start("late:30", "--grace", "0")
    process = fake.box.popen(K, "agent", "say", "hi")
    shown = b""
    while b"late" not in shown:
        shown += os.read(process.stdout.fileno(), 4096)
    assert process.poll() is None
    assert fake.agent("stop").rc == 0


def test_large_frames_both_ways(fake):
    fake.start("large:20000000")
    assert len(fake.turn("hi")["reply"]) == 20_000_000
    too_long = fake.say(stdin="x" * 1_100_000)
    assert too_long.rc == 1 and "too long" in too_long.err, repr(too_long)
    assert fake.say(stdin="y" * 1_000_000).rc == 0


def test_text_that_is_no_utf8_is_shown_all_the_same(fake):
    fake.start("invalid-text")
    turn = fake.turn("hi")
    assert [e["text"] for e in turn["events"] if e["type"] == "message"][:2] == ["hi", "a\ufffd\ufffdb"], turn


@pytest.mark.heavy
def test_what_is_only_announced_takes_no_memory(fake):
    fake.start("promise", "--grace", "0")
    assert fake.say("-t", "1", "hi").rc == 124
    assert private_kib(fake) <= 4096
    assert fake.agent("stop").rc == 0


def test_silence(fake):
    for scenario in ("silent", "silent:python"):
        fake.start(scenario)
        assert fake.turn("hi")["silent"] is True
        assert "(no reply)" in fake.say("hi").out
        fake.agent("stop")


def test_a_refused_turn_has_no_log_to_show(fake):
    """What the agent logged before is none of it."""
    fake.start("log-flood:3")
    assert fake.say("hi").rc == 0
    refused = fake.say(" ")
    assert (refused.rc, refused.out) == (1, "\n  ✗ there is nothing to say: the text is empty\n"), repr(refused)


def test_a_failed_turn_exits_1(fake):
    fake.start("fails:the model is down")
    said = fake.say("hi")
    assert said.rc == 1 and "✗ the model is down\n" in said.out and "the model is down" in said.err


@pytest.mark.parametrize("scenario, words", [
    ("exit:7", "exit status 7"), ("exit:0", "exit status 0"), ("half", "exit status 0"),
    ("crash:SIGSEGV", "killed by signal 11"), ("closes", "closed its connection"),
    ("oversize", "frame"), ("garbage-only", "frame")])
def test_an_agent_that_goes_in_mid_turn(fake, scenario, words):
    fake.start(scenario, "--grace", "0")
    said = fake.say("hi")
    assert said.rc == 1 and "agent exited" in said.err and words in said.err, repr(said)
    if scenario.startswith("exit"):
        assert "last words" in said.out
    wait_until(lambda: not fake.box.processes(), 15, "everything to be gone")
    # What it was is still there to be read.
    assert fake.events() and fake.box.k("status", fake.name).rc == 0


@pytest.mark.heavy
def test_a_flood_is_complete_and_ordered(fake):
    count = 100_000
    fake.start(f"flood:{count}")
    follower = fake.box.popen(K, "agent", "events", "-f", stdout=open(fake.box.cwd / "followed", "wb"))
    turn = fake.turn("hi")
    assert turn["reply"] == f"flooded {count}"
    heard = [e["text"] for e in turn["events"] if e["type"] == "transcript"]
    assert heard == [f"heard {i}" for i in range(count)]
    kept = fake.events()
    assert [e["text"] for e in kept if e["type"] == "transcript"] == heard
    assert [e["seq"] for e in kept] == list(range(1, len(kept) + 1))

    def followed():
        return (fake.box.cwd / "followed").read_bytes().count(b"\n") == len(kept)

    wait_until(followed, 20, "the follower to have all events")
    follower.kill()
    assert [json.loads(line) for line in (fake.box.cwd / "followed").read_text().splitlines()] == kept


@pytest.mark.heavy
def test_a_flood_while_nobody_listens(fake):
    fake.start("flood-idle:100000")
    wait_until(lambda: fake.events("-n", "1")[0].get("text") == "heard 99999", 30)
    assert fake.turn("hi")["reply"] == "you said: hi"


def private_kib(fake):
    """Memory that the daemon and its guard share with nobody."""
    total = 0
    for pid in fake.box.daemons():
        sizes = dict(line.split()[:2] for line in open(f"/proc/{pid}/smaps_rollup").read().splitlines()[1:])
        total += int(sizes["Private_Dirty:"]) + int(sizes["Private_Clean:"])
    return total


@pytest.mark.heavy
@pytest.mark.parametrize("scenario, turns", [("plain", 1000), ("flood:100000", 2), ("large:20000000", 2)])
def test_memory_is_given_back(fake, scenario, turns):
    fake.start(scenario)
    with socket.create_connection(("127.0.0.1", fake.port)) as peer:
        peer.sendall(b"LKCP")
        stream = peer.makefile("rb")
        for _ in range(turns):
            request = json.dumps({"cmd": "say", "text": "hello"}).encode()
            peer.sendall(struct.pack(">I", len(request)) + request)
            while b'"done"' not in stream.read(struct.unpack(">I", stream.read(4))[0]):
                pass
    assert fake.turn("hi")["reply"]
    wait_until(lambda: (kib := private_kib(fake)) <= 4096 or print(f"memory: {kib} KiB"), 10, "less memory")


def test_no_response_is_a_timeout(fake):
    fake.start("missing")
    began = time.monotonic()
    assert fake.say("-t", "1", "hi").rc == 124
    assert time.monotonic() - began < 5 * SLACK
    second = fake.say("again")
    assert second.rc == 1 and "a turn is in progress" in second.err
    assert fake.box.k("int", fake.name).rc == 0
    assert fake.agent("stop").rc == 0


def test_a_late_answer_is_not_the_next_turns(fake):
    fake.start("missing-first")
    assert fake.say("-t", "1", "one").rc == 124
    fake.box.k("int", fake.name)
    assert fake.turn("two")["reply"] == "answer to the second"


@pytest.mark.parametrize("pause", [0, 0.5])
def test_a_turn_that_an_interrupted_one_is_in_the_way_of_is_sent_again(fake, pause):
    fake.start(f"busy:{pause}")
    fake.box.fire("one", session=fake.name)
    assert fake.box.k("int", fake.name).rc == 0
    turn = fake.turn("two")
    assert turn["reply"] == "turn 3" and [e["type"] for e in turn["events"]].count("tool_call") == 0
    assert [e["text"] for e in turn["events"] if e["type"] == "message"] == ["two", "turn 3"]


def test_a_handler_that_fails_is_not_asked_again(fake):
    fake.start("internal-error")
    assert fake.turn("hi", rc=1)["error"] == "internal error"
    assert fake.turn("hi", rc=1)["error"] == "internal error"


def test_status_while_the_agent_is_deaf(fake):
    fake.start("deaf", "--grace", "0")
    cell = fake.box.fire("hi", session=fake.name)
    status = fake.status()
    assert status["turn_in_progress"] is True and status["responding"] is False
    assert "does not answer" in fake.agent("status").out
    info = fake.agent("info")
    assert info.rc == 1 and "does not answer" in info.err
    assert fake.agent("stop").rc == 0
    assert not fake.box.processes()


def test_a_stalled_reader_blocks_nobody(fake):
    fake.start("large:5000000")
    stalled = fake.box.popen(K, "agent", "say", "hi")
    wait_until(lambda: fake.status()["turns"] == 1 and not fake.status()["turn_in_progress"])
    assert fake.turn("again")["reply"]
    assert fake.agent("stop").rc == 0
    stalled.kill()


def test_a_killed_client_leaves_the_turn(fake):
    fake.start("late:1")
    process = fake.box.popen(K, "agent", "say", "hi")
    wait_until(lambda: fake.status()["turn_in_progress"])
    process.kill()
    wait_until(lambda: not fake.status()["turn_in_progress"])
    assert "late" in fake.box.poll(fake.name)["output"]


@pytest.mark.parametrize("scenario", ["long-line", "log-flood"])
def test_its_own_output_never_blocks_the_agent(fake, scenario):
    fake.start(scenario)
    assert fake.turn("hi")["reply"] == "you said: hi"
    state = fake.box.state / fake.name
    assert sum(f.stat().st_size for f in state.glob("agent.log*")) <= 17 << 20
    fake.agent("stop")
    assert not state.exists()


@pytest.mark.parametrize("no_color", [None, "1"])
def test_colours_are_for_terminals(fake, no_color):
    fake.start("early")
    command = shlex.join([K, "agent", "say", "hi"])
    seen = fake.box.cwd / "seen"
    done = fake.box.popen("script", "-qec", command, seen, env={} if no_color is None else {"NO_COLOR": no_color})
    assert done.wait(20) == 0
    text = seen.read_bytes().decode()
    you, agent = "\x1b[1;38;2;31;213;249m● You\x1b[0m", "\x1b[1;38;2;107;203;119m● Agent\x1b[0m"
    assert ("\x1b[" in text) == (no_color is None) and "● You" in text
    if no_color is None:
        assert you in text and agent in text and "\x1b[2m✓ done\x1b[0m" in text


def test_hostile_text_steers_nobodys_terminal(fake):
    fake.start("hostile")
    said = fake.say("hi")
    assert "\x1b" not in said.out and "\x9b" not in said.out and "shown" in said.out
    assert "\x1b" not in fake.box.k("output", fake.name, fake.box.poll(fake.name)["cell_id"]).out
    (fake.box.cwd / "turns.yaml").write_text("- say: hi\n  expect: {tool: nope, contains: absent}\n")
    report = fake.agent("test", "--agent", fake.project / "agent.py", "turns.yaml", env={"FAKE_AGENT": "hostile"})
    assert "called were" in report.out and "\x1b" not in report.out and "\x9b" not in report.out, repr(report)


# The start


@pytest.mark.parametrize("scenario, words", [
    ("dies:3", ["exit status 3", "cannot find the answer"]), ("says-failed", ["console mode failed: no answer"]),
    ("never-dials", ["did not connect within 1 s"]), ("silent-start", ["does not answer"])])
def test_a_start_that_fails_says_why(fake, scenario, words):
    result = fake.try_start(scenario, "--timeout", "1" if scenario != "dies:3" else "30")
    assert result.rc == 1 and result.out == "", repr(result)
    for word in words:
        assert word in result.err, repr(result)
    assert not fake.box.processes() and not fake.listening()
    assert fake.box.k("ls").out == "no sessions\n"


@pytest.mark.parametrize("scenario", ["greets:Good day", "greets-history:Good day"])
def test_the_greeting_is_told_once(fake, scenario):
    started = fake.start(scenario)
    assert started.out.count("Good day") == 1, repr(started)
    assert "Good day" not in fake.say("hi").out


def test_what_was_detected_is_told_at_once(fake):
    process = fake.box.popen(K, "agent", "start", "--timeout", "60", cwd=fake.project,
                             env={"FAKE_AGENT": "never-dials"})
    assert process.stderr.readline().decode() == f"Detected Python agent (agent.py in {fake.project})\n"
    assert process.poll() is None
    assert fake.box.k("kill", fake.name).rc == 0
    process.wait(20)


def test_a_start_without_greeting_does_not_wait(fake):
    began = time.monotonic()
    fake.start()
    assert time.monotonic() - began < 2 * SLACK


def test_the_port_is_anothers(fake):
    with socket.socket() as other:
        other.bind(("127.0.0.1", fake.port))
        other.listen()
        result = fake.try_start("plain")
        assert result.rc == 1 and f"127.0.0.1:{fake.port}" in result.err, repr(result)
    fake.start()


def test_an_intruder_is_not_taken_for_the_agent(fake):
    # Dials every port that the daemon opens while the agent has not connected yet.
    process = fake.box.popen(K, "agent", "start", "--timeout", "3", cwd=fake.project,
                             env={"FAKE_AGENT": "never-dials"})
    port = int(wait_until(lambda: (fake.project / ".venv/bin/python.args").exists() and fake.arguments())[-1]
               .rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port)) as intruder:
        intruder.settimeout(10)
        intruder.sendall(b"\0\0\0\0")
        try:
            assert intruder.recv(1) == b""
        except ConnectionResetError:
            pass
    _, err = process.communicate(timeout=20)
    assert process.returncode == 1 and b"did not connect" in err


def test_arguments_reach_the_interpreter(fake):
    fake.start("plain", "--name", "bot", "--", "-X", "dev", "--flag=1")
    words = fake.arguments()
    assert words[:6] == ["-X", "dev", "--flag=1", "-m", "livekit.agents", "console"], words


def test_stale_state_of_a_crash_is_no_hindrance(fake):
    fake.start()
    fake.box.kill_daemon()
    wait_until(lambda: not fake.box.processes())
    assert fake.say("x").err.startswith("no session running")
    fake.start()
    echo(fake)


@pytest.mark.heavy
def test_stop_and_start_fifty_times(fake):
    for _ in range(50):
        fake.start()
        assert fake.agent("stop").rc == 0
        assert not fake.listening()
    assert not fake.box.processes()


@pytest.mark.heavy
def test_twenty_named_agents_at_once(fake):
    names = [f"bot{i}" for i in range(20)]
    env = {"FAKE_AGENT": "plain"}
    starts = [fake.box.popen(K, "agent", "start", "--name", n, cwd=fake.project, env=env) for n in names]
    for process in starts:
        assert process.wait(timeout=90 * SLACK) == 0
    assert fake.box.k("ls").lines == sorted(names)
    says = [fake.box.popen(K, "agent", "say", "--name", n, f"to {n}") for n in names]
    for name, process in zip(names, says):
        out, _ = process.communicate(timeout=30 * SLACK)
        assert f"you said: to {name}" in out.decode()
    stops = [fake.box.popen(K, "agent", "stop", "--name", n) for n in names]
    assert all(process.wait(timeout=60 * SLACK) == 0 for process in stops)
    assert not fake.box.processes()


# The old control protocol on the fixed port


class Lkcp:
    def __init__(self, port):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=20)
        self.socket.sendall(b"LKCP")
        self.largest = 0

    def send(self, request):
        data = json.dumps(request).encode()
        self.socket.sendall(struct.pack(">I", len(data)) + data)

    def ask(self, request):
        self.send(request)
        return self.answer()

    def answer(self):
        lines = []
        while True:
            answer = self.read()
            if answer.get("done"):
                return lines, answer
            lines.append(answer["line"])

    def read(self):
        def exactly(size):
            data = b""
            while len(data) < size:
                chunk = self.socket.recv(size - len(data))
                assert chunk, "closed"
                data += chunk
            return data

        size = struct.unpack(">I", exactly(4))[0]
        self.largest = max(self.largest, size)
        return json.loads(exactly(size))


def test_an_old_client_is_served(fake):
    fake.start()
    client = Lkcp(fake.port)
    lines, done = client.ask({"cmd": "say", "text": "hello"})
    assert lines == ["", "  ● You", "    hello", "", "  ● Agent", "    you said: hello"] and done == {"done": True}
    assert "error" in client.ask({"cmd": "nonsense"})[1]
    running = set(fake.agents())
    assert running
    assert Lkcp(fake.port).ask({"cmd": "stop"}) == ([], {"done": True})
    # The daemon that answered may still be on its way out; the agent and the port may not.
    assert not fake.listening() and not running & set(fake.agents())


def test_an_old_client_gets_no_frame_that_it_would_refuse(fake):
    """A frame has at most 1 MiB, an agent's line may have more: it comes in several."""
    fake.start("large:3000000")
    client = Lkcp(fake.port)
    lines, done = client.ask({"cmd": "say", "text": "hello"})
    assert done == {"done": True} and "".join(lines).endswith("    " + "x" * 3_000_000)
    assert client.largest <= 1 << 20


def test_an_old_client_stops_a_turn_that_hangs(fake):
    fake.start("missing")
    saying = Lkcp(fake.port)
    saying.send({"cmd": "say", "text": "hello"})
    wait_until(lambda: fake.status()["turn_in_progress"])
    refused = Lkcp(fake.port).ask({"cmd": "say", "text": "me too"})
    assert refused == ([], {"done": True, "error": "a turn is in progress"})
    began = time.monotonic()
    assert Lkcp(fake.port).ask({"cmd": "stop"}) == ([], {"done": True})
    assert time.monotonic() - began < 10 * SLACK and not fake.listening()
    _, done = saying.answer()
    assert "agent exited" in done["error"], done


def test_old_clients_that_misbehave(fake):
    fake.start()
    for bytes_ in (b"GET / HTTP/1.1\r\n\r\n", b"LKCP\xff\xff\xff\xff", b"LK"):
        with socket.create_connection(("127.0.0.1", fake.port), timeout=10) as peer:
            peer.sendall(bytes_)
            if len(bytes_) > 2:
                try:
                    assert peer.recv(1) == b""
                except ConnectionResetError:
                    pass
    echo(fake)


def test_an_old_client_hears_of_a_crash(fake):
    fake.start("exit:2")
    lines, done = Lkcp(fake.port).ask({"cmd": "say", "text": "hi"})
    assert "agent exited" in done["error"] and any("last words" in line for line in lines)


def test_a_second_start_waits_for_a_slow_first(fake):
    slow = fake.project / ".venv" / "bin" / "python"
    slow.write_text(slow.read_text().replace("#!/bin/sh\n", "#!/bin/sh\nsleep 2.5\n"))
    first = fake.box.popen(K, "agent", "start", cwd=fake.project)
    wait_until(lambda: fake.box.daemons())
    second = fake.try_start("plain")
    assert second.rc == 1 and first.wait(20) == 0
    assert second.err == ("another start of this session is under way; waiting for it\n"
                          f"a session is already running on 127.0.0.1:{fake.port}\n"), repr(second)
    echo(fake)


def test_typescript_needs_a_node_that_runs_it(box, fake):
    """With a node that is too old, whatever the one here is; and with one that is new enough, its arguments."""
    project = box.cwd / "typescript"
    sdk = project / "node_modules" / "@livekit" / "agents"
    (sdk / "dist").mkdir(parents=True)
    (sdk / "package.json").write_text('{"version": "1.9.0"}')
    (sdk / "dist" / "cli.js").write_text("--connect-addr")
    (project / "package.json").write_text("{}")
    (project / "agent.ts").write_text("")
    programs = box.cwd / "programs"
    programs.mkdir()
    node = programs / "node"

    def start(version):
        node.write_text(f'#!/bin/sh\n[ "$1" = --version ] && echo {version} && exit\n'
                        f'echo "$*" > {project}/arguments\n'
                        'while [ "$1" != --connect-addr ]; do shift; done\n'
                        f'exec {PYTHON} {FAKE_AGENT} "$1" "$2"\n')
        node.chmod(0o755)
        return fake.agent("start", cwd=project, env={"PATH": f"{programs}:{box.env['PATH']}"})

    old = start("v20.11.1")
    assert old.rc == 1 and "agent.ts is TypeScript, which needs Node.js 22.6 or newer" in old.err, repr(old)
    assert "v20.11.1" in old.err and not fake.listening()
    new = start("v22.6.0")
    assert new.rc == 0, repr(new)
    assert (project / "arguments").read_text().split()[:4] == [
        "--experimental-strip-types", "agent.ts", "console", "--connect-addr"]
    echo(fake)


def test_a_uv_project(box, fake):
    project = box.cwd / "uv-project"
    project.mkdir()
    (project / "uv.lock").write_text("")
    (project / "pyproject.toml").write_text("[project]\nname = 'x'\nversion = '0'\n")
    (project / "agent.py").write_text("")
    shutil.copytree(fake.project / ".venv", project / ".venv")
    programs = box.cwd / "programs"
    programs.mkdir()
    uv = programs / "uv"
    uv.write_text(f'#!/bin/sh\necho "$*" >> {project}/arguments\n'
                  'while [ $# -gt 0 ] && [ "$1" != --connect-addr ]; do shift; done\n'
                  '[ $# -gt 0 ] || { echo 1.9.9; exit; }\n'
                  f'exec {PYTHON} {FAKE_AGENT} "$1" "$2"\n')
    uv.chmod(0o755)
    started = fake.agent("start", cwd=project, env={"PATH": f"{programs}:{box.env['PATH']}"})
    assert started.rc == 0, repr(started)
    last = (project / "arguments").read_text().splitlines()[-1]
    assert last.startswith(
        "run --no-sync python -m livekit.agents console agent.py --connect-addr 127.0.0.1:"), last
    assert fake.status()["project_type"] == "uv"
    echo(fake)
