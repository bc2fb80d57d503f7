# The preloaded script wraps the REPL that node starts: a command of it runs a whole block, its prompt prints marks.
about = Node.js: whole blocks, top-level await, last value shown, an error is exit code 1
command = node nodejs node[0-9]*
value-options = -r --require --import --loader --experimental-loader -C --conditions --env-file --title
not-with = -e --eval* -p --print* -c --check -v --version -h --help -pe --test --run --v8-options
arguments = --require=@DIR@/init.cjs
environment = NODE_NO_READLINE=1
environment.clean = NODE_REPL_HISTORY=
file = init.cjs node.cjs
frame = marks
hand-over = call
call = .kept @CODE@
# The terminal's echo of a long line may come after the mark that the code prints when it begins.
long-call = .kept @FILE@
quote = string
quit = .exit
reset = .break
