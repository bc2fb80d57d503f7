"""Bytes and frames: split, broken, too large, too many."""

import struct
import time

from fake_base import Agent
from fake_wire import (
    ASSISTANT, LISTENING, SPEAKING, event, field, frame, item_added, message_item, number, response,
    run_response, state)


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
