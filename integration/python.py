# Run by python3 as $PYTHONSTARTUP. It gives the interpreter __kept__, which runs a whole block, and prompts that
# print marks (OSC 133). The words in @ signs are filled in for each session.


def __kept_start():
    import ast
    import builtins
    import linecache
    import os
    import sys
    import traceback
    import __main__

    nonce = "@NONCE@"
    clean = "@RC@" == "clean"
    tty = os.open("/dev/tty", os.O_WRONLY | os.O_NOCTTY | os.O_CLOEXEC)
    state = {"status": 0, "cells": 0, "flags": 0}
    futures = 0
    import __future__
    for name in __future__.all_feature_names:
        futures |= getattr(__future__, name).compiler_flag

    def mark(body):
        os.write(tty, ("\033]133;%s;n=%s\a" % (body, nonce)).encode())

    def flush():
        for stream in (sys.stdout, sys.stderr):
            try:
                stream.flush()
            except Exception:
                pass

    class Prompt:
        """Shows the text that the user has set, between marks."""

        def __init__(self, text):
            self.text = text

        def hide(self, body):
            text = "\033]133;%s;n=%s\a" % (body, nonce)
            return "\001" + text + "\002" if "readline" in sys.modules else text

    class First(Prompt):
        def __str__(self):
            for name in ("PYTHON_BASIC_REPL", "PYTHONSTARTUP"):
                restore(name)
            flush()
            status, state["status"] = state["status"], 0
            mark("E")
            return self.hide("D;%d" % status) + self.hide("A") + str(self.text) + self.hide("B")

    class Second(Prompt):
        def __str__(self):
            return self.hide("A;k=s") + str(self.text) + self.hide("B")

    def restore(name, seen=set()):
        if name in seen:
            return
        seen.add(name)
        before = os.environ.pop("KEPT_WAS_" + name, None)
        if before is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = before

    def wrap():
        if not isinstance(getattr(sys, "ps1", None), First):
            sys.ps1 = First(getattr(sys, "ps1", ">>> "))
        if not isinstance(getattr(sys, "ps2", None), Second):
            sys.ps2 = Second(getattr(sys, "ps2", "... "))

    def run(code):
        flags = state["flags"] | ast.PyCF_ONLY_AST
        state["cells"] += 1
        name = "<cell %d>" % state["cells"]
        tree = compile(code, name, "exec", flags, True)
        lines = code.splitlines(True)
        linecache.cache[name] = (len(code), None, lines, name)
        linecache.cache.pop("<cell %d>" % (state["cells"] - 500), None)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Interactive([tree.body.pop()])
        scope = __main__.__dict__
        if tree.body:
            first = compile(tree, name, "exec", state["flags"], True)
            state["flags"] |= first.co_flags & futures
            exec(first, scope)
        if last is not None:
            exec(compile(last, name, "single", state["flags"], True), scope)

    def show(error, trace):
        if sys.excepthook is not sys.__excepthook__:
            try:
                return sys.excepthook(type(error), error, trace)
            except BaseException:
                pass
        # Unlike the one written in C this knows the source of cells.
        traceback.print_exception(type(error), error, trace)

    def ask(prompt="", /):
        """Read a line as the terminal gives it, as input() does where there is no line editor."""
        sys.audit("builtins.input", prompt)
        sys.stderr.flush()
        sys.stdout.write(str(prompt))
        sys.stdout.flush()
        line = sys.stdin.readline()
        sys.audit("builtins.input/result", line)
        if not line:
            raise EOFError("EOF when reading a line")
        return line[:-1] if line.endswith("\n") else line

    def __kept__(code):
        state["status"] = 1
        mark("C")
        try:
            run(code)
            state["status"] = 0
        except SystemExit:
            flush()
            raise
        except BaseException as error:
            state["status"] = 130 if isinstance(error, KeyboardInterrupt) else 1
            # Without the two frames that are ours.
            trace = error.__traceback__
            while trace is not None and trace.tb_frame.f_code.co_filename == here:
                trace = trace.tb_next
            sys.last_type, sys.last_value, sys.last_traceback = type(error), error, trace
            flush()
            show(error.with_traceback(trace), trace)
            del trace
        wrap()

    class Kept:
        """Code is assigned to .run: a call would be an expression, whose value the interpreter shows."""

        run = property(None, lambda self, code: __kept__(code))

    here = __kept__.__code__.co_filename
    builtins.__kept__ = Kept()
    ask.__name__ = ask.__qualname__ = "input"
    builtins.input = ask
    if "readline" in sys.modules:
        try:
            sys.modules["readline"].parse_and_bind("set enable-bracketed-paste on")
            sys.modules["readline"].parse_and_bind("set horizontal-scroll-mode on")
        except Exception:
            pass
    wrap()
    if clean:
        # No history file of the user's.
        sys.__interactivehook__ = lambda: None
    else:
        path = os.environ.get("KEPT_WAS_PYTHONSTARTUP")
        if path:
            try:
                with open(path, "rb") as file:
                    exec(compile(file.read(), path, "exec"), __main__.__dict__)
            except Exception:
                sys.excepthook(*sys.exc_info())
        wrap()


__kept_start()
del __kept_start
