"""A person at a terminal, for tests of what people use: a real program on a pty, and pyte or tmux as the terminal."""

import os
import pty
import re
import select
import signal
import struct
import termios
import time
from fcntl import ioctl

import pyte
from harness import K, SLACK

# What pyte 0.8 takes for text or for something else: private prefixes, and strings.
UNKNOWN = re.compile(rb"\x1b\[[<=>][0-9;:]*[a-zA-Z]|\x1b\[\?[0-9;]*[srnm]|\x1b\[[0-9;]*t|\x1b\[[0-9;]*[ !\"'$][@-~]|\x18")
QUERY = re.compile(rb"\x1b\[(?:[>=]?0?c|\??[0-9]*n|>0?q|\?u|\??[0-9]+\$p|1[1-9]t|21t)|\x1b\](?:4;\d+|1[0-9]);\?|\x1bP")


class Person:
    """`k attach` (or another command) on a pseudo-terminal; what it shows is kept as bytes and as a screen."""

    def __init__(self, box, *args, size=(80, 24), program=K, env=None):
        self.cols, self.rows = size
        self.seen = b""
        self.held = b""
        self.screen = pyte.Screen(self.cols, self.rows)
        self.stream = pyte.ByteStream(self.screen)
        self.status = None
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            environ = box.env | {"TERM": "xterm-256color"} | (env or {})
            os.chdir(box.cwd)
            ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
            os.execve(program, [program, *args], environ)
        os.set_blocking(self.fd, False)

    def set_size(self, size):
        self.cols, self.rows = size
        ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
        self.screen.resize(size[1], size[0])

    def look(self, seconds=0.05):
        """Reads what has come; waits that long for the first of it."""
        ready, _, _ = select.select([self.fd], [], [], seconds)
        while ready:
            try:
                data = os.read(self.fd, 65536)
            except BlockingIOError:
                break
            except OSError:
                data = b""
            if not data:
                break
            self.seen += data
            self.show(data)
        return self

    def show(self, data):
        data = self.held + data
        cut = data.rfind(b"\x1b", max(0, len(data) - 64))
        self.held = b""
        if cut >= 0 and not re.match(rb"\x1b(\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*\x07|[^\[\]P])", data[cut:]):
            data, self.held = data[:cut], data[cut:]
        self.stream.feed(UNKNOWN.sub(b"", data))

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def until(self, condition, timeout=20, what=""):
        """Looks until the condition holds: a text on the screen, or a function of this person."""
        holds = condition if callable(condition) else lambda me: condition in me.text()
        deadline = time.monotonic() + timeout * SLACK
        while not holds(self.look()):
            assert time.monotonic() < deadline, f"waited for {what or condition!r}; the screen:\n{self.text()}"
        return self

    def type(self, text):
        data = text.encode() if isinstance(text, str) else text
        while data:
            select.select([], [self.fd], [], 5)
            data = data[os.write(self.fd, data) :]
        return self

    def modes(self):
        return termios.tcgetattr(self.fd)

    def signal(self, number):
        os.kill(self.pid, number)
        return self

    def end(self, timeout=20):
        """Waits for the command's end; its exit code, or minus the signal that ended it."""
        deadline = time.monotonic() + timeout * SLACK
        while self.status is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.status = os.waitstatus_to_exitcode(status)
                break
            assert time.monotonic() < deadline, f"has not ended; the screen:\n{self.text()}"
            self.look()
        self.look(0)
        return self.status

    def close(self):
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.fd)


def prompt(me):
    """The last thing on the screen is a shell's prompt."""
    return me.text().rstrip().endswith(("$", "#"))
