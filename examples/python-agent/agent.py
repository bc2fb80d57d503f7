"""A pizza counter as a LiveKit agent. Its language model is the class below, so it needs neither a
key nor the network. Put a real one in its place and nothing else changes.

    python3 -m venv .venv && .venv/bin/pip install -r requirements.txt && k agent start
    k agent say "one margherita, please"
"""

from __future__ import annotations

import itertools
import json
from typing import Any

from livekit.agents import Agent, AgentServer, AgentSession, JobContext, cli, function_tool, llm
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, APIConnectOptions

MENU = {"margherita": 8, "marinara": 7, "diavola": 10}

server = AgentServer()


@function_tool
async def order_pizza(name: str) -> str:
    """Orders a pizza and tells its price."""
    return f"{name}: {MENU[name]} euros"


def think(items: list[llm.ChatItem]) -> tuple[str | None, dict[str, Any] | None]:
    """Looks for a pizza's name in what the user said: the tool call of a model, without the model."""
    if items and items[-1].type == "function_call_output":
        return f"Coming up. {items[-1].output}.", None
    said = [i.text_content or "" for i in items if i.type == "message" and i.role == "user"]
    if not said:
        return "Hello! What would you like?", None
    for name in MENU:
        if name in said[-1].lower():
            return None, {"name": name}
    return f"We have {', '.join(MENU)}.", None


class CounterLLM(llm.LLM):
    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        **_: Any,
    ) -> llm.LLMStream:
        return CounterStream(self, chat_ctx=chat_ctx, tools=tools or [], conn_options=conn_options)


class CounterStream(llm.LLMStream):
    _calls = itertools.count(1)

    async def _run(self) -> None:
        reply, order = think(self._chat_ctx.items)
        calls = []
        if order:
            calls.append(
                llm.FunctionToolCall(
                    name="order_pizza",
                    arguments=json.dumps(order),
                    call_id=f"call_{next(self._calls)}",
                )
            )
        self._event_ch.send_nowait(
            llm.ChatChunk(
                id="counter",
                delta=llm.ChoiceDelta(role="assistant", content=reply, tool_calls=calls),
            )
        )


class Counter(Agent):
    def __init__(self) -> None:
        super().__init__(id="counter", instructions="You sell pizza.", tools=[order_pizza])

    async def on_enter(self) -> None:
        # Without a TTS there is no voice to greet with: speak in text.
        self.session.output.set_audio_enabled(False)
        self.session.generate_reply(instructions="Greet the guest.")


@server.rtc_session()
async def entrypoint(ctx: JobContext) -> None:
    session = AgentSession(llm=CounterLLM())
    await session.start(agent=Counter(), room=ctx.room)


if __name__ == "__main__":
    cli.run_app(server)
