"""A client of `k mcp` that speaks the protocol by hand."""

import json
import queue
import subprocess
import threading

import pytest
from harness import K, SLACK

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
