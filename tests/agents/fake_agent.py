#!/usr/bin/env python3
"""An agent that does on the wire what a real one cannot be made to do. Standard library only.

    fake_agent.py SCENARIO [console] --connect-addr HOST:PORT
    FAKE_AGENT=SCENARIO fake_agent.py --connect-addr HOST:PORT

It dials in and speaks the session protocol. Every scenario answers the requests of the start
(update_io, framework and agent info, chat history, state, usage, ping) unless it says otherwise;
it differs in what it does at the turn, or at the start. Options after a colon: `flood:100000`,
`late:0.5`. Without a scenario it lists them.
"""

import os
import sys

import fake_frames
import fake_processes
import fake_starts
import fake_turns
from fake_base import Agent


def kebab(name):
    return "".join(("-" if c.isupper() and i else "") + c.lower() for i, c in enumerate(name))


SCENARIOS = {"plain": Agent} | {
    kebab(name): kind
    for module in (fake_frames, fake_processes, fake_starts, fake_turns)
    for name, kind in vars(module).items()
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
