"""Runs programs of the corpus, each in a session of its own, and reads from the journal what was said of them."""

import json

from corpus import FILES

TERM = {"TERM": "xterm-256color"}


class Observed:
    """One program of the corpus in a bash session."""

    def __init__(self, box, case, session):
        self.box, self.case, self.session = box, case, session
        self.cwd = box.cwd / session
        self.cwd.mkdir()
        for name, text in FILES.items():
            (self.cwd / name).write_text(text)
        if box.uid is not None:
            box.call("chmod", "-R", "a+rwX", str(self.cwd))
        box.new(session, cwd=self.cwd, env=TERM)
        self.cell = box.fire(case.code, session=session)

    def events(self):
        """This cell's events: type, time in microseconds, what input it waits for."""
        found = []
        path = self.box.state / self.session / "events.ndjson"
        for line in path.read_text(errors="replace").splitlines():
            event = json.loads(line)
            event = event.get("event", event)
            cell = event.get("cell")
            if cell and cell.get("id") == self.cell:
                found.append((event.get("type"), event.get("ts_us"), cell.get("input")))
        return found

    def waits(self):
        return [(ts, given) for kind, ts, given in self.events() if kind == "waiting"]

    def ended(self):
        return any(kind in ("done", "error") for kind, _, _ in self.events())

    def wrong(self):
        """What was said wrongly of a program that waits; None when all is right."""
        waits = self.waits()
        if not waits:
            return f"never waiting: {self.box.poll(self.session, self.cell)}"
        given = waits[-1][1]
        if given["kind"] not in self.case.kinds:
            return f"kind {given['kind']}, not {' or '.join(self.case.kinds)}: {given}"
        if self.case.prompt is not None and given["prompt"].strip() != self.case.prompt:
            return f"prompt {given['prompt']!r}, not {self.case.prompt!r}"
        if self.case.process is not None and given["process"] != self.case.process:
            return f"process {given['process']!r}, not {self.case.process!r}"
        return None

    def close(self):
        self.box.k("kill", self.session)
