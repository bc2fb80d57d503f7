"""Starts, and fails before it has a session."""

import os

os.environ["AGENT_ENTRY_FAILS"] = "1"

from agent import server  # noqa: E402, F401
