"""`k mcp` as a server: requests beside each other, cancelling, bad messages, clients that die, sessions that end with it,
subscriptions."""

import fcntl
import json
import os
import shutil
import signal
import struct
import subprocess
import termios
from pathlib import Path

import pytest
from harness import K, NOBODY, SLACK, wait_until
from mcp_peer import Peer, peer  # noqa: F401


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
