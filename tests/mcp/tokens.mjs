// tokens.mjs: how many tokens the list of tools has, by tokenizers of two families of models: `whole` as the server sends it,
// `read` what hosts hand to a model of it.

import { countTokens } from '@anthropic-ai/tokenizer';
import { get_encoding } from 'tiktoken';
import { Peer } from './client.mjs';

const peer = await new Peer('sdk').connect();
const { tools } = await peer.client.listTools();
await peer.close();
const whole = JSON.stringify({ tools });
const read = JSON.stringify(tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })));
const encoding = get_encoding('o200k_base');
const counts = {
  claude: { whole: countTokens(whole), read: countTokens(read) },
  o200k_base: { whole: encoding.encode(whole).length, read: encoding.encode(read).length },
};
console.log(JSON.stringify(counts).replaceAll(/([:,])/g, '$1 '));
