"""`k mcp`: the Model Context Protocol, spoken by hand: revisions and tools."""

import json

import pytest
from harness import wait_until
from mcp_peer import META, MODERN, Peer, peer  # noqa: F401


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
    wait_until(lambda: "\n10000\n" in box.k("screen", "s").out, 30)
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
