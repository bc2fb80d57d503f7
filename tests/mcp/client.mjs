// The two official clients behind one face: `@modelcontextprotocol/sdk` (1.x), and `@modelcontextprotocol/client` (2.x) in
// both of its eras.

import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ResourceUpdatedNotificationSchema } from '@modelcontextprotocol/sdk/types.js';
import { Client as ClientV2 } from '@modelcontextprotocol/client';
import { StdioClientTransport as StdioV2 } from '@modelcontextprotocol/client/stdio';

export const KINDS = ['sdk', 'client-legacy', 'client-modern'];
const MODERN = '2026-07-28';

export class Peer {
  constructor(kind, options = []) {
    this.kind = kind;
    this.modern = kind === 'client-modern';
    this.errors = [];
    this.updates = [];
    this.arrived = () => {};
    const server = { command: process.env.K, args: ['mcp', ...options], env: process.env, stderr: 'inherit' };
    const about = { name: 'kept-test', version: '0' };
    if (kind === 'sdk') {
      this.client = new ClientV1(about);
      this.transport = new StdioV1(server);
    } else {
      this.client = new ClientV2(about, { versionNegotiation: { mode: this.modern ? { pin: MODERN } : 'legacy' } });
      this.transport = new StdioV2(server);
    }
    this.client.onerror = (error) => {
      this.errors.push(error);
      this.arrived();
    };
    const updated = kind === 'sdk' ? ResourceUpdatedNotificationSchema : 'notifications/resources/updated';
    this.client.setNotificationHandler(updated, (notification) => {
      this.updates.push(notification.params.uri);
      this.arrived();
    });
  }

  async connect() {
    await this.client.connect(this.transport);
    await this.client.listTools(); // from here on the client holds results against the output schemas
    return this;
  }

  close() {
    return this.client.close();
  }

  /** The raw result of a tool; it may have failed. */
  call(name, args = {}, options = {}) {
    const params = { name, arguments: args };
    const patient = { timeout: 120_000, ...options };
    return this.kind === 'sdk' ? this.client.callTool(params, undefined, patient) : this.client.callTool(params, patient);
  }

  /** A tool's data; it has to succeed. */
  async tool(name, args, options) {
    const result = await this.call(name, args, options);
    if (result.isError) {
      throw new Error(`${name} failed: ${result.content[0].text}`);
    }
    return result.structuredContent;
  }

  /** What a failing tool says. */
  async failed(name, args) {
    const result = await this.call(name, args);
    if (!result.isError || result.structuredContent !== undefined) {
      throw new Error(`${name} has not failed: ${JSON.stringify(result)}`);
    }
    return result.content[0].text;
  }

  /** Bytes that no client would send. */
  raw(bytes) {
    this.transport._process.stdin.write(bytes);
  }

  /** Resolves when `condition` holds, looked at whenever something has arrived. */
  async until(condition) {
    while (!condition()) {
      await new Promise((resolve) => {
        this.arrived = resolve;
      });
    }
  }

  /** Follows resources; gives the function that ends it. */
  async follow(uris) {
    if (this.modern) {
      const subscription = await this.client.listen({ resourceSubscriptions: uris });
      return () => subscription.close();
    }
    for (const uri of uris) {
      await this.client.subscribeResource({ uri });
    }
    return async () => {
      for (const uri of uris) {
        await this.client.unsubscribeResource({ uri });
      }
    };
  }
}
