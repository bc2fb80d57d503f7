// A pizza counter as a LiveKit agent. Its language model is the class below, so it needs neither a
// key nor the network. Put a real one in its place and nothing else changes.
//
//   npm install && k agent start
//   k agent say "one margherita, please"
import {
  Agent,
  AgentSession,
  FunctionCall,
  LLM,
  LLMStream,
  ServerOptions,
  cli,
  defineAgent,
  tool,
} from '@livekit/agents';
import { fileURLToPath } from 'node:url';

const menu = { margherita: 8, marinara: 7, diavola: 10 };

const order = tool({
  name: 'order_pizza',
  description: 'Orders a pizza and tells its price.',
  parameters: {
    type: 'object',
    properties: { name: { type: 'string' } },
    required: ['name'],
  },
  execute: async ({ name }) => `${name}: ${menu[name]} euros`,
});

/** Looks for a pizza's name in what the user said: the tool call of a model, without the model. */
function think(items) {
  const last = items.at(-1);
  if (last?.type === 'function_call_output') return { reply: `Coming up. ${JSON.parse(last.output)}.` };
  const text = items.findLast((item) => item.role === 'user')?.textContent?.toLowerCase();
  if (text === undefined) return { reply: 'Hello! What would you like?' };
  const name = Object.keys(menu).find((pizza) => text.includes(pizza));
  if (name) return { call: { name: 'order_pizza', args: JSON.stringify({ name }) } };
  return { reply: `We have ${Object.keys(menu).join(', ')}.` };
}

class CounterLLM extends LLM {
  label() {
    return 'counter.LLM';
  }

  chat({ chatCtx, toolCtx, connOptions }) {
    return new CounterStream(this, { chatCtx, toolCtx, connOptions });
  }
}

let calls = 0;

class CounterStream extends LLMStream {
  async run() {
    const { reply, call } = think(this.chatCtx.items);
    const toolCalls = call && [FunctionCall.create({ callId: `call_${++calls}`, ...call })];
    this.queue.put({ id: 'counter', delta: { role: 'assistant', content: reply, toolCalls } });
  }
}

class Counter extends Agent {
  constructor() {
    super({ id: 'counter', instructions: 'You sell pizza.', tools: [order] });
  }

  async onEnter() {
    this.session.generateReply({ instructions: 'Greet the guest.' });
  }
}

export default defineAgent({
  entry: async (ctx) => {
    const session = new AgentSession({ llm: new CounterLLM() });
    await session.start({ agent: new Counter(), room: ctx.room });
  },
});

cli.runApp(new ServerOptions({ agent: fileURLToPath(import.meta.url), agentName: 'counter' }));
