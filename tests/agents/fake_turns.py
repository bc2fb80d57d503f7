"""What a turn may come to."""

import struct
import time

from fake_base import Agent
from fake_wire import (
    ASSISTANT, LISTENING, THINKING, USER, call_item, error_event, event, field, fields, item_added,
    message_item, number, output_item, response, run_response, state, tools_executed, usage_updated)


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


class Busy(Agent):
    """Never responds to the first turn, and refuses the second while it drops the first, as the SDKs do."""

    def turn(self, request_id, text):
        if self.turns == 1:
            self.first = request_id
        elif self.turns == 2:
            self.send(run_response(request_id, error="internal error"))
            time.sleep(float(self.option or 0))
            self.send(run_response(self.first, [call_item("c1", "dropped")]))
        else:
            self.say(request_id, text, f"turn {self.turns}")


class InternalError(Agent):
    """Answers each turn as a handler that fails does."""

    def turn(self, request_id, text):
        self.send(run_response(request_id, error="internal error"))


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
