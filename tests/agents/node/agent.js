// The agent that does what the user's text says. Its first word chooses the behaviour; see `rules`.
import {
  Agent,
  AgentSession,
  ServerOptions,
  ToolError,
  beta,
  cli,
  defineAgent,
  handoff,
  tool,
} from '@livekit/agents';
import { existsSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { LocalLLM, call, modelError, pause } from './local_llm.js';

const city = {
  type: 'object',
  properties: { city: { type: 'string' } },
  required: ['city'],
};
const none = { type: 'object', properties: {} };

const weather = tool({
  name: 'weather',
  description: 'The weather of a city.',
  parameters: city,
  execute: async ({ city: name }) => (name === 'Wien' ? 'sonnig, 21 °C' : 'sunny'),
});
const table = tool({
  name: 'table',
  description: 'An object instead of a text.',
  parameters: none,
  execute: async () => ({ rows: [1, 2, 3], note: 'drei Zeilen' }),
});
const broken = tool({
  name: 'broken',
  description: 'Fails.',
  parameters: none,
  execute: async () => {
    throw new ToolError('the disk is on fire');
  },
});
const mute = tool({
  name: 'mute',
  description: 'Returns nothing, so that the turn ends without a reply.',
  parameters: none,
  execute: async () => undefined,
});
const slow = tool({
  name: 'slow',
  description: 'Takes its time.',
  parameters: { type: 'object', properties: { ms: { type: 'number' } }, required: ['ms'] },
  execute: async ({ ms }) => {
    await pause(ms);
    return `slept ${ms} ms`;
  },
});
const transfer = tool({
  name: 'transfer',
  description: 'Hands over to the specialist, with a last word or without.',
  parameters: { type: 'object', properties: { word: { type: 'string' } } },
  execute: async ({ word }) => handoff({ agent: new Specialist(), returns: word }),
});

const shapes = {
  async echo({ rest }) {
    return rest;
  },
  async lines() {
    return 'first line\n\n  third line, indented\nüñï 🙂';
  },
  async weather({ rest }) {
    return { tools: [call('weather', { city: rest || 'Paris' })] };
  },
  async table() {
    return { tools: [call('table')] };
  },
  async broken() {
    return { tools: [call('broken')] };
  },
  async missing() {
    return { tools: [call('no_such_tool', { a: 1 })] };
  },
  async mute() {
    return { tools: [call('mute')] };
  },
  async slowtool({ rest }) {
    return { tools: [call('slow', { ms: Number(rest) || 1000 })] };
  },
  async parallel() {
    return {
      tools: [
        call('slow', { ms: 60 }),
        call('weather', { city: 'Wien' }),
        call('broken'),
        call('slow', { ms: 20 }),
      ],
    };
  },
  async handoff({ rest }) {
    return { tools: [call('transfer', rest ? { word: rest } : {})] };
  },
  async silent() {
    return undefined;
  },
  async fail({ rest }) {
    throw modelError(rest || 'model overloaded');
  },
  async slow({ rest, signal }) {
    await pause(Number(rest) || 1000, signal);
    return 'slow reply';
  },
  async hang({ signal }) {
    await pause(86_400_000, signal);
    return undefined;
  },
  async block({ rest }) {
    const until = Date.now() + (Number(rest) || 1000);
    while (Date.now() < until);
    return 'unblocked';
  },
  async big({ rest }) {
    return 'x'.repeat(Number(rest) || 1_100_000);
  },
  async log({ rest }) {
    process.stdout.write(`${'l'.repeat(Number(rest) || 2_000_000)}\n`);
    return 'logged';
  },
  async exit({ rest }) {
    console.error('about to exit in mid-turn');
    process.exit(Number(rest) || 1);
  },
  async segv() {
    process.kill(process.pid, 'SIGSEGV');
    await pause(1000);
    return 'still alive';
  },
  async env({ rest }) {
    return process.env[rest] ?? 'not set';
  },
  async bye() {
    return { tools: [call('end_call')] };
  },
  async later({ rest }) {
    // Speaks without being asked, after this turn.
    setTimeout(() => session.say('by the way'), Number(rest) || 100);
    return 'soon';
  },
  async count({ items }) {
    const turns = items.filter((item) => item.type === 'message' && item.role === 'user').length;
    return `turn ${turns}`;
  },
};

async function rules(request) {
  const { text, last, outputs } = request;
  if (outputs.length > 0 && last.type === 'function_call_output') {
    return `tools said: ${outputs.map((output) => output.output).join(' | ')}`;
  }
  if (!request.items.some((item) => item.role === 'user')) return process.env.AGENT_GREETING;
  const [word, ...rest] = text.split(' ');
  const shape = Object.hasOwn(shapes, word) ? shapes[word] : undefined;
  return shape ? shape({ ...request, rest: rest.join(' ') }) : `you said: ${text}`;
}

class Assistant extends Agent {
  constructor() {
    super({
      id: 'assistant',
      instructions: 'Do what the user says.',
      tools: [
        weather,
        table,
        broken,
        mute,
        slow,
        transfer,
        beta.createEndCallTool({ deleteRoom: false }),
      ],
    });
  }

  async onEnter() {
    if (!process.env.AGENT_GREETING) return;
    // A late greeting comes when the test says so.
    const gate = process.env.AGENT_GREETING_GATE;
    while (gate && !existsSync(gate)) await pause(10);
    this.session.generateReply({ instructions: 'Greet the user.' });
  }
}

class Specialist extends Agent {
  constructor() {
    super({ id: 'specialist', instructions: 'Know more.', tools: [weather] });
  }
}

let session;

export default defineAgent({
  entry: async (ctx) => {
    if (process.env.AGENT_ENTRY_FAILS) throw new Error('the entry function failed');
    if (process.env.AGENT_ENTRY_HANGS) await pause(86_400_000);
    if (process.env.AGENT_SHUTDOWN_MS) {
      ctx.addShutdownCallback(async () => {
        await pause(Number(process.env.AGENT_SHUTDOWN_MS));
        writeFileSync(process.env.AGENT_SHUTDOWN_FILE, 'shut down');
      });
    }
    session = new AgentSession({ llm: new LocalLLM(rules) });
    session.on('error', ({ error }) => console.error(`${error.error}`));
    await session.start({ agent: new Assistant(), room: ctx.room });
  },
});

cli.runApp(new ServerOptions({ agent: fileURLToPath(import.meta.url), agentName: 'test-agent' }));
