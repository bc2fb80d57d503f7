// node.js HOW: what node programs do with their terminal.
const ways = {
  readline: () => require('readline').createInterface({ input: process.stdin, output: process.stdout })
    .question('Your name? ', () => process.exit()),
  data: () => { process.stdout.write('Your name? '); process.stdin.on('data', () => process.exit()) },
  key: () => { process.stdin.setRawMode(true); process.stdout.write('Press a key'); process.stdin.once('data', () => process.exit()) },
  // Work
  timers: () => setInterval(() => {}, 100),
  timers_and_keys: () => { process.stdin.setRawMode(true); process.stdin.resume(); setInterval(() => {}, 100) },
  slow_timers_and_keys: () => { process.stdin.setRawMode(true); process.stdin.resume(); setInterval(() => {}, 3000) },
  server: () => require('http').createServer().listen(0, '127.0.0.1', () => console.log('listening')),
  server_and_input: () => { process.stdin.resume(); ways.server() },
  child_and_input: () => { process.stdin.resume(); require('child_process').spawn('sleep', ['1000']) },
  busy_child_and_keys: () => {
    process.stdin.setRawMode(true); process.stdin.resume();
    require('child_process').spawn('sleep', ['1000'], { stdio: 'inherit' })
  },
}
ways[process.argv[2]]()
