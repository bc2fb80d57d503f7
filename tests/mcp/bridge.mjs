// bridge.mjs: `k mcp` behind streamable HTTP, for a suite that speaks nothing else. Prints its address, and serves until its
// standard input ends. It adds nothing to what the server says: an MCP session of the revisions with a handshake is a
// server of its own, and so is each request of the one without.

import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { randomUUID } from 'node:crypto';

const MODERN = '2026-07-28';
// What the transport says of an error besides its body.
const STATUS = new Map([[-32022, 400], [-32601, 404], [-32602, 400], [-32600, 400], [-32700, 400]]);

class Child {
  constructor() {
    this.process = spawn(process.env.K, ['mcp'], { stdio: ['pipe', 'pipe', 'inherit'] });
    this.process.stdin.on('error', () => {});
    this.waiting = new Map(); // id → response stream
    this.push = null; // the stream for what belongs to no request
    createInterface({ input: this.process.stdout }).on('line', (line) => this.take(line));
  }

  take(line) {
    const message = JSON.parse(line);
    const id = message.id ?? message.params?._meta?.['io.modelcontextprotocol/subscriptionId'];
    const answer = this.waiting.get(id) ?? (this.waiting.size === 1 ? [...this.waiting.values()][0] : this.push);
    if (message.method) {
      answer?.event(line);
      return;
    }
    this.waiting.delete(message.id ?? [...this.waiting.keys()][0]);
    answer?.finish(line, message);
  }

  send(line) {
    this.process.stdin.write(`${line}\n`);
  }

  close() {
    this.process.stdin.end();
  }
}

class Answer {
  constructor(response, modern, headers) {
    Object.assign(this, { response, modern, headers });
  }

  event(line) {
    if (!this.response.headersSent) {
      this.response.writeHead(200, { 'content-type': 'text/event-stream', ...this.headers });
    }
    this.response.write(`event: message\ndata: ${line}\n\n`);
  }

  finish(line, message) {
    if (this.response.headersSent) {
      this.event(line);
      this.response.end();
      return;
    }
    const status = this.modern && message.error ? STATUS.get(message.error.code) ?? 200 : 200;
    this.response.writeHead(status, { 'content-type': 'application/json', ...this.headers });
    this.response.end(line);
  }
}

const sessions = new Map();

function take(request, response, body) {
  const known = sessions.get(request.headers['mcp-session-id']);
  if (request.method === 'GET') {
    response.writeHead(known ? 200 : 405, { 'content-type': 'text/event-stream' });
    if (!known) {
      response.end();
      return;
    }
    response.flushHeaders();
    known.push = new Answer(response, false, {});
    return;
  }
  if (request.method === 'DELETE') {
    known?.close();
    sessions.delete(request.headers['mcp-session-id']);
    response.writeHead(known ? 200 : 404).end();
    return;
  }
  let message;
  try {
    message = JSON.parse(body);
  } catch {
    message = {};
  }
  const line = body.replaceAll('\n', ' ');
  const modern = request.headers['mcp-protocol-version'] >= MODERN
    || message.params?._meta?.['io.modelcontextprotocol/protocolVersion'] !== undefined;
  let child = known;
  const headers = {};
  if (modern) {
    child = new Child();
    response.on('close', () => child.close());
  } else if (message.method === 'initialize') {
    child = new Child();
    headers['mcp-session-id'] = randomUUID();
    sessions.set(headers['mcp-session-id'], child);
  } else if (!known) {
    response.writeHead(request.headers['mcp-session-id'] ? 404 : 400).end();
    return;
  }
  if (message.method !== undefined && message.id === undefined) {
    child.send(line);
    response.writeHead(202).end();
    return;
  }
  child.waiting.set(message.id, new Answer(response, modern, headers));
  child.send(line);
}

const server = createServer((request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => take(request, response, Buffer.concat(parts).toString()));
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/mcp`));
process.stdin.on('end', () => process.exit(0)).resume();
