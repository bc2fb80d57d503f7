// Preloaded by node. It wraps the REPL that node starts: `.kept "code"` runs a whole block, and the prompt prints marks
// (OSC 133). The words in @ signs are filled in for each session.
'use strict';
{
  const fs = require('fs');
  const repl = require('repl');
  const nonce = '@NONCE@';
  const tty = fs.openSync('/dev/tty', 'w');
  const mark = (body) => `\x1b]133;${body};n=${nonce}\x07`;
  const start = repl.start;
  for (const name of ['NODE_NO_READLINE', 'NODE_REPL_HISTORY']) {
    const before = process.env['KEPT_WAS_' + name];
    delete process.env['KEPT_WAS_' + name];
    // NODE_NO_READLINE is read when the REPL starts.
    if (name === 'NODE_REPL_HISTORY') {
      if (before === undefined) delete process.env[name];
      else process.env[name] = before;
    }
  }
  repl.start = (options) => {
    repl.start = start;
    let status = 0;
    let open = false;
    let held;
    let readers = [];
    let cell = 0;
    let interrupted = false;
    const prototype = repl.REPLServer.prototype;
    const plain = prototype.displayPrompt;
    function displayPrompt(preserve) {
      if (open) {
        // The REPL has shown an error: of the code, or (it does not tell) of something in the background.
        status = interrupted ? 130 : 1;
        release();
      }
      fs.writeSync(tty, mark('E') + mark('D;' + status) + mark('A'));
      status = 0;
      plain.call(this, preserve);
      fs.writeSync(tty, mark('B'));
    }
    prototype.displayPrompt = displayPrompt;
    const server = start({ ...options, terminal: false, preview: false });
    prototype.displayPrompt = plain;
    server.displayPrompt = displayPrompt;
    delete process.env.NODE_NO_READLINE;
    // While code runs nothing is read for the REPL, so that only code that reads the terminal waits for it.
    const hold = () => {
      open = true;
      interrupted = false;
      held = setInterval(() => {}, 1 << 30);
      server.pause();
      readers = process.stdin.listeners('data');
      for (const reader of readers) process.stdin.removeListener('data', reader);
      fs.writeSync(tty, mark('N'));
    };
    const release = () => {
      open = false;
      clearInterval(held);
      for (const reader of readers) process.stdin.on('data', reader);
      readers = [];
      server.resume();
      server.clearBufferedCommand();
    };
    server.defineCommand('kept', {
      help: 'Runs a block of code',
      action(literal) {
        // Long code is in a file, whose name comes quoted as for a shell.
        const code = literal.startsWith('"') ? JSON.parse(literal)
          : fs.readFileSync(literal.trim().replace(/'\\''|'/g, (quote) => quote.length > 1 ? "'" : ''), 'utf8');
        const dot = /^\s*\.([a-z]+)(?:\s+([^\n]*))?\s*$/.exec(code);
        fs.writeSync(tty, mark('C'));
        if (dot && dot[1] !== 'kept' && server.commands[dot[1]]) {
          server.commands[dot[1]].action.call(server, dot[2] || '');
          return;
        }
        const mine = ++cell;
        hold();
        // With listeners on the signal its default action would come back while code runs, and end node.
        let listeners = process.listeners('SIGINT');
        process.removeAllListeners('SIGINT');
        // Before anybody is told that the code has ended: who is told may well interrupt next.
        const listen = () => {
          for (const listener of listeners) process.on('SIGINT', listener);
          listeners = [];
        };
        server.eval(code + '\n', server.context, 'REPL', (error, value) => {
          listen();
          if (!open || mine !== cell) return;
          if (error) {
            server._domain.emit('error', error instanceof repl.Recoverable ? error.err : error);
            return;
          }
          if (!server.underscoreAssigned) server.last = value;
          if (value !== undefined) server.output.write(server.writer(value) + '\n');
          release();
          server.displayPrompt();
        });
        listen();
      },
    });
    // libuv leaves a terminal that is not read among those it waits for, so who looks from outside is told.
    process.stdin.on('resume', () => open && fs.writeSync(tty, mark('R')));
    process.stdin.on('pause', () => open && fs.writeSync(tty, mark('N')));
    process.on('SIGINT', () => {
      if (open) {
        interrupted = true;
        server.emit('SIGINT');
      } else {
        server.clearBufferedCommand();
        server.output.write('\n');
        server.displayPrompt();
      }
    });
    return server;
  };
}
