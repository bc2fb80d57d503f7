#!/usr/bin/env python3
"""An agent that does on the wire what a real one cannot be made to do. Standard library only.

    fake_agent.py SCENARIO [console] --connect-addr HOST:PORT
    FAKE_AGENT=SCENARIO fake_agent.py --connect-addr HOST:PORT

It dials in and speaks the session protocol. Every scenario answers the requests of the start
(update_io, framework and agent info, chat history, state, usage, ping) unless it says otherwise;
it differs in what it does at the turn, or at the start. See SCENARIOS at the end; options after a
colon: `flood:100000`, `late:0.5`.
"""

import os
import signal
import socket
import struct
import sys
import time

# ---- protobuf, by hand -------------------------------------------------------------------------


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, payload):
    """A length-delimited field: text, bytes or a message."""
    if isinstance(payload, str):
        payload = payload.encode()
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def number(field_number, value):
    return varint(field_number << 3) + varint(value)


def fields(data):
    """(field number, value) pairs of a message; values are ints or bytes."""
    at = 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = read()
        if key & 7 == 0:
            yield key >> 3, read()
        else:
            size = read()
            at += size
            yield key >> 3, data[at - size:at]


def frame(payload):
    return struct.pack(">I", len(payload)) + payload


def now():
    """A Timestamp."""
    seconds, nanos = divmod(time.time_ns(), 1_000_000_000)
    return number(1, seconds) + number(2, nanos)


ids = iter(range(1, 10_000_000))

USER, ASSISTANT = 2, 3
IDLE, LISTENING, THINKING, SPEAKING = 1, 2, 3, 4
RUN_INPUT = 5


def message_item(role, text, item_id=None):
    return field(1, field(1, item_id or f"item_{next(ids)}") + number(2, role) + field(3, field(1, text)) + field(8, now()))


def call_item(call_id, name, arguments="{}"):
    return field(2, field(1, f"item_{next(ids)}") + field(2, call_id) + field(3, arguments) + field(4, name) + field(5, now()))


def output_item(call_id, name, output, is_error=False):
    body = field(1, f"item_{next(ids)}") + field(2, name) + field(3, call_id) + field(4, output)
    return field(3, body + (number(5, 1) if is_error else b"") + field(6, now()))


def event(variant, body):
    return field(3, field(1, now()) + field(variant, body))


def item_added(item):
    return event(12, field(1, item))


def state(old, new):
    return event(10, number(1, old) + number(2, new))


def tools_executed(*calls):
    """Each call is (call_id, name, arguments, output, is_error)."""
    body = b""
    for call_id, name, arguments, _, _ in calls:
        body += field(1, field(2, call_id) + field(3, arguments) + field(4, name))
    for call_id, name, _, output, is_error in calls:
        body += field(2, field(2, name) + field(3, call_id) + field(4, output) + (number(5, 1) if is_error else b""))
    return event(14, body)


def error_event(text):
    return event(15, field(1, text))


def usage(tokens):
    llm = field(1, "fake") + field(2, "model") + number(3, tokens) + number(11, tokens)
    return field(1, field(1, llm))


def usage_updated(tokens):
    return event(17, field(1, usage(tokens)))


def response(request_id, variant, body=b"", error=None):
    return field(5, field(1, request_id) + (field(2, error) if error is not None else b"") + field(variant, body))


def run_response(request_id, items=(), error=None):
    return response(request_id, 6, b"".join(field(1, item) for item in items), error)


# ---- the agent ---------------------------------------------------------------------------------


class Agent:
    def __init__(self, address, option):
        host, _, port = address.rpartition(":")
        self.address = (host, int(port))
        self.option = option
        self.socket = None
        self.turns = 0
        self.history = []

    def connect(self):
        self.socket = socket.create_connection(self.address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def raw(self, data):
        self.socket.sendall(data)

    def send(self, *payloads):
        self.raw(b"".join(frame(payload) for payload in payloads))

    def read(self, size):
        data = b""
        while len(data) < size:
            chunk = self.socket.recv(size - len(data))
            if not chunk:
                raise EOFError
            data += chunk
        return data

    def requests(self):
        """(request id, variant, body) until the end."""
        while True:
            payload = self.read(struct.unpack(">I", self.read(4))[0])
            for top, body in fields(payload):
                if top != 4:
                    continue
                request_id, variant, inner = "", 0, b""
                for key, value in fields(body):
                    if key == 1:
                        request_id = value.decode()
                    else:
                        variant, inner = key, value
                yield request_id, variant, inner

    def serve(self):
        try:
            for request_id, variant, body in self.requests():
                if variant == RUN_INPUT:
                    text = next((value.decode() for key, value in fields(body) if key == 1), "")
                    self.turns += 1
                    self.turn(request_id, text)
                else:
                    self.answer(request_id, variant)
        except (EOFError, ConnectionResetError, BrokenPipeError):
            self.ended()

    def answer(self, request_id, variant):
        if variant == 2:
            self.send(response(request_id, 3))
        elif variant == 4:
            self.send(response(request_id, 5, b"".join(field(1, item) for item in self.history)))
        elif variant == 6:
            self.send(response(request_id, 7, field(1, "fake") + field(2, "Pretend.") + field(3, "pretend")))
        elif variant == 7:
            self.send(response(request_id, 8, number(1, LISTENING) + number(2, 1) + field(3, "fake")))
        elif variant == 9:
            self.send(response(request_id, 10, field(1, usage(self.turns))))
        elif variant == 10:
            self.send(response(request_id, 11, field(1, "fake") + field(2, "0.0.1")))
        elif variant == 11:
            self.send(response(request_id, 12))
        else:
            self.send(response(request_id, variant + 1))

    def ended(self):
        """The broker is gone."""

    def start(self):
        self.connect()
        self.serve()

    def say(self, request_id, text, reply, before=(), after=()):
        """A turn as the SDKs order it."""
        user, said = message_item(USER, text), message_item(ASSISTANT, reply)
        self.history += [user, said]
        self.send(item_added(user), state(LISTENING, THINKING), *before, usage_updated(self.turns), item_added(said),
                  state(SPEAKING, LISTENING), run_response(request_id, [said]), *after)

    def turn(self, request_id, text):
        self.say(request_id, text, f"you said: {text}")


class Bytes(Agent):
    """Every byte in a packet of its own."""

    def raw(self, data):
        for byte in data:
            self.socket.sendall(bytes([byte]))


class Glued(Agent):
    """All that a turn has to say in one write, the next frame's head included."""

    def turn(self, request_id, text):
        said = message_item(ASSISTANT, "glued")
        tail = frame(state(SPEAKING, LISTENING))
        self.raw(frame(item_added(said)) + frame(run_response(request_id, [said])) + tail[:3])
        time.sleep(0.02)
        self.raw(tail[3:])


class Garbage(Agent):
    """A frame that is no message, then a turn as usual."""

    def turn(self, request_id, text):
        self.raw(frame(b"\xff\xff\xff\xffgarbage"))
        super().turn(request_id, text)


class GarbageOnly(Agent):
    """In place of the response, bytes that are not even frames."""

    def turn(self, request_id, text):
        self.raw(b"HTTP/1.1 400 Bad Request\r\n\r\n" * 100)


class InvalidText(Agent):
    """Text that is not UTF-8, which protobuf forbids."""

    def turn(self, request_id, text):
        self.send(item_added(message_item(ASSISTANT, b"a\xff\xfeb")))
        super().turn(request_id, text)


class Oversize(Agent):
    """Announces a frame of 4 GiB."""

    def turn(self, request_id, text):
        self.raw(b"\xff\xff\xff\xff" + b"x" * 1000)


class Promise(Agent):
    """Announces 60 MiB and sends nothing of it: nothing may be allocated, and a turn still ends."""

    def turn(self, request_id, text):
        self.raw(struct.pack(">I", 60 << 20))


class Large(Agent):
    """A reply of 20 MB, or as many bytes as the option says."""

    def turn(self, request_id, text):
        self.say(request_id, text, "x" * int(self.option or 20_000_000))


class Flood(Agent):
    """100,000 events, or as many as the option says, in one turn, each with its number."""

    def turn(self, request_id, text):
        count = int(self.option or 100_000)
        pending = []
        for i in range(count):
            pending.append(frame(event(13, field(1, f"heard {i}") + number(2, 1))))
            if len(pending) == 1000:
                self.raw(b"".join(pending))
                pending = []
        self.raw(b"".join(pending))
        self.say(request_id, text, f"flooded {count}")


class FloodIdle(Flood):
    """The same flood with nobody in a turn, right after the start."""

    def answer(self, request_id, variant):
        super().answer(request_id, variant)
        if variant == 11:
            for i in range(int(self.option or 100_000)):
                self.raw(frame(event(13, field(1, f"heard {i}") + number(2, 1))))

    def turn(self, request_id, text):
        Agent.turn(self, request_id, text)


class Late(Agent):
    """The response comes half a second after everything else, or as long as the option says."""

    def turn(self, request_id, text):
        said = message_item(ASSISTANT, "late")
        self.send(item_added(message_item(USER, text)), item_added(said))
        time.sleep(float(self.option or 0.5))
        self.send(run_response(request_id, [said]))


class Early(Agent):
    """The response comes first, the events of the turn after it."""

    def turn(self, request_id, text):
        user, said = message_item(USER, text), message_item(ASSISTANT, "early")
        call = ("c1", "tool", "{}", "done", False)
        items = [call_item("c1", "tool"), output_item("c1", "tool", "done"), said]
        self.send(run_response(request_id, items), item_added(user), tools_executed(call), item_added(said),
                  usage_updated(self.turns))


class Missing(Agent):
    """Never responds to a turn; pings are answered."""

    def turn(self, request_id, text):
        self.send(item_added(message_item(USER, text)), state(LISTENING, THINKING))


class MissingFirst(Agent):
    """Never responds to the first turn, and to the second with both answers."""

    def turn(self, request_id, text):
        if self.turns == 1:
            self.first = request_id
            self.send(item_added(message_item(USER, text)))
        else:
            self.send(run_response(self.first, [message_item(ASSISTANT, "answer to the first")]))
            self.say(request_id, text, "answer to the second")


class Deaf(Agent):
    """Stops reading at the turn: not even pings are answered."""

    def turn(self, request_id, text):
        while True:
            time.sleep(3600)


class WrongId(Agent):
    """Responds to a request that nobody sent, then to the right one."""

    def turn(self, request_id, text):
        self.send(run_response("nobody", [message_item(ASSISTANT, "not for you")]))
        super().turn(request_id, text)


class Twice(Agent):
    """Tells everything twice, the response included."""

    def turn(self, request_id, text):
        user, said = message_item(USER, text), message_item(ASSISTANT, "once")
        told = [item_added(user), item_added(said), run_response(request_id, [said])]
        self.send(*(payload for payload in told for _ in range(2)))


class ItemsOnly(Agent):
    """No events at all: the response carries the turn."""

    def turn(self, request_id, text):
        self.send(run_response(request_id, [
            call_item("c1", "look"), output_item("c1", "look", "found"), call_item("c2", "fail"),
            output_item("c2", "fail", "broken", True), message_item(ASSISTANT, "items only")]))


class EventsOnly(Agent):
    """The response carries nothing: the events do."""

    def turn(self, request_id, text):
        self.send(item_added(message_item(USER, text)), tools_executed(("c1", "look", "{}", "found", False)),
                  item_added(message_item(ASSISTANT, "events only")), run_response(request_id))


class RepeatedCalls(Agent):
    """The model numbers its calls from zero each time."""

    def turn(self, request_id, text):
        said = message_item(ASSISTANT, "called twice")
        self.send(item_added(message_item(USER, text)), tools_executed(("call_0", "one", "{}", "1", False)),
                  tools_executed(("call_0", "two", "{}", "2", False)), item_added(said),
                  run_response(request_id, [call_item("call_0", "one"), output_item("call_0", "one", "1"),
                                            call_item("call_0", "two"), output_item("call_0", "two", "2"), said]))


class Unknown(Agent):
    """Variants of a newer SDK, everywhere."""

    def turn(self, request_id, text):
        self.send(field(99, b"new message"), event(99, b"new event"), item_added(field(99, b"new item")),
                  event(22, field(99, b"new update")))
        self.say(request_id, text, "from the future", after=[response("x", 99)])


class Fails(Agent):
    """An error event and no reply, as an LLM that is down."""

    def turn(self, request_id, text):
        self.send(item_added(message_item(USER, text)), error_event(self.option or "fake.LLM"),
                  run_response(request_id, error="agent produced no response items"))


class Silent(Agent):
    """Silence as the Node SDK tells it; as Python does with the option `python`."""

    def turn(self, request_id, text):
        error = None if self.option == "python" else "agent produced no response items"
        self.send(item_added(message_item(USER, text)), run_response(request_id, error=error))


class Hostile(Agent):
    """Escape sequences in everything that is shown."""

    def turn(self, request_id, text):
        bad = "\x1b]0;owned\x07\x1b[2J\x9b31m"
        self.say(request_id, text, bad + "shown", before=[tools_executed(("c", bad, bad, bad, True)), error_event(bad)])


class Half(Agent):
    """Dies in the middle of a frame."""

    def turn(self, request_id, text):
        self.raw(frame(run_response(request_id, [message_item(ASSISTANT, "never whole")]))[:-5])
        os._exit(int(self.option or 0))


class Exit(Agent):
    """Exits at the turn with the status of the option; `last words` on stderr."""

    def turn(self, request_id, text):
        print("last words", file=sys.stderr, flush=True)
        os._exit(int(self.option or 1))


class Crash(Agent):
    """Dies of a signal at the turn."""

    def turn(self, request_id, text):
        os.kill(os.getpid(), getattr(signal, self.option or "SIGSEGV"))


class Closes(Agent):
    """Closes its connection at the turn and lives on."""

    def turn(self, request_id, text):
        self.socket.close()
        while True:
            time.sleep(3600)


class Stubborn(Agent):
    """Ignores SIGINT, SIGTERM and the end of the connection, and so does a child of its own."""

    def start(self):
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)
        if os.fork() == 0:
            while True:
                time.sleep(3600)
        super().start()

    def ended(self):
        while True:
            time.sleep(3600)


class Orphan(Stubborn):
    """Like stubborn, and its child leaves the process group."""

    def start(self):
        if os.fork() == 0:
            os.setsid()
            while True:
                time.sleep(3600)
        super().start()


class Lives(Agent):
    """Ignores the end of the connection, as the SDKs do."""

    def ended(self):
        while True:
            time.sleep(3600)


class LongLine(Agent):
    """A log line of 3 MB without an end, in mid-turn: unread, it would block the agent."""

    def turn(self, request_id, text):
        os.write(1, b"l" * int(self.option or 3_000_000))
        super().turn(request_id, text)


class LogFlood(Agent):
    """200,000 log lines in mid-turn."""

    def turn(self, request_id, text):
        for i in range(int(self.option or 200_000)):
            print(f"line {i}", file=sys.stderr)
        super().turn(request_id, text)


class TwoPeers(Agent):
    """Dials in a second time; the second connection must be refused and do no harm."""

    def start(self):
        self.connect()
        try:
            second = socket.create_connection(self.address)
            second.sendall(frame(item_added(message_item(ASSISTANT, "intruder"))))
        except OSError:
            pass
        self.serve()


class SilentStart(Agent):
    """Dials in and answers nothing, ever."""

    def answer(self, request_id, variant):
        pass

    def turn(self, request_id, text):
        pass


class NoSession(Agent):
    """Answers the first requests with `internal error`, as Python before its session exists."""

    def answer(self, request_id, variant):
        self.refused = getattr(self, "refused", 0) + 1
        if self.refused <= int(self.option or 1):
            self.send(response(request_id, 12, error="internal error"))
        else:
            super().answer(request_id, variant)


class NeverDials(Agent):
    """Starts and never connects."""

    def start(self):
        while True:
            time.sleep(3600)


class Dies(Agent):
    """Exits before it connects, with the status of the option and a reason on stderr."""

    def start(self):
        print("cannot find the answer", file=sys.stderr, flush=True)
        sys.exit(int(self.option or 3))


class SaysFailed(NeverDials):
    """Says that console mode failed, and lives on."""

    def start(self):
        print("FATAL console mode failed: no answer", flush=True)
        super().start()


class Greets(Agent):
    """Greets right after it has dialled in, before it is asked anything."""

    def start(self):
        self.connect()
        greeting = message_item(ASSISTANT, self.option or "hello")
        self.history.append(greeting)
        self.send(state(IDLE, SPEAKING), item_added(greeting), state(SPEAKING, LISTENING))
        self.serve()


class GreetsHistory(Agent):
    """Has greeted before it dialled in: only the history knows."""

    def start(self):
        self.connect()
        self.history.append(message_item(ASSISTANT, self.option or "hello"))
        self.serve()


class Flush(Agent):
    """Plays audio in its turn and waits for the news that it was heard."""

    def turn(self, request_id, text):
        self.send(field(2, field(1, b"\0" * 960) + number(2, 24000)), field(6, b""))
        while True:
            payload = self.read(struct.unpack(">I", self.read(4))[0])
            if any(top == 8 for top, _ in fields(payload)):
                break
        self.say(request_id, text, "heard")


class Chatty(Agent):
    """Speaks on its own between the turns."""

    def turn(self, request_id, text):
        self.say(request_id, text, "asked", after=[item_added(message_item(ASSISTANT, "not asked"))])


class Trailing(Agent):
    """Usage trails the response by 100 ms."""

    def turn(self, request_id, text):
        said = message_item(ASSISTANT, "usage follows")
        self.send(item_added(message_item(USER, text)), item_added(said), run_response(request_id, [said]))
        time.sleep(0.1)
        self.send(usage_updated(self.turns))


def kebab(name):
    return "".join(("-" if c.isupper() and i else "") + c.lower() for i, c in enumerate(name))


SCENARIOS = {"plain": Agent} | {
    kebab(name): kind for name, kind in list(globals().items())
    if isinstance(kind, type) and issubclass(kind, Agent) and kind is not Agent
}


def main(argv):
    address, words = "", []
    arguments = iter(argv)
    for word in arguments:
        if word == "--connect-addr":
            address = next(arguments, "")
        elif word != "console":
            words.append(word)
    scenario, _, option = (words[0] if words else os.environ.get("FAKE_AGENT", "plain")).partition(":")
    if scenario not in SCENARIOS or not address:
        print(__doc__, file=sys.stderr)
        for name, kind in SCENARIOS.items():
            print(f"  {name:16} {(kind.__doc__ or 'a well-behaved echo').splitlines()[0]}", file=sys.stderr)
        return 2
    SCENARIOS[scenario](address, option).start()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
