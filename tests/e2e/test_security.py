"""Private by construction: modes, owners, names, and peers that do not speak the protocol."""

import json
import os
import socket
import stat
import struct

import pytest
from harness import CELL_ID, K, NOBODY, PYTHON, wait_until

AS_ROOT = os.getuid() == 0


def mode(path):
    return stat.S_IMODE(os.lstat(path).st_mode)


def test_modes(bash):
    bash.done("echo secret")
    assert mode(bash.run_dir) == 0o700
    assert mode(bash.run_dir / "s.sock") == 0o600
    assert mode(bash.run_dir / "s.lock") & 0o077 == 0
    for path, directories, files in os.walk(bash.state):
        assert mode(path) & 0o077 == 0, path
        for name in directories + files:
            assert mode(os.path.join(path, name)) & 0o077 == 0, name


def test_modes_do_not_depend_on_the_umask(box):
    box.new("s", umask=0)
    assert mode(box.run_dir) == 0o700 and mode(box.run_dir / "s.sock") == 0o600
    assert all(mode(path) & 0o077 == 0 for path in box.state.rglob("*"))
    assert box.output("umask") == "0000"


def refused(box):
    result = box.k("new", "s")
    assert result.rc == 1 and (result.out + result.err).strip(), repr(result)
    assert not box.daemons()
    assert box.k("run", "-j", "s", "true").rc == 1
    return result


def test_a_symlinked_runtime_dir_is_refused(box):
    target = box.root / "elsewhere"
    target.mkdir(mode=0o700)
    box.run_dir.symlink_to(target)
    assert str(box.run_dir) in "".join(refused(box).lines) + refused(box).err
    assert not list(target.iterdir())
    box.run_dir.unlink()


def test_a_foreign_runtime_dir_is_refused(box):
    if AS_ROOT:
        box.run_dir.mkdir(mode=0o700)
        os.chown(box.run_dir, NOBODY, NOBODY)
        refused(box)
        assert not list(box.run_dir.iterdir())
        os.chown(box.run_dir, 0, 0)
    else:
        box.env["KEPT_DIR"] = "/usr/share"
        refused(box)


def test_a_runtime_dir_open_to_others_is_refused_or_closed(box):
    box.run_dir.mkdir()
    box.run_dir.chmod(0o777)
    result = box.k("new", "s")
    assert result.rc == 1 or mode(box.run_dir) == 0o700, repr(result)


def test_a_runtime_dir_that_is_a_file_is_refused(box):
    box.run_dir.write_text("")
    refused(box)
    box.run_dir.unlink()


def test_a_symlinked_state_of_the_session_is_not_followed(box):
    target = box.root / "precious"
    target.mkdir()
    (target / "file").write_text("keep me")
    box.state.mkdir(mode=0o700)
    (box.state / "s").symlink_to(target)
    box.k("new", "s")
    box.k("kill", "s")
    assert (target / "file").read_text() == "keep me"
    assert sorted(entry.name for entry in target.iterdir()) == ["file"]


def test_another_user_is_refused(bash):
    """Even where the file modes let him in, the peer's uid does not."""
    if not AS_ROOT:
        return
    bash.root.chmod(0o755)
    bash.run_dir.chmod(0o755)
    (bash.run_dir / "s.sock").chmod(0o666)
    script = (
        "import socket, sys\n"
        "s = socket.socket(socket.AF_UNIX); s.settimeout(20); s.connect(sys.argv[1])\n"
        "hello = b'{\"kept\": 1, \"version\": \"0\"}'; ask = b'{\"op\": \"status\"}'\n"
        "f = lambda b: len(b).to_bytes(4, 'big') + b'J' + b\n"
        "data = b''\n"
        "try:\n"
        "    s.sendall(f(hello) + f(ask))\n"
        "    while chunk := s.recv(4096): data += chunk\n"
        "except (BrokenPipeError, ConnectionResetError): pass\n"
        "print('child_pid' in data.decode('latin-1'))\n"
    )
    words = ["setpriv", f"--reuid={NOBODY}", "--clear-groups", PYTHON, "-c", script, str(bash.run_dir / "s.sock")]
    result = bash.call(*words)
    assert result.out == "False\n", repr(result)
    told = bash.call("setpriv", f"--reuid={NOBODY}", "--clear-groups", K, "run", "-j", "s", "touch /tmp/never")
    assert told.rc == 1, repr(told)
    bash.run_dir.chmod(0o700)
    assert bash.output("echo fine") == "fine"


BAD_NAMES = ["..", ".", "../x", "a/b", "/tmp/x", "a..b", "", "a b", "a\nb", "a*", "ä", "x" * 65, "$(id)", "a:b", "~"]


@pytest.mark.parametrize("name", BAD_NAMES, ids=repr)
def test_names_that_escape_are_refused(box, name):
    before = sorted(p.name for p in box.root.iterdir())
    for words in (["new", name], ["run", name, "true"], ["fire", name, "true"], ["poll", name], ["int", name],
        ["kill", name], ["status", name], ["history", name],
                  ["watch", name], ["cells", name], ["output", name, "0123456789ab"]):
        result = box.k(*words)
        assert result.rc == 1, repr(result)
        if name.isascii() and name.isprintable() and name != "":
            assert result.out == f"ERR invalid session name: '{name}'\n", repr(result)
    assert sorted(p.name for p in box.root.iterdir()) == before, "something was touched"


@pytest.mark.parametrize("name", ["a.b", "A-Z_0.9", "x" * 64, "0", ".hidden", "a.sock", "b.lock"])
def test_unusual_names_work(box, name):
    box.new(name)
    assert box.output("echo fine", session=name) == "fine"
    assert box.k("ls").lines == [name]
    box.k("kill", name)
    assert box.k("ls").out == "no sessions\n"


def test_a_runtime_path_too_long_for_a_socket(box):
    deep = box.root / ("d" * 100)
    box.env["KEPT_DIR"] = str(deep)
    box.extra_dirs.append(deep)
    result = box.k("new", "s")
    if result.rc == 0:
        assert box.output("echo fine") == "fine"
    else:
        assert result.rc == 1 and "KEPT_DIR" in result.out + result.err, repr(result)
        wait_until(lambda: not box.daemons())


def test_secrets_are_not_in_the_process_list(bash):
    """The code of a cell is read from the arguments of a short-lived client only; the daemon does not carry it."""
    bash.fire("sleep 100 # hunter2")
    with open(f"/proc/{bash.daemon()}/cmdline", "rb") as cmdline:
        assert b"hunter2" not in cmdline.read()


# Peers that do not speak the protocol: they lose their connection, nobody else notices


def frame(payload, kind=b"J"):
    payload = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return struct.pack(">I", len(payload)) + kind + payload


HELLO = frame({"kept": 1, "version": "0.1.0"})


def until_closed(peer):
    data = b""
    try:
        while chunk := peer.recv(65536):
            data += chunk
    except ConnectionResetError:
        pass
    return data


GARBAGE = {
    "text": b"GET / HTTP/1.1\r\n\r\n",
    "huge length": b"\xff\xff\xff\xffJ" + b"x" * 1000,
    "just over the limit": struct.pack(">I", (1 << 20) + 1) + b"J",
    "unknown type": frame(b"{}", b"Q"),
    "no json": frame(b"not json"),
    "an array": frame(b"[1, 2, 3]"),
    "a string": frame(b'"hello"'),
    "invalid utf-8": frame(b'{"op": "\xff\xfe"}'),
    "deep nesting": frame(b'{"a":' * 5000 + b"1" + b"}" * 5000),
    "bytes first": frame(b"\0" * 10, b"B"),
    "hello then garbage": HELLO + b"\xff" * 64,
    "hello then nonsense": HELLO + frame({"op": "no-such-op"}),
    "hello, op of another type": HELLO + frame({"op": 7}),
    "negative bytes": HELLO + frame({"op": "run", "bytes": -1}),
    "too many bytes": HELLO + frame({"op": "run", "bytes": 1 << 40}),
    "more bytes than told": HELLO + frame({"op": "run", "bytes": 3}) + frame(b"x" * 100, b"B"),
    "json instead of bytes": HELLO + frame({"op": "run", "bytes": 3}) + frame({"op": "kill"}),
    "another version": frame({"kept": 999, "version": "9"}),
    "an empty object": frame({}),
    "zero frames": frame(b"", b"B") * 100,
}


@pytest.mark.parametrize("what", GARBAGE)
def test_garbage_closes_one_connection_only(bash, what):
    bash.done("X=kept")
    with bash.socket() as other, bash.socket() as peer:
        try:
            peer.sendall(GARBAGE[what])
            peer.shutdown(socket.SHUT_WR)
        except (BrokenPipeError, OSError):
            pass
        until_closed(peer)
        other.sendall(HELLO + frame({"op": "status"}))
        assert b"child_pid" in until_closed(other)
    assert bash.output("echo $X") == "kept"
    assert len(set(CELL_ID.findall(bash.k("cells", "s").out))) == 2, "garbage became a cell"


def test_another_version_is_answered_in_words(bash):
    with bash.socket() as peer:
        peer.sendall(frame({"kept": 999, "version": "9"}))
        answer = until_closed(peer)
    assert b'"error"' in answer and b"version" in answer


@pytest.mark.parametrize("cut", [1, 4, 5, 20])
def test_frames_byte_by_byte_and_cut_short(bash, cut):
    with bash.socket() as slow:
        data = HELLO + frame({"op": "status"})
        for at in range(len(data)):
            slow.sendall(data[at : at + 1])
        assert b"child_pid" in until_closed(slow)
    with bash.socket() as peer:
        peer.sendall(HELLO + frame({"op": "kill"})[:-cut])
    assert bash.output("echo fine") == "fine"


def test_silent_connections_block_nobody(bash):
    peers = [bash.socket() for _ in range(100)]
    try:
        for peer in peers[:50]:
            peer.sendall(b"\x00\x00")
        assert bash.output("echo fine") == "fine"
        assert bash.k("status", "s").rc == 0
    finally:
        for peer in peers:
            peer.close()


def test_a_stalled_request_is_given_up(bash):
    """The limit is 10 seconds; what matters is that there is one."""
    with bash.socket() as peer:
        peer.settimeout(60)
        peer.sendall(HELLO + frame({"op": "run", "bytes": 100})[:7])
        until_closed(peer)
    assert bash.output("echo fine") == "fine"


@pytest.mark.heavy
def test_a_subscriber_that_does_not_read_holds_up_nothing(bash):
    with bash.socket() as peer:
        peer.sendall(HELLO + frame({"op": "subscribe", "output": True}))
        wait_until(lambda: peer.recv(1), what="the stream to begin")
        output = bash.output("seq 1 1000000 | tail -n 900000", timeout=80)
        assert output.endswith("\n1000000")
    assert bash.output("echo fine") == "fine"
