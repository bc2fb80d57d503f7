#!/usr/bin/python3
"""agent_turn.py [TURNS]: what an agent's daemon costs, as Markdown.

A turn with the scripted agent of tests/agents several ways: a bare client that speaks to the agent itself, clients of
the daemon's socket and of its port, and `k agent say` as a command. The ways take turns, so that the machine's moods meet all alike.
Then the memory of the daemon and its guard. KEPT_BIN: the folder with k (build/release).
"""

import json
import os
import shutil
import socket
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPO = Path(__file__).resolve().parent.parent
TESTS = REPO / "tests" / "agents"
sys.path.insert(0, str(TESTS))
from client import Peer  # noqa: E402

K = str(Path(os.environ.get("KEPT_BIN") or REPO / "build" / "release").resolve() / "k")
PYTHON = sys.executable


def project(folder):
    """A Python project whose interpreter runs the scripted agent."""
    packages = folder / ".venv" / "lib" / "python3.11" / "site-packages"
    (packages / "livekit_agents-1.9.9.dist-info").mkdir(parents=True)
    (folder / "requirements.txt").write_text("livekit-agents\n")
    (folder / "agent.py").write_text("")
    python = folder / ".venv" / "bin" / "python"
    python.parent.mkdir()
    python.write_text('#!/bin/sh\nwhile [ "$1" != --connect-addr ]; do shift; done\n'
                      f'exec {PYTHON} {TESTS / "fake_agent.py"} "$1" "$2"\n')
    python.chmod(0o755)
    return folder


def socket_turn(path, text):
    """One turn by the daemon's Unix socket, from connecting to the answer's end (PROTOCOL.md)."""

    def frame(kind, payload):
        return struct.pack(">I", len(payload)) + kind + payload

    def exactly(size):
        data = b""
        while len(data) < size:
            part = peer.recv(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data

    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(path)
        request = {"op": "agent", "verb": "say", "bytes": len(text)}
        peer.sendall(frame(b"J", b'{"kept": 1, "version": "bench"}') + frame(b"J", json.dumps(request).encode())
                     + frame(b"B", text))
        told = b""
        while True:
            size, kind = struct.unpack(">Ic", exactly(5))
            payload = exactly(size)
            if kind == b"B":
                told += payload
            if kind == b"J":
                answer = json.loads(payload)
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                if "end" in answer:
                    if b"you said: " + text not in told:
                        raise RuntimeError(f"no reply in {told}")
                    return


def old_turn(port, text):
    """One turn by the control protocol on the fixed port (docs/livekit.md), from connecting to its end."""
    with socket.create_connection(("127.0.0.1", port)) as peer:
        peer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        request = json.dumps({"cmd": "say", "text": text}).encode()
        peer.sendall(b"LKCP" + struct.pack(">I", len(request)) + request)
        file = peer.makefile("rb")
        while True:
            answer = json.loads(file.read(struct.unpack(">I", file.read(4))[0]))
            if answer.get("done"):
                if "error" in answer:
                    raise RuntimeError(answer["error"])
                return


def timed(action):
    began = time.perf_counter()
    action()
    return (time.perf_counter() - began) * 1000


def kib(pid):
    """(memory, its anonymous part) of a daemon and its guard. What both share counts once, and what others share with
    them in part (PSS); the rest is the program's file."""
    guards = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    total = anonymous = 0
    for one in (pid, *guards):
        sizes = dict(line.split()[:2] for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines()[1:])
        total += int(sizes["Pss:"])
        anonymous += int(sizes["Anonymous:"])
    return total, anonymous


def main():
    turns = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    root = Path(tempfile.mkdtemp(prefix="kept-bench."))
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    env = os.environ | {"KEPT_DIR": f"{root}/run", "KEPT_STATE": f"{root}/state", "LK_SESSION_PORT": str(port),
                        "FAKE_AGENT": "plain"}
    env.pop("VIRTUAL_ENV", None)
    folder = project(root / "project")

    def k(*words):
        return subprocess.run([K, "agent", *words], cwd=folder, env=env, check=True, capture_output=True).stdout

    peer = None
    others = []
    try:
        k("start")
        status = json.loads(k("status", "--json"))
        fresh = kib(status["pid"])
        peer = Peer([PYTHON, str(TESTS / "fake_agent.py")], env=env, log=subprocess.DEVNULL)
        peer.wait_response(peer.text_mode())
        ways = {
            "bare client": lambda: peer.wait_response(peer.say("hello")),
            "daemon, by its socket": lambda: socket_turn(f"{root}/run/agent-{port}.sock", b"hello"),
            "daemon, by the old protocol": lambda: old_turn(port, "hello"),
            "`k agent say`": lambda: k("say", "hello"),
            "`k --version`, for comparison": lambda: subprocess.run([K, "--version"], check=True, capture_output=True),
        }
        times = {name: [] for name in ways}
        for turn in range(turns + 20):
            for name, action in ways.items():
                took = timed(action)
                if turn >= 20:
                    times[name].append(took)
        print(f"| a turn, {turns} of each | median ms | 90 % ms | over bare, ms | ratio |\n|---|---:|---:|---:|---:|")
        base = statistics.median(times["bare client"])
        for name, values in times.items():
            middle = statistics.median(values)
            ninety = statistics.quantiles(values, n=10)[8]
            print(f"| {name} | {middle:.2f} | {ninety:.2f} | {middle - base:+.2f} | {middle / base:.2f} |")
        later = kib(status["pid"])
        # Some seconds after the last turn the daemon gives back what only turns need.
        until = time.monotonic() + 20
        while (rest := kib(status["pid"])) and rest[0] > later[0] * 0.9 and time.monotonic() < until:
            time.sleep(0.5)
        others = [f"other-{i}" for i in range(10)]
        for name in others:
            k("start", "--name", name)
        crowd = [kib(json.loads(k("status", "--json", "--name", name))["pid"]) for name in others]
        print("\n| memory of daemon and guard, KiB | PSS | of it anonymous |\n|---|---:|---:|")
        print(f"| alone, fresh | {fresh[0]} | {fresh[1]} |")
        print(f"| alone, after {3 * (turns + 20)} turns | {later[0]} | {later[1]} |")
        print(f"| alone, at rest after them | {rest[0]} | {rest[1]} |")
        print(f"| one of 11, fresh, largest | {max(c[0] for c in crowd)} | {max(c[1] for c in crowd)} |")
    finally:
        if peer:
            peer.close()
        for name in [*others, f"agent-{port}"]:
            subprocess.run([K, "kill", name], env=env, capture_output=True)
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    main()
