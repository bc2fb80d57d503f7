"""Starts that go wrong, and greetings."""

import socket
import sys
import time

from fake_base import Agent
from fake_wire import ASSISTANT, IDLE, LISTENING, SPEAKING, frame, item_added, message_item, response, state


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
