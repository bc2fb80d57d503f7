"""A language model that lives in the agent's process: it answers by rules, needs no key and no
network, and does what a test asks for by the text of the user's turn."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from livekit.agents import llm
from livekit.agents.types import DEFAULT_API_CONNECT_OPTIONS, NOT_GIVEN, APIConnectOptions

_calls = itertools.count(1)


@dataclass
class Answer:
    """What the model says, and the tools it calls: (name, arguments)."""

    reply: str = ""
    tools: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


@dataclass
class Request:
    text: str
    """The user's last message; empty when there is none."""
    outputs: list[llm.FunctionCallOutput]
    """The tool results that the model has to answer to."""
    items: list[llm.ChatItem]


Rules = Callable[[Request], Awaitable[Answer | str | None]]


class LocalLLM(llm.LLM):
    def __init__(self, rules: Rules) -> None:
        super().__init__()
        self._rules = rules

    @property
    def model(self) -> str:
        return "rules-1"

    @property
    def provider(self) -> str:
        return "local"

    def chat(
        self,
        *,
        chat_ctx: llm.ChatContext,
        tools: list[llm.Tool] | None = None,
        conn_options: APIConnectOptions = DEFAULT_API_CONNECT_OPTIONS,
        parallel_tool_calls: Any = NOT_GIVEN,
        tool_choice: Any = NOT_GIVEN,
        extra_kwargs: Any = NOT_GIVEN,
    ) -> llm.LLMStream:
        return _LocalStream(
            self,
            self._rules,
            chat_ctx=chat_ctx,
            tools=tools or [],
            conn_options=APIConnectOptions(max_retry=0, timeout=600.0),
        )


class _LocalStream(llm.LLMStream):
    def __init__(self, model: LocalLLM, rules: Rules, **kwargs: Any) -> None:
        super().__init__(model, **kwargs)
        self._rules = rules

    async def _run(self) -> None:
        items = self._chat_ctx.items
        text = ""
        for item in items:
            if item.type == "message" and item.role == "user":
                text = item.text_content or ""
        outputs: list[llm.FunctionCallOutput] = []
        for item in reversed(items):
            if not item.type.startswith("function_call"):
                break
            if item.type == "function_call_output":
                outputs.insert(0, item)

        answer = await self._rules(Request(text, outputs, items))
        if answer is None:
            answer = Answer()
        elif isinstance(answer, str):
            answer = Answer(answer)
        if answer.reply:
            self._send(llm.ChoiceDelta(role="assistant", content=answer.reply))
        if answer.tools:
            self._send(
                llm.ChoiceDelta(
                    role="assistant",
                    tool_calls=[
                        llm.FunctionToolCall(
                            name=name,
                            arguments=json.dumps(arguments),
                            call_id=f"call_{next(_calls)}",
                        )
                        for name, arguments in answer.tools
                    ],
                )
            )
        used = math.ceil(len(answer.reply) / 4)
        self._event_ch.send_nowait(
            llm.ChatChunk(
                id="local",
                usage=llm.CompletionUsage(
                    completion_tokens=used, prompt_tokens=len(items), total_tokens=used + len(items)
                ),
            )
        )

    def _send(self, delta: llm.ChoiceDelta) -> None:
        self._event_ch.send_nowait(llm.ChatChunk(id="local", delta=delta))
