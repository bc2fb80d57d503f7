"""A well-behaved agent: an echo. The scenarios differ from it in one thing each."""

import socket
import struct

from fake_wire import (
    ASSISTANT, LISTENING, RUN_INPUT, SPEAKING, THINKING, USER, field, fields, frame, item_added, message_item, number,
    response, run_response, state, usage, usage_updated)


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
