// Preloaded by a Node.js agent. The SDK's console mode ends, its shutdown callbacks are done, and the process stays all the
// same, for ever. Here it ends with its console mode. What announces that is a promise with a handler of its own for
// errors, found by the words that every failed start prints; where nothing is found, nothing is changed.
'use strict';
{
  // The agent and what it starts have the environment that they would have without us.
  const before = (process.env.NODE_OPTIONS || '').replace(/ ?--require "[^"]*"$/, '');
  if (before) process.env.NODE_OPTIONS = before;
  else delete process.env.NODE_OPTIONS;

  if (require('worker_threads').isMainThread) {
    const own = Promise.prototype.catch;
    const source = Function.prototype.toString;
    const watching = function (rejected) {
      const found = typeof rejected === 'function' && source.call(rejected).includes('console mode failed:');
      if (found) {
        if (Promise.prototype.catch === watching) Promise.prototype.catch = own;
        this.then(() => process.exit(0), () => {});
      }
      return Reflect.apply(own, this, arguments);
    };
    Promise.prototype.catch = watching;
  }
}
