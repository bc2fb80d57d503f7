"""The agent that does what the user's text says. Its first word chooses the behaviour; see `rules`."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from pathlib import Path

from livekit.agents import (
    Agent,
    AgentServer,
    AgentSession,
    APIError,
    JobContext,
    ToolError,
    cli,
    function_tool,
)
from livekit.agents.beta.tools import EndCallTool
from local_llm import Answer, LocalLLM, Request

server = AgentServer()


@function_tool
async def weather(city: str) -> str:
    """The weather of a city."""
    return "sonnig, 21 °C" if city == "Wien" else "sunny"


@function_tool
async def table() -> dict:
    """An object instead of a text."""
    return {"rows": [1, 2, 3], "note": "drei Zeilen"}


@function_tool
async def broken() -> str:
    """Fails."""
    raise ToolError("the disk is on fire")


@function_tool
async def mute() -> None:
    """Returns nothing, so that the turn ends without a reply."""


@function_tool
async def slow(ms: float) -> str:
    """Takes its time."""
    await asyncio.sleep(ms / 1000)
    return f"slept {ms:.0f} ms"


@function_tool
async def transfer(word: str = "") -> Agent | tuple[Agent, str]:
    """Hands over to the specialist, with a last word or without."""
    return (Specialist(), word) if word else Specialist()


async def rules(request: Request) -> Answer | str | None:
    if request.outputs:
        return "tools said: " + " | ".join(output.output for output in request.outputs)
    if not any(item.type == "message" and item.role == "user" for item in request.items):
        return os.environ.get("AGENT_GREETING")
    word, _, rest = request.text.partition(" ")
    match word:
        case "echo":
            return rest
        case "lines":
            return "first line\n\n  third line, indented\nüñï 🙂"
        case "weather":
            return Answer(tools=[("weather", {"city": rest or "Paris"})])
        case "table" | "broken" | "mute":
            return Answer(tools=[(word, {})])
        case "missing":
            return Answer(tools=[("no_such_tool", {"a": 1})])
        case "slowtool":
            return Answer(tools=[("slow", {"ms": float(rest or 1000)})])
        case "parallel":
            return Answer(
                tools=[
                    ("slow", {"ms": 60}),
                    ("weather", {"city": "Wien"}),
                    ("broken", {}),
                    ("slow", {"ms": 20}),
                ]
            )
        case "handoff":
            return Answer(tools=[("transfer", {"word": rest} if rest else {})])
        case "silent":
            return None
        case "fail":
            raise APIError(rest or "model overloaded", retryable=False)
        case "slow":
            await asyncio.sleep(float(rest or 1000) / 1000)
            return "slow reply"
        case "hang":
            await asyncio.sleep(86_400)
            return None
        case "block":
            time.sleep(float(rest or 1000) / 1000)
            return "unblocked"
        case "big":
            return "x" * int(rest or 1_100_000)
        case "log":
            print("l" * int(rest or 2_000_000), flush=True)
            return "logged"
        case "exit":
            print("about to exit in mid-turn", file=sys.stderr, flush=True)
            os._exit(int(rest or 1))
        case "segv":
            os.kill(os.getpid(), signal.SIGSEGV)
            await asyncio.sleep(1)
            return "still alive"
        case "bye":
            return Answer(tools=[("end_call", {})])
        case "count":
            users = [i for i in request.items if i.type == "message" and i.role == "user"]
            return f"turn {len(users)}"
    return f"you said: {request.text}"


class Assistant(Agent):
    def __init__(self) -> None:
        super().__init__(
            id="assistant",
            instructions="Do what the user says.",
            tools=[weather, table, broken, mute, slow, transfer, EndCallTool(delete_room=False)],
        )

    async def on_enter(self) -> None:
        if not os.environ.get("AGENT_GREETING"):
            return
        # Before the broker has switched to text, a greeting without a TTS would fail.
        self.session.output.set_audio_enabled(False)
        self.session.generate_reply(instructions="Greet the user.")


class Specialist(Agent):
    def __init__(self) -> None:
        super().__init__(id="specialist", instructions="Know more.", tools=[weather])


@server.rtc_session()
async def entrypoint(ctx: JobContext) -> None:
    if os.environ.get("AGENT_ENTRY_FAILS"):
        raise RuntimeError("the entry function failed")
    if ms := os.environ.get("AGENT_SHUTDOWN_MS"):

        async def shut_down() -> None:
            await asyncio.sleep(float(ms) / 1000)
            Path(os.environ["AGENT_SHUTDOWN_FILE"]).write_text("shut down")

        ctx.add_shutdown_callback(shut_down)
    session = AgentSession(llm=LocalLLM(rules))
    await session.start(agent=Assistant(), room=ctx.room)


if __name__ == "__main__":
    cli.run_app(server)
