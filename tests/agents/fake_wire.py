"""The session protocol, written by hand, as an agent speaks it."""

import struct
import time


def varint(value):
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number, payload):
    """A length-delimited field: text, bytes or a message."""
    if isinstance(payload, str):
        payload = payload.encode()
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def number(field_number, value):
    return varint(field_number << 3) + varint(value)


def fields(data):
    """(field number, value) pairs of a message; values are ints or bytes."""
    at = 0

    def read():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while at < len(data):
        key = read()
        if key & 7 == 0:
            yield key >> 3, read()
        else:
            size = read()
            at += size
            yield key >> 3, data[at - size:at]


def frame(payload):
    return struct.pack(">I", len(payload)) + payload


def now():
    """A Timestamp."""
    seconds, nanos = divmod(time.time_ns(), 1_000_000_000)
    return number(1, seconds) + number(2, nanos)


ids = iter(range(1, 10_000_000))

USER, ASSISTANT = 2, 3
IDLE, LISTENING, THINKING, SPEAKING = 1, 2, 3, 4
RUN_INPUT = 5


def message_item(role, text, item_id=None):
    return field(1, field(1, item_id or f"item_{next(ids)}") + number(2, role) + field(3, field(1, text)) + field(8, now()))


def call_item(call_id, name, arguments="{}"):
    return field(2, field(1, f"item_{next(ids)}") + field(2, call_id) + field(3, arguments) + field(4, name) + field(5, now()))


def output_item(call_id, name, output, is_error=False):
    body = field(1, f"item_{next(ids)}") + field(2, name) + field(3, call_id) + field(4, output)
    return field(3, body + (number(5, 1) if is_error else b"") + field(6, now()))


def event(variant, body):
    return field(3, field(1, now()) + field(variant, body))


def item_added(item):
    return event(12, field(1, item))


def state(old, new):
    return event(10, number(1, old) + number(2, new))


def tools_executed(*calls):
    """Each call is (call_id, name, arguments, output, is_error)."""
    body = b""
    for call_id, name, arguments, _, _ in calls:
        body += field(1, field(2, call_id) + field(3, arguments) + field(4, name))
    for call_id, name, _, output, is_error in calls:
        body += field(2, field(2, name) + field(3, call_id) + field(4, output) + (number(5, 1) if is_error else b""))
    return event(14, body)


def error_event(text):
    return event(15, field(1, text))


def usage(tokens):
    llm = field(1, "fake") + field(2, "model") + number(3, tokens) + number(11, tokens)
    return field(1, field(1, llm))


def usage_updated(tokens):
    return event(17, field(1, usage(tokens)))


def response(request_id, variant, body=b"", error=None):
    return field(5, field(1, request_id) + (field(2, error) if error is not None else b"") + field(variant, body))


def run_response(request_id, items=(), error=None):
    return response(request_id, 6, b"".join(field(1, item) for item in items), error)
