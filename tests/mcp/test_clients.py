"""`k mcp` as the official clients, the official inspector and the official conformance suite find it."""

import json
import os
import re
import signal
import subprocess

import pytest
from conftest import HERE
from harness import SLACK, wait_until

KINDS = ("sdk", "client-legacy", "client-modern")
SCENARIOS = [name for name in re.findall(r"^scenarios\.(\w+) =", (HERE / "scenarios.mjs").read_text(), re.M)
             if name != "hold"]
# They take seconds; what they are about is the same in the second client's older era as in the first client.
LONG = {"progress_keeps_a_call_alive", "megabytes", "screens", "a_hundred_calls_at_once"}
INSPECTOR = "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js"
CONFORMANCE = "node_modules/@modelcontextprotocol/conformance/dist/index.js"
REVISIONS = ("2025-11-25", "2026-07-28")
# The part of each revision that says something about a server of any kind. The rest asks for the suite's own fixture.
HOLDS = {
    "2025-11-25": {"server-initialize", "ping", "tools-list", "resources-list", "server-sse-multiple-streams"},
    "2026-07-28": {"tools-list", "resources-list", "sep-2164-resource-not-found", "server-sse-multiple-streams",
                   "input-required-result-unsupported-methods"},
}


def close_all(box):
    for name in box.k("ls").lines:
        if name != "no sessions":
            box.k("kill", name)


@pytest.mark.parametrize("kind, name", [(kind, name) for name in SCENARIOS for kind in KINDS
                                        if name not in LONG or kind != "client-legacy"])
def test_client(box, node, kind, name):
    result = node("scenarios.mjs", kind, name, timeout=120)
    assert result.rc == 0, repr(result)
    close_all(box)


@pytest.mark.parametrize("options, left", [((), "held\n"), (("--close-sessions",), "no sessions\n")])
def test_a_client_that_is_killed(box, node, options, left):
    client = box.popen(*node.words("scenarios.mjs", "sdk", "hold", *options))
    wait_until(lambda: "held" in box.k("ls").lines and box.poll("held").get("status") == "running", 30)
    client.send_signal(signal.SIGKILL)
    client.wait()
    wait_until(lambda: not [pid for pid in os.listdir("/proc") if pid.isdigit() and is_server(pid, box)], 30)
    assert box.k("ls").out == left
    if not options:
        box.write("gate", "")
        done = wait_until(lambda: box.poll("held") if box.poll("held")["status"] == "done" else None, 30)
        assert done["output"] == "survived"
    close_all(box)


def is_server(pid, box):
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as words, open(f"/proc/{pid}/environ", "rb") as environment:
            return b"\0mcp\0" in words.read() and str(box.root).encode() in environment.read()
    except OSError:
        return False


@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_inspector(box, node, era):
    box.new("s")
    # Like most hosts it hands on HOME and PATH, and little else.
    given = [word for name in ("KEPT_DIR", "KEPT_STATE") for word in ("-e", f"{name}={box.env[name]}")]

    def inspect(*words):
        result = node(INSPECTOR, "--cli", box.env["K"], "mcp", *given, "--protocol-era", era, *words)
        assert result.rc == 0, repr(result)
        return json.loads(result.out)

    tools = inspect("--method", "tools/list", "--strict")["tools"]
    assert {"run", "poll", "screen"} <= {tool["name"] for tool in tools}
    done = inspect("--method", "tools/call", "--tool-name", "run", "--tool-arg", "session=s", "code=echo inspected")
    assert done["structuredContent"]["output"] == "inspected"
    uris = [resource["uri"] for resource in inspect("--method", "resources/list")["resources"]]
    assert uris == ["kept://s/screen", "kept://s/journal"]
    assert "inspected" in inspect("--method", "resources/read", "--uri", uris[0])["contents"][0]["text"]
    assert len(inspect("--method", "resources/templates/list")["resourceTemplates"]) == 3


@pytest.mark.parametrize("revision", REVISIONS)
def test_conformance(box, node, revision, tmp_path):
    """Every scenario that the revision requires is run; those that fail are in expected-REVISION.yml, with the reason."""
    box.new("s")  # so that there are resources to be read
    bridge = box.popen(*node.words("bridge.mjs"), stdin=subprocess.PIPE)
    url = bridge.stdout.readline().decode().strip()
    result = node(CONFORMANCE, "server", "--url", url, "--requirements", revision, "--output-dir", tmp_path,
                  "--expected-failures", HERE / f"expected-{revision}.yml", timeout=240)
    assert result.rc == 0, result.out[-4000:] + result.err
    held = set(re.findall(r"^✓ ([\w-]+): [1-9]\d* passed, 0 failed", result.out, re.M))
    assert HOLDS[revision] <= held, HOLDS[revision] - held
    for report in tmp_path.glob("*/checks.json"):
        for check in json.loads(report.read_text()):
            if check["id"] == "wire-schema-valid":
                assert check["status"] == "SUCCESS", (report.parent.name, check)
    bridge.stdin.close()
    assert bridge.wait(timeout=30 * SLACK) == 0


def test_the_list_of_tools_costs_few_tokens(box, node):
    """What a model's host puts into every conversation: names, descriptions and schemas of the arguments; and the whole
    answer, output schemas and annotations included, as the server sends it."""
    result = node("tokens.mjs")
    assert result.rc == 0, repr(result)
    counts = result.json
    print(counts)
    for tokenizer, count in counts.items():
        assert count["whole"] < 2500 and count["read"] < 1500, (tokenizer, count)
