// oracle.mjs: what @xterm/headless makes of streams; reads the jobs and writes the lines of JSON that vt_state does.
// Run with the folder of node_modules as its argument.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import path from "node:path";

const require = createRequire(path.join(process.argv[2], "package.json"));
const { Terminal } = require("@xterm/headless");
const { Unicode11Addon } = require("@xterm/addon-unicode11");

const ROWS_ABOVE = 60;

const colour = (name, isDefault, isPalette, value) =>
  isDefault ? "" : `${name}${isPalette ? value : "#" + value} `;

function nameOf(cell) {
  let out = "";
  if (cell.isBold()) out += "b";
  if (cell.isDim()) out += "f";
  if (cell.isItalic()) out += "i";
  if (cell.isBlink()) out += "k";
  if (cell.isInverse()) out += "v";
  if (cell.isInvisible()) out += "h";
  if (cell.isStrikethrough()) out += "s";
  if (cell.isOverline()) out += "o";
  // A link makes every cell "dashed"; what SGR said is in the bits.
  const underline = cell.hasExtendedAttrs() ? (cell.extended._ext >> 26) & 7 : 1;
  if (cell.isUnderline() && underline) out += "u" + underline;
  out += colour("F", cell.isFgDefault(), cell.isFgPalette(), cell.getFgColor());
  out += colour("B", cell.isBgDefault(), cell.isBgPalette(), cell.getBgColor());
  // The colour of no underline is not kept, and "default" (SGR 59) reads as RGB 0xffffff.
  if (cell.isUnderline() && underline && cell.hasExtendedAttrs() && !cell.isUnderlineColorDefault() &&
      cell.getUnderlineColor() !== 0xffffff)
    out += colour("U", false, cell.isUnderlineColorPalette(), cell.getUnderlineColor());
  return out;
}

function stateOf(terminal, title) {
  const buffer = terminal.buffer.active;
  const core = terminal._core;
  const text = [], style = [];
  for (let row = 0; row < terminal.rows; row++) {
    const line = buffer.getLine(buffer.baseY + row);
    let words = "", runs = "", last = null, begin = 0;
    for (let col = 0; col <= terminal.cols; col++) {
      const cell = col < terminal.cols ? line?.getCell(col) : null;
      if (cell && cell.getWidth() > 0) words += cell.getChars() || " ";
      const name = col === terminal.cols ? "-" : cell ? nameOf(cell) : "";
      if (last !== null && name !== last) {
        if (last) runs += `${begin}-${col - 1}:${last}|`;
        begin = col;
      }
      last = name;
    }
    text.push(words.replace(/ +$/, ""));
    style.push(runs);
  }
  const above = [];
  if (buffer.type === "normal")
    for (let row = Math.max(0, buffer.baseY - ROWS_ABOVE); row < buffer.baseY; row++)
      above.push(buffer.getLine(row).translateToString(true).replace(/ +$/, ""));
  const modes = terminal.modes;
  const on = [
    [modes.applicationCursorKeysMode, "cursor-keys"], [modes.applicationKeypadMode, "keypad"],
    [modes.bracketedPasteMode, "paste"], [modes.insertMode, "insert"], [modes.originMode, "origin"],
    [modes.wraparoundMode, "wrap"], [modes.reverseWraparoundMode, "reverse-wrap"], [modes.sendFocusMode, "focus"],
    [!core.coreService.isCursorHidden, "visible"]];
  const mouse = ["none", "x10", "vt200", "drag", "any"].indexOf(modes.mouseTrackingMode);
  return JSON.stringify({
    text, style, above, cursor: [buffer.cursorY, Math.min(buffer.cursorX, terminal.cols - 1)],
    alternate: buffer.type === "alternate", title,
    modes: on.filter(([set]) => set).map(([, name]) => name + " ").join("") + "mouse" + mouse });
}

for await (const line of createInterface({ input: process.stdin })) {
  const [file, cols, rows, ...steps] = line.split(" ");
  const bytes = readFileSync(file);
  const terminal = new Terminal({ cols: +cols, rows: +rows, scrollback: 5000, allowProposedApi: true, logLevel: "off",
    reflowCursorLine: true, windowOptions: { pushTitle: true, popTitle: true } });
  terminal.loadAddon(new Unicode11Addon());
  terminal.unicode.activeVersion = "11";
  let title = "", fed = 0;
  terminal.onTitleChange((text) => { title = text; });
  for (const step of steps) {
    if (step[0] === "@") {
      const to = Math.min(+step.slice(1), bytes.length);
      await new Promise((done) => terminal.write(bytes.subarray(fed, to), done));
      fed = to;
      console.log(stateOf(terminal, title));
    } else {
      const [c, r] = step.split("x");
      terminal.resize(+c, +r);
    }
  }
  terminal.dispose();
}
