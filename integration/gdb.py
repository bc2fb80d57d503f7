# Read by gdb. The command `kept "code"` runs a block of gdb commands, and the prompt prints marks (OSC 133). The words
# in @ signs are filled in for each session.
import gdb


def __kept_start():
    import json
    import os
    import sys

    nonce = "@NONCE@"
    tty = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
    state = {"status": 0}

    def mark(body):
        return "\033]133;%s;n=%s\a" % (body, nonce)

    def say(body):
        os.write(tty, mark(body).encode())

    class Kept(gdb.Command):
        """Runs a block of commands."""

        def __init__(self):
            super().__init__("kept", gdb.COMMAND_OBSCURE)

        def invoke(self, text, from_tty):
            self.dont_repeat()
            state["status"] = 1
            code = json.loads(text)
            say("C")
            try:
                gdb.execute(code, True)
                state["status"] = 0
            except KeyboardInterrupt:
                state["status"] = 130
                gdb.write("Quit\n", gdb.STDERR)
            except gdb.error as error:
                gdb.write("%s\n" % error, gdb.STDERR)
            for stream in (gdb.STDOUT, gdb.STDERR):
                gdb.flush(stream)

    def prompt(current):
        for stream in (gdb.STDOUT, gdb.STDERR):
            gdb.flush(stream)
        status, state["status"] = state["status"], 0
        say("E")
        return mark("D;%d" % status) + mark("A") + "(gdb) " + mark("B")

    Kept()
    gdb.prompt_hook = prompt


__kept_start()
del __kept_start
