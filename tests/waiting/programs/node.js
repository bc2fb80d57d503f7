// node.js HOW: what node programs do with their terminal.
const ask = text => { process.stdin.setRawMode(true); process.stdin.resume(); process.stdout.write(text) }
const connected = then => {
  const server = require('net').createServer(() => {}).listen(0, '127.0.0.1', () =>
    require('net').connect(server.address().port, '127.0.0.1', then))
}
const ways = {
  readline: () => require('readline').createInterface({ input: process.stdin, output: process.stdout })
    .question('Your name? ', () => process.exit()),
  data: () => { process.stdout.write('Your name? '); process.stdin.on('data', () => process.exit()) },
  key: () => { process.stdin.setRawMode(true); process.stdout.write('Press a key'); process.stdin.once('data', () => process.exit()) },
  // As libraries for prompts do it, with a connection that is kept alive as after a download
  menu: () => { ask("? Framework: (Use arrow keys)\n❯ vue\n  react\n\x1b[?25l") },
  menu_beside_a_connection: () => { connected(ways.menu) },
  menu_that_blinks: () => { ways.menu(); setInterval(() => {}, 500) },
  open_title_beside_a_connection: () => { connected(() => ask("◇  Name\n│  app\n◆  Where?\n│  ./app\n└\n")) },
  name_beside_a_connection: () => { connected(() => ask("? Project name: › app\x1b[3D")) },
  confirm_beside_a_connection: () => { connected(() => ask("? Ok to proceed? (Y/n) ")) },
  secret_by_keys: () => { ask("? npm password: ") },
  // Work
  answered_menu: () => { connected(() => ask("? Framework: vue\n")) },
  server_with_help: () => { ways.server(); ask("Watch Usage\n › Press a to run all tests.\n › Press q to quit.\n") },
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
