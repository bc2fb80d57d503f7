// scenarios.mjs KIND SCENARIO: one thing that an official client does with `k mcp`; exits 0 when it went as it should.
// The directory is the test's own, and so are the sessions.

import assert from 'node:assert/strict';
import { watch, existsSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Peer } from './client.mjs';

const scenarios = {};

/** Resolves when the file is there. */
async function appears(path) {
  await new Promise((resolve) => {
    const watcher = watch(dirname(path), () => {
      if (existsSync(path)) {
        watcher.close();
        resolve();
      }
    });
    if (existsSync(path)) {
      watcher.close();
      resolve();
    }
  });
}

const here = (name) => `${process.cwd()}/${name}`;
const untilGate = (then) => `until [ -e ${here('gate')} ]; do sleep 0.05; done; ${then}`;
const openGate = () => writeFileSync(here('gate'), '');

scenarios.lists_tools = async (peer) => {
  const { tools } = await peer.client.listTools();
  assert.deepEqual(tools.map((tool) => tool.name).sort(), ['agent_say', 'fire', 'interrupt', 'output', 'poll', 'run',
    'screen', 'send', 'session_close', 'session_list', 'session_new', 'wait']);
  for (const tool of tools) {
    assert.ok(tool.title && tool.description && tool.outputSchema && tool.annotations, tool.name);
    assert.equal(tool.inputSchema.type, 'object');
  }
  assert.equal(peer.client.getServerVersion().name, 'kept');
  assert.ok(peer.client.getInstructions().includes('session_new'));
  assert.deepEqual(peer.client.getServerCapabilities(), { tools: {}, resources: { subscribe: true } });
};

scenarios.sessions = async (peer) => {
  assert.deepEqual(await peer.tool('session_new', { name: 'work', cwd: '/usr', env: { GREETING: 'hello' }, size: '90x20' }),
    { session: 'work', status: 'started' });
  const done = await peer.tool('run', { session: 'work', code: 'echo "$GREETING from $PWD, $COLUMNS wide"; false' });
  assert.equal(done.output, 'hello from /usr, 90 wide');
  assert.deepEqual([done.status, done.exit_code], ['done', 1]);
  assert.equal((await peer.tool('session_new', { name: 'work' })).status, 'alive');
  const { sessions } = await peer.tool('session_list');
  assert.deepEqual(sessions.map((session) => session.session), ['work']);
  await peer.tool('session_close', { session: 'work' });
  assert.deepEqual((await peer.tool('session_list')).sessions, []);
};

scenarios.fires_and_polls = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  const { cell_id, status } = await peer.tool('fire', { session: 's', code: untilGate('echo through') });
  assert.equal(status, 'fired');
  assert.equal((await peer.tool('poll', { session: 's' })).status, 'running');
  assert.match(await peer.failed('fire', { session: 's', code: 'true' }), /One cell at a time: poll it with wait_s/);
  assert.equal((await peer.tool('poll', { session: 's', cell_id, wait_s: 1 })).status, 'running');
  const waiting = peer.tool('poll', { session: 's', cell_id, wait_s: 60 });
  openGate();
  const done = await waiting;
  assert.deepEqual([done.status, done.output, done.exit_code], ['done', 'through', 0]);
};

scenarios.progress_keeps_a_call_alive = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  const heard = [];
  // The client gives up after three seconds in which it hears nothing.
  const done = await peer.tool('run', { session: 's', code: untilGate('echo late'), timeout_s: 600 }, {
    timeout: 3000,
    resetTimeoutOnProgress: true,
    onprogress: (progress) => {
      heard.push(progress);
      if (heard.length === 2) {
        openGate();
      }
    },
  });
  assert.equal(done.output, 'late');
  assert.ok(heard.length >= 2);
  for (let i = 1; i < heard.length; i += 1) {
    assert.ok(heard[i].progress > heard[i - 1].progress);
  }
  assert.match(heard[0].message, /running/);
};

scenarios.cancelling_a_run_interrupts_it = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  const controller = new AbortController();
  const call = peer.call('run', { session: 's', code: `touch ${here('begun')}; sleep 600`, timeout_s: 600 },
    { signal: controller.signal });
  await appears(here('begun'));
  controller.abort('enough');
  await assert.rejects(call);
  const after = await peer.tool('poll', { session: 's', wait_s: 30 });
  assert.equal(after.status, 'error');
  assert.equal((await peer.tool('run', { session: 's', code: 'echo again' })).output, 'again');
};

scenarios.a_client_that_gives_up_interrupts = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  await assert.rejects(peer.call('run', { session: 's', code: 'sleep 600', timeout_s: 600 }, { timeout: 500 }),
    /timed out/i);
  assert.equal((await peer.tool('poll', { session: 's', wait_s: 30 })).status, 'error');
};

scenarios.cancelling_a_poll_leaves_the_cell = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  const { cell_id } = await peer.tool('fire', { session: 's', code: untilGate('echo survived') });
  await assert.rejects(peer.call('poll', { session: 's', cell_id, wait_s: 600 }, { timeout: 500 }), /timed out/i);
  assert.equal((await peer.tool('poll', { session: 's', cell_id })).status, 'running');
  openGate();
  assert.equal((await peer.tool('poll', { session: 's', cell_id, wait_s: 60 })).output, 'survived');
};

scenarios.questions_are_answered = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  const asked = await peer.tool('run', { session: 's',
    code: 'read -p "Name: " n; read -s -p "Password: " p; echo; echo "<$n:${#p}>"' });
  assert.deepEqual([asked.status, asked.input.kind, asked.input.prompt], ['waiting', 'line', 'Name: ']);
  const { content } = await peer.call('run', { session: 's', code: 'true' });
  assert.match(content[0].text, /send it input/);
  await peer.tool('send', { session: 's', text: 'Ada' });
  const second = await peer.tool('poll', { session: 's', cell_id: asked.cell_id, wait_s: 30 });
  assert.deepEqual([second.status, second.input.kind], ['waiting', 'password']);
  await peer.tool('send', { session: 's', text: 'sesame', secret: true });
  const done = await peer.tool('poll', { session: 's', cell_id: asked.cell_id, wait_s: 30 });
  assert.match(done.output, /<Ada:6>/);
};

scenarios.a_timeout_says_what_to_do = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  const late = await peer.call('run', { session: 's', code: 'echo begun; sleep 600', timeout_s: 1 });
  assert.deepEqual([late.structuredContent.status, late.structuredContent.output], ['timeout', 'begun']);
  assert.match(late.content[0].text, /still running: poll cell \w+ with wait_s, or interrupt/);
  await peer.tool('interrupt', { session: 's' });
  assert.equal((await peer.tool('run', { session: 's', code: 'echo again' })).output, 'again');
};

scenarios.screens = async (peer) => {
  await peer.tool('session_new', { name: 's', size: '80x24' });
  await peer.tool('send', { session: 's', text: 'vim -u NONE hello.txt' });
  assert.ok((await peer.tool('wait', { session: 's', text: '[New' })).met);
  await peer.tool('send', { session: 's', keys: 'i w o r l d Escape' });
  assert.ok((await peer.tool('wait', { session: 's', regex: '^world' })).met);
  const seen = await peer.call('screen', { session: 's', image: true });
  assert.ok(seen.structuredContent.text.startsWith('world\n'));
  const image = seen.content.find((part) => part.type === 'image');
  assert.equal(image.mimeType, 'image/png');
  const png = Buffer.from(image.data, 'base64');
  assert.equal(png.subarray(1, 4).toString(), 'PNG');
  assert.ok(png.readUInt32BE(16) >= 80 * 4 && png.readUInt32BE(20) >= 24 * 8, 'a picture of 80x24 cells');
  assert.equal((await peer.call('screen', { session: 's' })).content.length, 1);
  assert.equal((await peer.tool('wait', { session: 's', text: 'never there', timeout_s: 1 })).met, false);
  await peer.tool('send', { session: 's', keys: ': q ! Enter' });
  assert.equal((await peer.tool('run', { session: 's', code: 'echo back' })).output, 'back');
};

scenarios.large_output_is_read_by_parts = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  const big = await peer.tool('run', { session: 's', code: 'seq 1 100000' });
  assert.ok(big.truncated && big.output.length < 17000);
  let whole = '';
  for (let offset = 0; ; ) {
    const part = await peer.tool('output', { session: 's', cell_id: big.cell_id, offset, limit: 200_000 });
    if (part.output === '') {
      break;
    }
    whole += part.output;
    offset += part.output.length;
  }
  assert.equal(whole.trimEnd(), Array.from({ length: 100000 }, (_, i) => i + 1).join('\n'));
};

scenarios.resources = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  const { cell_id } = await peer.tool('run', { session: 's', code: 'echo visible' });
  const { resources } = await peer.client.listResources();
  assert.deepEqual(resources.map((resource) => resource.uri), ['kept://s/screen', 'kept://s/journal']);
  assert.equal((await peer.client.listResourceTemplates()).resourceTemplates.length, 3);
  for (const uri of ['kept://s/screen', 'kept://s/journal', `kept://s/cells/${cell_id}`]) {
    const { contents } = await peer.client.readResource({ uri });
    assert.equal(contents[0].uri, uri);
    assert.match(contents[0].text, /visible/);
  }
  await assert.rejects(peer.client.readResource({ uri: 'kept://nope/screen' }),
    // The second client says it in the words of the latest revision, whatever it was sent.
    (error) => error.code === (peer.kind === 'sdk' ? -32002 : -32602) && /session_list/.test(error.message));
};

scenarios.subscriptions = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  await peer.tool('session_new', { name: 'other' });
  const uris = ['kept://s/screen', 'kept://s/journal'];
  const unfollow = await peer.follow(uris);
  await peer.tool('run', { session: 'other', code: 'echo unheard' });
  await peer.tool('run', { session: 's', code: 'echo heard' });
  await peer.until(() => uris.every((uri) => peer.updates.includes(uri)));
  assert.deepEqual(peer.updates.filter((uri) => !uris.includes(uri)), []);
  await unfollow();
  await peer.tool('session_list'); // what was on its way has arrived when this is answered
  peer.updates.length = 0;
  await peer.tool('run', { session: 's', code: 'echo unheard' });
  await peer.tool('session_list');
  assert.deepEqual(peer.updates, []);
};

scenarios.a_screen_that_changes_by_itself_is_told = async (peer) => {
  await peer.tool('session_new', { name: 's' });
  await peer.tool('fire', { session: 's', code: untilGate('echo now; sleep 600') });
  await peer.follow(['kept://s/screen']);
  peer.updates.length = 0;
  openGate();
  await peer.until(() => peer.updates.includes('kept://s/screen'));
  for (;;) {
    const { contents } = await peer.client.readResource({ uri: 'kept://s/screen' });
    if (/^now$/m.test(contents[0].text)) {
      break;
    }
  }
  await peer.tool('interrupt', { session: 's' });
};

scenarios.mistakes_are_the_models_to_mend = async (peer) => {
  assert.match(await peer.failed('run', { session: 'nope', code: 'x' }), /session_list shows .* session_new starts/);
  assert.match(await peer.failed('run', { session: 's' }), /'code' is missing/);
  assert.match(await peer.failed('run', { session: 's', code: 'x', timeout_s: 0 }), /from 1 to/);
  assert.match(await peer.failed('send', { session: 's' }), /either text or keys/);
  assert.match(await peer.failed('wait', { session: 's' }), /text, regex or idle_ms/);
  assert.match(await peer.failed('session_new', { name: '../up' }), /invalid session name/);
  await assert.rejects(peer.call('no_such_tool', {}), (error) => error.code === -32602);
};

scenarios.a_hundred_calls_at_once = async (peer) => {
  const names = ['a', 'b', 'c', 'd'];
  await Promise.all(names.map((name) => peer.tool('session_new', { name })));
  const runs = names.map((name) => peer.tool('run', { session: name, code: untilGate(`echo ${name}`), timeout_s: 100 }));
  const looks = Array.from({ length: 100 }, (_, i) => peer.tool('screen', { session: names[i % 4] }));
  for (const look of await Promise.all(looks)) {
    assert.equal(typeof look.text, 'string');
  }
  openGate();
  assert.deepEqual((await Promise.all(runs)).map((done) => done.output), names);
};

scenarios.megabytes = async (peer) => {
  await peer.tool('session_new', { name: 'sh', command: 'sh' });
  const code = `cat <<'END' | md5sum\n${'0123456789äöü\n'.repeat(262144)}END`;
  assert.match((await peer.tool('run', { session: 'sh', code, timeout_s: 100 })).output, /^[0-9a-f]{32} /);
  assert.match(await peer.failed('run', { session: 'sh', code: 'x'.repeat(17 * 1024 * 1024) }),
    /longer than 16777216 bytes; put it into a file/);
  const big = await peer.tool('run', { session: 'sh', code: 'head -c 3000000 /dev/zero | tr "\\0" x', max_bytes: 4_000_000,
    timeout_s: 100 });
  assert.equal(big.output, 'x'.repeat(3_000_000));
};

scenarios.malformed_messages = async (peer) => {
  for (const [bytes, answer] of [['garbage\n', /no JSON/], ['[1, 2]\n', /JSON object/], ['{"jsonrpc": "2.0"}\n', /no method/],
    [`${'['.repeat(100000)}\n`, /too deeply/], ['{"jsonrpc": "1.0", "id": 77777, "method": "tools/list"}\n', /"2.0"/]]) {
    peer.raw(bytes);
    await peer.until(() => peer.errors.length > 0);
    // The answer is a message that the client's own schema takes, so its text reaches the host.
    assert.match(peer.errors.shift().message.replaceAll('\\"', '"'), answer);
  }
  assert.deepEqual((await peer.tool('session_list')).sessions, []);
};

/** For a test that kills this client. */
scenarios.hold = async (peer) => {
  await peer.tool('session_new', { name: 'held' });
  peer.call('run', { session: 'held', code: untilGate('echo survived'), timeout_s: 600 }).catch(() => {});
  await new Promise(() => setInterval(() => {}, 1 << 30));
};

const [kind, name, ...options] = process.argv.slice(2);
const peer = await new Peer(kind, options).connect();
try {
  await scenarios[name](peer);
} finally {
  await peer.close();
}
