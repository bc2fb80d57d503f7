"""`k mcp`: the Model Context Protocol, spoken by hand."""

import fcntl
import json
import os
import queue
import shutil
import signal
import struct
import subprocess
import termios
import threading
from pathlib import Path

import pytest
from harness import K, NOBODY, SLACK, wait_until

MODERN = "2026-07-28"
META = {"io.modelcontextprotocol/protocolVersion": MODERN, "io.modelcontextprotocol/clientCapabilities": {}}


TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}


def misfits(schema, value, path="result"):
    """Where a value does not fit a JSON schema, of which all that our tools use is known here."""
    known = {"type", "properties", "required", "items", "enum", "description", "default", "additionalProperties"}
    assert set(schema) <= known, f"{path}: {schema}"
    wanted = TYPES[schema["type"]]
    if not isinstance(value, wanted) or (wanted is int and isinstance(value, bool)):
        return [f"{path} is no {schema['type']}: {value!r}"]
    found = [f"{path} is none of {schema['enum']}: {value!r}"] if value not in schema.get("enum", [value]) else []
    if wanted is dict:
        found += [f"{path} has no {name}" for name in schema.get("required", []) if name not in value]
        for name, inner in schema.get("properties", {}).items():
            found += misfits(inner, value[name], f"{path}.{name}") if name in value else []
    if wanted is list and "items" in schema:
        for index, inner in enumerate(value):
            found += misfits(schema["items"], inner, f"{path}[{index}]")
    return found


class Peer:
    """A client of one `k mcp`; what comes back is kept in order."""

    def __init__(self, box, *options, command=(K,)):
        self.process = box.popen(*command, "mcp", *options, stdin=subprocess.PIPE)
        self.count = 0
        self.answers = {}
        self.told = []
        self.schemas = {}
        self.lines = queue.Queue()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.process.stdout:
            self.lines.put(line)
        self.lines.put(None)

    def raw(self, data):
        self.process.stdin.write(data if isinstance(data, bytes) else data.encode())
        self.process.stdin.flush()

    def tell(self, method, **params):
        self.raw(json.dumps({"jsonrpc": "2.0", "method": method, "params": params}) + "\n")

    def ask(self, method, params=None, modern=False):
        """Sends a request; gives its id."""
        self.count += 1
        params = dict(params or {})
        if modern:
            params["_meta"] = {**META, **params.get("_meta", {})}
        self.raw(json.dumps({"jsonrpc": "2.0", "id": self.count, "method": method, "params": params}) + "\n")
        return self.count

    def next(self, timeout=30):
        line = self.lines.get(timeout=timeout * SLACK)
        assert line is not None, "the server has ended"
        message = json.loads(line)
        assert message["jsonrpc"] == "2.0"
        if "method" in message:
            self.told.append(message)
        else:
            self.answers[message.get("id")] = message
        return message

    def answer(self, number, timeout=30):
        while number not in self.answers:
            self.next(timeout)
        return self.answers.pop(number)

    def result(self, method, params=None, modern=False, timeout=30):
        answer = self.answer(self.ask(method, params, modern), timeout)
        assert "result" in answer, answer
        return answer["result"]

    def error(self, method, params=None, modern=False):
        answer = self.answer(self.ask(method, params, modern))
        assert "error" in answer, answer
        return answer["error"]

    def start(self, tool_name, **arguments):
        return self.ask("tools/call", {"name": tool_name, "arguments": arguments})

    def tool(self, tool_name, **arguments):
        """A tool's data; it has to succeed, and to fit the tool's schema."""
        return self.told_by(tool_name, **arguments)[0]

    def told_by(self, tool_name, **arguments):
        """The same, with the text."""
        if not self.schemas:
            self.schemas = {tool["name"]: tool["outputSchema"] for tool in self.result("tools/list")["tools"]}
        result = self.answer(self.start(tool_name, **arguments))["result"]
        assert not result.get("isError"), result
        assert misfits(self.schemas[tool_name], result["structuredContent"]) == []
        return result["structuredContent"], result["content"][0]["text"]

    def failed(self, tool_name, **arguments):
        """What a failing tool says."""
        result = self.answer(self.start(tool_name, **arguments))["result"]
        assert result.get("isError") and "structuredContent" not in result, result
        return result["content"][0]["text"]

    def heard(self, method, timeout=30):
        """The next notification of that kind."""
        while True:
            for index, message in enumerate(self.told):
                if message["method"] == method:
                    return self.told.pop(index)["params"]
            self.next(timeout)

    def close(self):
        self.process.stdin.close()
        return self.process.wait(timeout=30 * SLACK)


@pytest.fixture
def peer(box):
    peer = Peer(box)
    peer.result("initialize", {"protocolVersion": "2025-11-25", "capabilities": {},
                               "clientInfo": {"name": "test", "version": "0"}})
    peer.tell("notifications/initialized")
    yield peer
    assert peer.close() == 0


@pytest.mark.parametrize("asked, agreed", [("2024-11-05",) * 2, ("2025-03-26",) * 2, ("2025-06-18",) * 2,
    ("2025-11-25",) * 2, ("2099-01-01", "2025-11-25"), (None, "2025-11-25")])
def test_initialize_agrees_on_a_revision(box, asked, agreed):
    peer = Peer(box)
    result = peer.result("initialize", {"protocolVersion": asked, "capabilities": {}})
    assert result["protocolVersion"] == agreed and result["serverInfo"]["name"] == "kept"
    assert "tools" in result["capabilities"] and result["instructions"]
    assert peer.result("ping") == {}
    peer.close()


def test_the_revision_without_a_handshake(box):
    box.new("s")
    peer = Peer(box)
    found = peer.result("server/discover", modern=True)
    assert found["supportedVersions"][0] == MODERN and found["resultType"] == "complete"
    listed = peer.result("tools/list", modern=True)
    assert listed["ttlMs"] > 0 and listed["cacheScope"] == "public" and listed["resultType"] == "complete"
    done = peer.result("tools/call", {"name": "run", "arguments": {"session": "s", "code": "echo hi"}}, modern=True)
    assert done["structuredContent"]["output"] == "hi" and done["resultType"] == "complete"
    assert peer.error("ping", modern=True)["code"] == -32601
    wrong = peer.error("tools/list", {"_meta": {**META, "io.modelcontextprotocol/protocolVersion": "2030-01-01"}})
    assert wrong["code"] == -32022 and MODERN in wrong["data"]["supported"]
    assert peer.error("tools/list", {"_meta": {"io.modelcontextprotocol/protocolVersion": MODERN}})["code"] == -32602
    assert peer.close() == 0


def test_the_list_of_tools_is_small_and_sound(peer):
    listed = peer.result("tools/list")
    # Four bytes a token is what English JSON takes; the models read this at every start.
    assert len(json.dumps(listed, separators=(",", ":"))) < 4 * 2500
    tools = {tool["name"]: tool for tool in listed["tools"]}
    assert {"session_new", "session_list", "session_close", "run", "fire", "poll", "send", "interrupt", "screen",
            "wait", "output", "agent_say"} == set(tools)
    for name, tool in tools.items():
        assert tool["description"] and tool["title"]
        assert tool["inputSchema"]["type"] == "object" and tool["outputSchema"]["type"] == "object"
        assert set(tool["inputSchema"].get("required", [])) <= set(tool["inputSchema"]["properties"])
    assert tools["poll"]["annotations"]["readOnlyHint"] and tools["session_close"]["annotations"]["destructiveHint"]
    assert not tools["session_new"]["annotations"]["destructiveHint"]


def test_a_session_from_start_to_end(box, peer):
    assert peer.tool("session_new", name="work", cwd=str(box.home), env={"GREETING": "hello"}) == {
        "session": "work", "status": "started"}
    done = peer.tool("run", session="work", code='echo "$GREETING"; pwd; false')
    assert (done["status"], done["output"], done["exit_code"]) == ("done", f"hello\n{box.home}", 1)
    assert [s["session"] for s in peer.tool("session_list")["sessions"]] == ["work"]
    peer.tool("session_close", session="work")
    assert peer.tool("session_list")["sessions"] == []


def test_waiting_is_answered(box, peer):
    box.new("s")
    asked = peer.tool("run", session="s", code='read -p "Name: " name; echo "<$name>"')
    assert asked["status"] == "waiting" and asked["input"]["prompt"] == "Name: "
    assert "send" in peer.failed("run", session="s", code="true"), "a refusal says what to do next"
    peer.tool("send", session="s", text="Ada")
    done = peer.tool("poll", session="s", cell_id=asked["cell_id"], wait_s=20)
    assert done["status"] == "done" and "<Ada>" in done["output"]


def test_long_work_is_polled(box, peer):
    box.new("s")
    cell = peer.tool("fire", session="s", code="until [ -e gate ]; do sleep 0.05; done; echo through")
    assert cell["status"] == "fired"
    assert peer.tool("poll", session="s")["status"] == "running"
    waiting = peer.start("poll", session="s", cell_id=cell["cell_id"], wait_s=60)
    box.write("gate", "")
    done = peer.answer(waiting)["result"]["structuredContent"]
    assert (done["status"], done["output"]) == ("done", "through")


def test_a_poll_tells_the_output_so_far(box, peer):
    """With its head and its tail, in one call, whether it waits or not."""
    box.new("s")
    peer.tool("fire", session="s", code="seq 1 10000; until [ -e gate ]; do sleep 0.05; done")
    wait_until(lambda: "10000" in box.k("screen", "s").out, 30)
    for arguments in ({}, {"wait_s": 1}):
        now, text = peer.told_by("poll", session="s", max_bytes=1000, **arguments)
        assert now["status"] == "running" and now["output"].startswith("1\n2\n") and len(now["output"]) < 1200
        assert now["output"].endswith("9999\n10000") and now["truncated"]
        assert "poll it with wait_s" in text and "output reads the rest" in text
    box.write("gate", "")
    assert peer.tool("poll", session="s", wait_s=30)["status"] == "done"


def test_why_a_cell_failed(box, peer):
    box.new("s")
    peer.tool("fire", session="s", code="echo begun; sleep 600")
    wait_until(lambda: "begun" in peer.tool("poll", session="s")["output"], 30)
    peer.tool("interrupt", session="s")
    cell, text = peer.told_by("poll", session="s", wait_s=30)
    assert (cell["status"], cell["error"], cell["output"].strip()) == ("error", "interrupted", "begun")
    assert text == "begun\n[error: interrupted]"
    cell, text = peer.told_by("run", session="s", code="exit 3")
    assert (cell["status"], cell["error"], cell["exit_code"]) == ("error", "session exited", 3)
    assert "session_new with the same name starts afresh" in text


def test_closing_what_is_not_there(box, peer):
    box.new("database")
    gone, text = peer.told_by("session_close", session="databse")
    assert gone["hint"] in text and "there was no session 'databse'; did you mean database?" in text
    assert "there was no session" in peer.told_by("session_close", session="elephant")[1]
    assert peer.told_by("session_close", session="database")[1] == "killed"


def test_many_sessions_are_listed_briefly(box, peer):
    """What each does is told of the first fifty."""
    for number in range(52):
        box.state.joinpath(f"s{number:02}").mkdir(parents=True, mode=0o700)
    box.state.chmod(0o700)
    sessions = peer.tool("session_list")["sessions"]
    assert len(sessions) == 52 and all(set(one) == {"session", "status"} for one in sessions[50:])


def test_a_timeout_tells_the_output_so_far(box, peer):
    box.new("s")
    late = peer.tool("run", session="s", code="echo begun; sleep 600", timeout_s=1)
    assert late["status"] == "timeout" and late["output"] == "begun"
    peer.tool("interrupt", session="s")
    assert peer.tool("run", session="s", code="echo again")["output"] == "again"


def test_a_large_output_is_cut_and_can_be_read(box, peer):
    box.new("s")
    big = peer.tool("run", session="s", code="seq 1 100000")
    assert big["truncated"] and len(big["output"]) < 17000
    assert big["output"].startswith("1\n2\n") and big["output"].endswith("99999\n100000")
    part = peer.tool("output", session="s", cell_id=big["cell_id"], offset=2, limit=4)
    assert part["output"] == "2\n3\n"


def test_code_of_a_megabyte(box, peer):
    box.new("s")
    code = "cat <<'END' | md5sum\n" + "0123456789abcde\n" * 65536 + "END"
    done = peer.tool("run", session="s", code=code, timeout_s=60)
    assert done["exit_code"] == 0 and len(done["output"].split()[0]) == 32


def test_wrong_arguments_are_the_models_to_mend(peer):
    assert "'code' is missing" in peer.failed("run", session="s")
    assert "'timeout_s' must be a whole number" in peer.failed("run", session="s", code="x", timeout_s="soon")
    assert "no argument 'cod'" in peer.failed("run", session="s", code="x", cod="y")
    assert "session_list" in peer.failed("run", session="nope", code="x")
    assert "either text or keys" in peer.failed("send", session="s")
    assert peer.error("tools/call", {"name": "nope"})["code"] == -32602


def test_a_nul_character_cuts_nothing_short(box, peer):
    """Where a command's words would end there, something else would be meant."""
    box.new("s")
    assert "NUL" in peer.failed("session_close", session="s\0-other")
    assert "NUL" in peer.failed("session_new", name="t", env={"A": "b\0c"})
    assert "NUL" in peer.failed("send", session="s", keys="x\0y")
    assert box.k("ls").out == "s\n"
    assert peer.tool("run", session="s", code="printf 'a\\0b' | wc -c")["output"].strip() == "3"


def test_advice_is_for_a_model(box, peer):
    """It has tools, and no shell to type commands into."""
    box.new("s")
    assert "send the text without secret" in peer.failed("send", session="s", text="x", secret=True)
    assert "run and send are for terminals" in peer.failed("agent_say", session="s", text="x")
    peer.tool("fire", session="s", code="trap '' INT; until [ -e gate ]; do sleep 0.05; done")
    wait_until(lambda: box.k("status", "--json", "s").json["status"] == "running", 30)
    why = peer.failed("interrupt", session="s")
    assert "interrupt with kill" in why and "k kill" not in why
    box.write("gate", "")


def test_a_session_name_that_looks_like_an_option(peer):
    peer.tool("session_new", name="--help")
    assert peer.tool("run", session="--help", code="echo ok")["output"] == "ok"
    peer.tool("session_close", session="--help")


def test_cancelling_a_run_interrupts_it(box, peer):
    box.new("s")
    number = peer.start("run", session="s", code="trap 'echo caught' INT; touch begun; sleep 600", timeout_s=600)
    wait_until((box.cwd / "begun").exists, 30)
    peer.tell("notifications/cancelled", requestId=number, reason="enough")
    wait_until(lambda: peer.tool("poll", session="s")["status"] in ("done", "error"), 30)
    assert peer.result("ping") == {} and number not in peer.answers, "a cancelled request has no answer"


def test_cancelling_at_any_moment(box, peer):
    """Before the code is sent, while it is, and after: nothing of it is left running."""
    box.new("s")
    calls = Path(f"/proc/{peer.process.pid}/task/{peer.process.pid}/children")
    for turn in range(60):
        number = peer.start("run", session="s", code="sleep 600", timeout_s=600)
        for _ in range(turn % 15):
            peer.result("ping")
        peer.tell("notifications/cancelled", requestId=number)
        peer.result("ping")  # the server has read all that
        wait_until(lambda: not calls.read_text(), 30, "the call to end")
        state = box.k("status", "--json", "s").json["status"]
        assert state == "idle", f"turn {turn}: {state}"


def test_progress_of_a_long_call(box, peer):
    box.new("s")
    number = peer.ask("tools/call", {"name": "run", "_meta": {"progressToken": "tok"},
        "arguments": {"session": "s", "code": "until [ -e gate ]; do sleep 0.05; done", "timeout_s": 600}})
    first, second = peer.heard("notifications/progress"), peer.heard("notifications/progress")
    assert first["progressToken"] == "tok" and second["progress"] > first["progress"]
    box.write("gate", "")
    assert peer.answer(number)["result"]["structuredContent"]["status"] == "done"


def test_many_requests_beside_each_other(box, peer):
    for name in ("a", "b", "c"):
        box.new(name)
    numbers = {}
    for name in ("a", "b", "c"):
        numbers[name] = peer.start("run", session=name, timeout_s=120,
            code=f"until [ -e gate ]; do sleep 0.05; done; echo {name}")
    assert peer.tool("session_list")["sessions"], "others are answered meanwhile"
    box.write("gate", "")
    for name, number in numbers.items():
        assert peer.answer(number)["result"]["structuredContent"]["output"] == name


def test_an_id_in_use_is_refused(box, peer):
    box.new("s")
    number = peer.start("run", session="s", code="until [ -e gate ]; do sleep 0.05; done")
    peer.raw(json.dumps({"jsonrpc": "2.0", "id": number, "method": "ping"}) + "\n")
    assert peer.answer(number)["error"]["code"] == -32600
    box.write("gate", "")
    assert "result" in peer.answer(number)


@pytest.mark.parametrize("line, code", [
    ("garbage", -32700), ('{"jsonrpc": "2.0", "id": 1', -32700), ("[]", -32600), ("7", -32600),
    ('{"id": 9, "method": "ping"}', -32600), ('{"jsonrpc": "2.0", "id": null, "method": "ping"}', -32600),
    ('{"jsonrpc": "2.0", "id": 9, "method": 3}', -32600), ('{"jsonrpc": "2.0", "id": 9}', -32600),
    ('{"jsonrpc": "2.0", "id": 9, "method": "ping", "params": []}', -32602),
    ("[" * 100000, -32700), ('{"a":' * 100 + "1" + "}" * 100, -32700)])
def test_malformed_messages(peer, line, code):
    peer.raw(line + "\n")
    refusal = peer.next()
    assert refusal["error"]["code"] == code
    assert refusal.get("id", 0) is not None, "the protocol's schema has no null there"
    assert peer.result("ping") == {}


def test_a_notification_has_no_answer(peer):
    for message in ({"method": "nope"}, {"method": "tools/call", "params": []}, {"method": "notifications/cancelled"},
                    {"method": "notifications/cancelled", "params": {"requestId": {"a": []}}}):
        peer.raw(json.dumps({"jsonrpc": "2.0", **message}) + "\n")
    assert peer.result("ping") == {} and peer.answers == {} and peer.told == []


def test_bytes_that_are_no_text(peer):
    peer.raw(b'{"jsonrpc": "2.0", "id": "\xff\xfe", "method": "ping"}\n')
    assert "error" in peer.next()
    peer.raw(b"\r\n\n  \n")
    assert peer.result("ping") == {}


@pytest.mark.heavy
def test_a_line_without_end(peer):
    for _ in range(40):
        peer.raw(b"x" * 1024 * 1024)
    peer.raw(b"\n")
    assert peer.next(60)["error"]["code"] == -32600
    assert peer.result("ping") == {}


def test_a_client_that_reads_nothing_can_end_the_server(box):
    """Its answers fill the pipe, and the server is not stuck in it."""
    box.new("s")
    box.done("seq 1 100000")
    peer = box.popen(K, "mcp", "--close-sessions", stdin=subprocess.PIPE)
    lines = [{"jsonrpc": "2.0", "id": 0, "method": "tools/call", "params": {
        "name": "session_new", "arguments": {"name": "tied"}}}]
    lines += [{"jsonrpc": "2.0", "id": number, "method": "tools/call", "params": {
        "name": "poll", "arguments": {"session": "s", "max_bytes": 400000}}} for number in range(1, 20)]
    peer.stdin.write("".join(json.dumps(line) + "\n" for line in lines).encode())
    peer.stdin.flush()
    wait_until(lambda: "tied" in box.k("ls").lines, 30)
    # A pipe of 64 KiB that stays full for a while: the server waits for its reader.
    wait_until(lambda: unread(peer.stdout) > 60000, 30)
    os.kill(peer.pid, signal.SIGTERM)
    assert peer.wait(timeout=30 * SLACK) == 0
    assert box.k("ls").out == "s\n"


def unread(pipe):
    return struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]


def test_a_server_started_with_interrupts_ignored(box):
    """As a background job of a shell is: SIGINT ends it none the less, and cancelling interrupts."""
    box.new("s")
    peer = Peer(box, command=("sh", "-c", f"trap '' INT TERM; exec {K} \"$0\""))
    number = peer.start("run", session="s", code="touch begun; sleep 600", timeout_s=600)
    wait_until((box.cwd / "begun").exists, 30)
    peer.tell("notifications/cancelled", requestId=number)
    wait_until(lambda: peer.tool("poll", session="s")["status"] == "error", 30)
    os.kill(peer.process.pid, signal.SIGINT)
    assert peer.process.wait(timeout=30 * SLACK) == 0


def test_the_users_own_sessions_without_their_environment(nobody_box):
    """Clients hand on HOME and PATH, and not XDG_RUNTIME_DIR."""
    box = nobody_box
    runtime = Path(f"/run/user/{NOBODY}")
    if os.getuid() != 0 or runtime.exists():
        pytest.skip("needs a login directory of its own")
    ours = not runtime.parent.exists()
    runtime.mkdir(mode=0o700, parents=True)
    os.chown(runtime, NOBODY, NOBODY)
    kept_dir = box.env.pop("KEPT_DIR")
    try:
        peer = Peer(box)
        peer.tool("session_new", name="shared")
        peer.close()
        person = {"XDG_RUNTIME_DIR": str(runtime)}
        assert box.k("ls", env=person).out == "shared\n"
        assert box.k("kill", "shared", env=person).rc == 0
    finally:
        box.env["KEPT_DIR"] = kept_dir
        shutil.rmtree(runtime)
        if ours:
            runtime.parent.rmdir()


def test_batches_exist_in_one_revision(box):
    batch = json.dumps([{"jsonrpc": "2.0", "id": "a", "method": "ping"},
                        {"jsonrpc": "2.0", "id": "b", "method": "ping"}]) + "\n"
    for revision, takes in (("2025-03-26", True), ("2025-06-18", False)):
        peer = Peer(box)
        peer.result("initialize", {"protocolVersion": revision, "capabilities": {}})
        peer.raw(batch)
        if takes:
            assert peer.answer("a")["result"] == peer.answer("b")["result"] == {}
        else:
            assert peer.next()["error"]["code"] == -32600
        peer.close()


def test_a_client_that_dies_leaves_its_work(box):
    box.new("s")
    peer = Peer(box)
    peer.start("run", session="s", code="touch begun; until [ -e gate ]; do sleep 0.05; done; echo kept", timeout_s=600)
    wait_until((box.cwd / "begun").exists, 30)
    assert peer.close() == 0
    box.write("gate", "")
    assert wait_until(lambda: box.poll("s") if box.poll("s")["status"] == "done" else None, 30)["output"] == "kept"


def test_sessions_may_end_with_the_server(box):
    for end in (lambda p: p.close(), lambda p: os.kill(p.process.pid, signal.SIGTERM)):
        box.new("mine")
        peer = Peer(box, "--close-sessions")
        peer.tool("session_new", name="tied")
        peer.tool("session_new", name="mine")  # is there already, so it is not the server's
        end(peer)
        assert peer.process.wait(timeout=30 * SLACK) == 0
        assert box.k("ls").out == "mine\n"
        box.k("kill", "mine")


def test_somebody_elses_session_of_that_name_stays(box):
    for end in (lambda p: p.close(), lambda p: os.kill(p.process.pid, signal.SIGKILL)):
        peer = Peer(box, "--close-sessions")
        for name in ("taken", "tied", "over"):
            peer.tool("session_new", name=name)
        box.k("kill", "taken")
        box.new("taken")
        peer.tool("run", session="over", code="exit")
        end(peer)
        wait_until(lambda: box.k("ls").out == "taken\n", 30, "the sessions to end")
        assert box.k("run", "taken", "echo alive").out == "alive\n"
        box.k("kill", "taken")


def test_sessions_end_with_a_server_that_is_killed(box):
    """Without a chance to do anything, and its whole process group with it."""
    peer = Peer(box, "--close-sessions")
    for name in ("kept", "tied", "closed"):
        peer.tool("session_new", name=name)
    peer.tool("session_close", session="closed")
    box.new("closed")  # another one, which is not the server's
    os.kill(peer.process.pid, signal.SIGKILL)
    assert peer.lines.get(timeout=30 * SLACK) is None, "nothing holds the client's pipe open"
    wait_until(lambda: box.k("ls").out == "closed\n", 30, "the sessions to end")


def test_a_session_that_is_just_being_started_ends_too(box):
    request = {"jsonrpc": "2.0", "method": "tools/call", "params": {"name": "session_new"}}
    for turn in range(12):
        peer = Peer(box, "--close-sessions")
        peer.result("ping")
        for number in (1, 2):
            request["params"]["arguments"] = {"name": f"s{turn}-{number}"}
            peer.raw(json.dumps({**request, "id": 100 + number}) + "\n")
        if turn % 2:
            peer.tell("notifications/cancelled", requestId=101)
        assert peer.close() == 0
        assert box.k("ls").out == "no sessions\n", turn
        wait_until(lambda: not box.daemons(), 30, "the daemons to end")


def test_resources(box, peer):
    box.new("s")
    cell = peer.tool("run", session="s", code="echo visible")["cell_id"]
    uris = [resource["uri"] for resource in peer.result("resources/list")["resources"]]
    assert uris == ["kept://s/screen", "kept://s/journal"]
    assert len(peer.result("resources/templates/list")["resourceTemplates"]) == 3
    for uri in (*uris, f"kept://s/cells/{cell}"):
        (content,) = peer.result("resources/read", {"uri": uri})["contents"]
        assert content["uri"] == uri and "visible" in content["text"], uri
    for uri in ("kept://s/nope", "kept://nope/screen", "file:///etc/passwd", "kept://../x/screen", ""):
        assert peer.error("resources/read", {"uri": uri})["code"] == -32002


def test_a_subscription_tells_of_events(box, peer):
    box.new("s")
    peer.result("resources/subscribe", {"uri": "kept://s/screen"})
    box.done("echo something")
    assert peer.heard("notifications/resources/updated") == {"uri": "kept://s/screen"}
    peer.result("resources/unsubscribe", {"uri": "kept://s/screen"})


def test_a_subscription_tells_of_the_screen(box, peer):
    """Also of what a program that runs on puts there, and never more than twice a second."""
    box.new("s")
    box.fire("until [ -e gate ]; do sleep 0.05; done; printf changed; exec sleep 600")
    peer.result("resources/subscribe", {"uri": "kept://s/screen"})
    peer.result("ping")
    peer.told.clear()
    box.write("gate", "")
    assert peer.heard("notifications/resources/updated") == {"uri": "kept://s/screen"}
    wait_until(lambda: "changed" in peer.result("resources/read", {"uri": "kept://s/screen"})["contents"][0]["text"], 30)


def test_a_subscription_outlives_its_session(box, peer):
    uri = "kept://s/journal"
    missing = peer.error("resources/subscribe", {"uri": uri})
    assert missing["code"] == -32002 and missing["data"] == {"uri": uri}, "there is no such session yet"
    peer.tool("session_new", name="s")
    peer.result("resources/subscribe", {"uri": uri})
    peer.tool("session_close", session="s")
    assert peer.heard("notifications/resources/updated") == {"uri": uri}
    peer.tool("session_new", name="s")
    assert peer.heard("notifications/resources/updated") == {"uri": uri}
    peer.result("ping")
    peer.told.clear()
    box.done("echo something")
    assert peer.heard("notifications/resources/updated") == {"uri": uri}


def test_listening_without_a_handshake(box):
    box.new("s")
    peer = Peer(box)
    number = peer.ask("subscriptions/listen", {"notifications": {
        "toolsListChanged": True, "resourceSubscriptions": ["kept://s/screen", "kept://nope/screen", "nonsense"]}}, modern=True)
    agreed = peer.heard("notifications/subscriptions/acknowledged")
    assert agreed["notifications"] == {"resourceSubscriptions": ["kept://s/screen"]}
    assert agreed["_meta"]["io.modelcontextprotocol/subscriptionId"] == number
    box.done("echo something")
    update = peer.heard("notifications/resources/updated")
    assert update["uri"] == "kept://s/screen"
    assert update["_meta"]["io.modelcontextprotocol/subscriptionId"] == number
    peer.process.stdin.close()
    assert peer.answer(number)["result"]["resultType"] == "complete"
    assert peer.process.wait(timeout=30 * SLACK) == 0


def test_listening_can_be_taken_back_at_once(box):
    """Before it is acknowledged, too: nothing is told of it afterwards."""
    box.new("s")
    peer = Peer(box)
    number = peer.ask("subscriptions/listen", {"notifications": {"resourceSubscriptions": ["kept://s/screen"]}}, modern=True)
    peer.tell("notifications/cancelled", requestId=number)
    peer.result("server/discover", modern=True)
    box.done("echo something")
    other = peer.ask("subscriptions/listen", {"notifications": {"resourceSubscriptions": ["kept://s/journal"]}}, modern=True)
    key = "io.modelcontextprotocol/subscriptionId"
    assert peer.heard("notifications/subscriptions/acknowledged")["_meta"][key] == other
    box.done("echo something")
    assert peer.heard("notifications/resources/updated")["_meta"][key] == other
    assert not [message for message in peer.told if message["params"]["_meta"][key] == number]
    peer.close()


def test_a_screen_as_a_tool(box, peer):
    box.new("s")
    peer.tool("run", session="s", code="clear; echo on the screen")
    seen = peer.tool("screen", session="s")
    assert "on the screen" in seen["text"] and "cursor" in seen
    assert peer.tool("wait", session="s", text="on the screen")["met"]
    assert not peer.tool("wait", session="s", text="never there", timeout_s=1)["met"]
    peer.tool("send", session="s", keys="e c h o Space k e y s Enter")
    assert peer.tool("wait", session="s", regex="^keys$", timeout_s=30)["met"]


def test_a_password_is_recorded_nowhere(box, peer):
    box.new("s")
    asked = peer.tool("run", session="s", code='read -s -p "Password: " p; [ "$p" = sesame-7 ] && echo in')
    assert asked["status"] == "waiting" and asked["input"]["kind"] == "password"
    peer.tool("send", session="s", text="sesame-7", secret=True)
    assert "in" in peer.tool("poll", session="s", wait_s=20)["output"]
    for path in box.state.rglob("*"):
        if path.is_file() and path.name != "events.ndjson":
            assert b"sesame-7" not in path.read_bytes().replace(b'"sesame-7"', b"").replace(b"= sesame-7 ]", b""), path
