"""Agents as processes: how they die, what they leave, what they print."""

import os
import signal
import sys
import time

from fake_base import Agent
from fake_wire import ASSISTANT, frame, message_item, run_response


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


class Family(Agent):
    """Has started processes of every kind: a child, one that ignores signals, one in a session of its own, a daemon
    (forked twice), a daemon's daemon, and one that has closed all that it had open. `family:dies` exits before it has
    dialled in."""

    SIZE = 8  # with the agent itself, and the one that the daemon's daemon has for a parent

    def start(self):
        for beget in (self.child, self.deaf, self.leader, self.daemon, self.grand_daemon, self.closed):
            if os.fork() == 0:
                beget()
                self.sleep()
        if self.option == "dies":
            time.sleep(0.5)
            os._exit(3)
        super().start()

    @staticmethod
    def sleep():
        while True:
            time.sleep(3600)

    def child(self):
        pass

    def deaf(self):
        for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(name, signal.SIG_IGN)

    def leader(self):
        os.setsid()

    def daemon(self):
        os.setsid()
        if os.fork() != 0:
            os._exit(0)

    def grand_daemon(self):
        self.daemon()
        if os.fork() == 0:
            self.daemon()

    def closed(self):
        os.setsid()
        os.closerange(0, 100)


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
