// xterm.mjs MODULES FILE...: how fast @xterm/headless reads each file, in MB/s; the best of five.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import path from "node:path";

const require = createRequire(path.join(process.argv[2], "package.json"));
const { Terminal } = require("@xterm/headless");
for (const file of process.argv.slice(3)) {
  const bytes = readFileSync(file);
  let best = Infinity;
  for (let turn = 0; turn < 5; turn++) {
    const terminal = new Terminal({ cols: 160, rows: 50, scrollback: 5000, allowProposedApi: true, logLevel: "off" });
    const begin = process.hrtime.bigint();
    for (let at = 0; at < bytes.length; at += 65536) terminal.write(bytes.subarray(at, at + 65536));
    await new Promise((done) => terminal.write("", done));
    best = Math.min(best, Number(process.hrtime.bigint() - begin) / 1e9);
    terminal.dispose();
  }
  console.log(`${file} ${(bytes.length / 1e6 / best).toFixed(1)}`);
}
