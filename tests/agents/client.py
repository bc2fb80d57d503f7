#!/usr/bin/env python3
"""A minimal peer for LiveKit agents in console mode: listens, starts the agent, speaks the session
protocol by hand, and prints what happens on the wire, one JSON object a line.

    client.py [--timeout S] [--greeting S] [--turn TEXT]... -- COMMAND...

COMMAND gets `--connect-addr 127.0.0.1:PORT` appended. Standard library only.
"""

import argparse
import json
import os
import signal
import socket
import struct
import subprocess
import sys
import time

# Field number → (name, how to read it): "s" text, "i" varint, "d" double, "f" float, a dict is a
# message, [x] is repeated x. Twins of proto/agent_session.proto, for the parts a turn needs.
TIME = {1: ("seconds", "i"), 2: ("nanos", "i")}
CALL = {1: ("id", "s"), 2: ("call_id", "s"), 3: ("arguments", "s"), 4: ("name", "s"), 5: ("created_at", TIME)}
OUTPUT = {1: ("id", "s"), 2: ("name", "s"), 3: ("call_id", "s"), 4: ("output", "s"), 5: ("is_error", "i"), 6: ("created_at", TIME)}
METRICS = {1: ("started_speaking_at", TIME), 2: ("stopped_speaking_at", TIME), **{
    n: (name, "d") for n, name in enumerate(
        ["transcription_delay", "end_of_turn_delay", "on_user_turn_completed_delay", "llm_node_ttft",
         "tts_node_ttfb", "e2e_latency", "llm_node_tps", "llm_node_ttfs"], 3)}}
ITEM = {
    1: ("message", {1: ("id", "s"), 2: ("role", "i"), 3: ("content", [{1: ("text", "s")}]), 4: ("interrupted", "i"),
                    5: ("transcript_confidence", "d"), 7: ("metrics", METRICS), 8: ("created_at", TIME)}),
    2: ("function_call", CALL),
    3: ("function_call_output", OUTPUT),
    4: ("agent_handoff", {1: ("id", "s"), 2: ("old_agent_id", "s"), 3: ("new_agent_id", "s"), 4: ("created_at", TIME)}),
    5: ("agent_config_update", {1: ("id", "s"), 2: ("instructions", "s"), 3: ("tools_added", ["s"]), 4: ("tools_removed", ["s"])}),
}
LLM = {1: ("provider", "s"), 2: ("model", "s"), 3: ("input_tokens", "i"), 11: ("output_tokens", "i")}
USAGE = {1: ("model_usage", [{1: ("llm", LLM)}])}
STATES = {1: ("old", "i"), 2: ("new", "i")}
EVENT = {
    1: ("created_at", TIME), 10: ("agent_state_changed", STATES), 11: ("user_state_changed", STATES),
    12: ("conversation_item_added", {1: ("item", ITEM)}),
    14: ("function_tools_executed", {1: ("function_calls", [CALL]), 2: ("function_call_outputs", [OUTPUT])}),
    15: ("error", {1: ("message", "s")}),
    17: ("session_usage_updated", {1: ("usage", USAGE)}),
    20: ("function_tools_started", {1: ("function_calls", [CALL])}),
    22: ("tool_execution_updated", {1: ("started", {1: ("function_call", CALL)}),
                                    2: ("call_updated", {1: ("id", "s"), 2: ("call_id", "s"), 3: ("message", "s")}),
                                    3: ("reply_updated", {1: ("update_ids", ["s"]), 2: ("status", "i"), 3: ("speech_id", "s")}),
                                    4: ("ended", {1: ("id", "s"), 2: ("call_id", "s"), 3: ("message", "s"), 4: ("status", "i")})}),
}
RESPONSE = {
    1: ("request_id", "s"), 2: ("error", "s"), 3: ("pong", {}), 5: ("get_chat_history", {1: ("items", [ITEM])}),
    6: ("run_input", {1: ("items", [ITEM])}),
    7: ("get_agent_info", {1: ("id", "s"), 2: ("instructions", "s"), 3: ("tools", ["s"]), 4: ("chat_ctx", [ITEM])}),
    8: ("get_session_state", {1: ("agent_state", "i"), 2: ("user_state", "i"), 3: ("agent_id", "s")}),
    10: ("get_session_usage", {1: ("usage", USAGE)}),
    11: ("get_framework_info", {1: ("sdk", "s"), 2: ("sdk_version", "s")}), 12: ("update_io", {}),
}
MESSAGE = {2: ("audio_output", {}), 3: ("event", EVENT), 5: ("response", RESPONSE), 6: ("audio_playback_flush", {}),
           7: ("audio_playback_clear", {})}


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, payload):
    """A length-delimited field."""
    if isinstance(payload, str):
        payload = payload.encode()
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def read_varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def decode(data, schema):
    """A message as a dict; unknown fields under `?NUMBER`."""
    result = {}
    at = 0
    while at < len(data):
        key, at = read_varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            raw, at = read_varint(data, at)
        elif wire == 1:
            raw, at = data[at:at + 8], at + 8
        elif wire == 5:
            raw, at = data[at:at + 4], at + 4
        else:
            size, at = read_varint(data, at)
            raw, at = data[at:at + size], at + size
        name, kind = schema.get(number, (f"?{number}", None))
        repeated = isinstance(kind, list)
        if repeated:
            kind = kind[0]
        if isinstance(kind, dict):
            value = decode(raw, kind)
        elif kind == "s":
            value = raw.decode()
        elif kind == "d":
            value = struct.unpack("<d", raw)[0]
        else:
            value = raw if isinstance(raw, int) else raw.hex()[:80]
        if repeated:
            result.setdefault(name, []).append(value)
        else:
            result[name] = value
    return result


class Peer:
    """The broker's side of one agent."""

    def __init__(self, command, timeout=60.0, env=None, log=None, cwd=None):
        self.listener = socket.create_server(("127.0.0.1", 0))
        port = self.listener.getsockname()[1]
        self.agent = subprocess.Popen(
            [*command, "--connect-addr", f"127.0.0.1:{port}"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, env=env, cwd=cwd)
        self.timeout = timeout
        self.started = time.monotonic()
        self.listener.settimeout(timeout)
        self.socket, _ = self.listener.accept()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.buffer = b""
        self.requests = 0

    def send(self, payload):
        self.socket.sendall(struct.pack(">I", len(payload)) + payload)

    def request(self, number, body=b""):
        """Sends the request variant `number`; its id."""
        self.requests += 1
        request_id = f"r{self.requests}"
        self.send(field(4, field(1, request_id) + field(number, body)))
        return request_id

    def text_mode(self):
        off = b"\x08\x00"
        return self.request(11, field(1, off) + field(2, off + b"\x18\x00"))

    def say(self, text):
        return self.request(5, field(1, text))

    def read(self, deadline):
        """The next message as a dict, or None at the end or the deadline."""
        while True:
            if len(self.buffer) >= 4:
                size = struct.unpack(">I", self.buffer[:4])[0]
                if len(self.buffer) >= 4 + size:
                    payload = self.buffer[4:4 + size]
                    self.buffer = self.buffer[4 + size:]
                    message = decode(payload, MESSAGE)
                    if "audio_playback_flush" in message:
                        self.send(field(8, b""))
                    return message
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self.socket.settimeout(left)
            try:
                chunk = self.socket.recv(1 << 20)
            except socket.timeout:
                return None
            except ConnectionResetError:
                chunk = b""
            if not chunk:
                raise EOFError
            self.buffer += chunk

    def wait_response(self, request_id, seen=None):
        deadline = time.monotonic() + self.timeout
        while True:
            message = self.read(deadline)
            if message is None:
                raise TimeoutError(request_id)
            if seen:
                seen(message)
            if message.get("response", {}).get("request_id") == request_id:
                return message["response"]

    def close(self):
        """Ends the agent the hard way, and its whole group."""
        try:
            os.killpg(self.agent.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.agent.wait()
        self.socket.close()
        self.listener.close()


def shorten(value):
    if isinstance(value, str) and len(value) > 200:
        return f"{value[:100]}… ({len(value)} characters)"
    if isinstance(value, dict):
        return {key: shorten(entry) for key, entry in value.items()}
    if isinstance(value, list):
        return [shorten(entry) for entry in value]
    return value


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--timeout", type=float, default=60.0)
    parser.add_argument("--greeting", type=float, default=0.0, help="listen this long before the first turn")
    parser.add_argument("--turn", action="append", default=[])
    parser.add_argument("--log", default=os.devnull, help="where the agent's own output goes")
    parser.add_argument("command", nargs="+")
    args = parser.parse_args()

    with open(args.log, "ab") as log:
        peer = Peer(args.command, args.timeout, log=log)
    start = time.monotonic()
    print(json.dumps({"connected_after": round(start - peer.started, 3)}), flush=True)

    def show(message):
        print(f"{(time.monotonic() - start) * 1000:9.1f}", json.dumps(shorten(message), ensure_ascii=False), flush=True)

    try:
        peer.wait_response(peer.text_mode(), show)
        for number in (10, 6, 4):
            peer.wait_response(peer.request(number), show)
        until = time.monotonic() + args.greeting
        while (message := peer.read(until)) is not None:
            show(message)
        for turn in args.turn:
            print(f"--- {turn[:60]}", flush=True)
            start = time.monotonic()
            peer.wait_response(peer.say(turn), show)
            until = time.monotonic() + 0.2
            while (message := peer.read(until)) is not None:
                show(message)
    except EOFError:
        print(f"{(time.monotonic() - start) * 1000:9.1f} EOF; exit status {peer.agent.wait(10)}", flush=True)
    except TimeoutError as error:
        print(f"timeout waiting for {error}", flush=True)
        return 1
    finally:
        peer.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
