// A language model that lives in the agent's process: it answers by rules, needs no key and no
// network, and does what a test asks for by the text of the user's turn.
import { APIError, FunctionCall, LLM, LLMStream } from '@livekit/agents';
import { setTimeout as sleep } from 'node:timers/promises';

let calls = 0;

/** A call of `name`, with an id of its own. */
export const call = (name, args = {}) => ({ name, args });

class LocalStream extends LLMStream {
  #rules;

  constructor(llm, rules, params) {
    super(llm, params);
    this.#rules = rules;
  }

  async run() {
    const items = this.chatCtx.items;
    const last = items[items.length - 1];
    const user = items.findLast((item) => item.type === 'message' && item.role === 'user');
    const outputs = [];
    for (let i = items.length - 1; i >= 0 && items[i].type.startsWith('function_call'); i--) {
      if (items[i].type === 'function_call_output') outputs.unshift(items[i]);
    }
    const answer = await this.#rules({
      text: user?.textContent ?? '',
      last,
      outputs,
      items,
      signal: this.abortController.signal,
    });
    if (answer === undefined) return;
    const { reply = '', tools = [] } = typeof answer === 'string' ? { reply: answer } : answer;
    if (reply) this.queue.put({ id: 'local', delta: { role: 'assistant', content: reply } });
    if (tools.length > 0) {
      this.queue.put({
        id: 'local',
        delta: {
          role: 'assistant',
          toolCalls: tools.map(({ name, args }) =>
            FunctionCall.create({ callId: `call_${++calls}`, name, args: JSON.stringify(args) }),
          ),
        },
      });
    }
    const promptTokens = items.length;
    const completionTokens = Math.ceil(reply.length / 4);
    this.queue.put({
      id: 'local',
      usage: {
        promptTokens,
        completionTokens,
        promptCachedTokens: 0,
        totalTokens: promptTokens + completionTokens,
      },
    });
  }
}

/** An LLM that answers with what `rules({text, last, outputs, items})` returns: a string, or
 * `{reply, tools}`, or nothing for silence. */
export class LocalLLM extends LLM {
  #rules;

  constructor(rules) {
    super();
    this.#rules = rules;
  }

  label() {
    return 'local.LLM';
  }

  get provider() {
    return 'local';
  }

  get model() {
    return 'rules-1';
  }

  chat({ chatCtx, toolCtx, connOptions }) {
    return new LocalStream(this, this.#rules, {
      chatCtx,
      toolCtx,
      connOptions: { ...connOptions, maxRetry: 0, retryIntervalMs: 0, timeoutMs: 600_000 },
    });
  }
}

/** The failure of a model's server, not worth a retry. */
export const modelError = (message) => new APIError(message, { retryable: false });

/** A promise that waits and gives up with the turn. */
export const pause = (milliseconds, signal) =>
  sleep(milliseconds, undefined, { signal }).catch(() => undefined);
