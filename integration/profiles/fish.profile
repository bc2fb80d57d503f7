# Its prompt function is wrapped; code is handed to eval, since fish's paste costs a function call a line.
about = fish: marks, exit code, cwd; an open quote is an error, not a wait
command = fish
value-options = -C -d -o -D -f -p --features --init-command --debug --debug-output --profile
not-with = -c --command* -n --no-execute -v --version -h --help -c*
arguments.clean = --no-config --private
argument = --init-command=source @QUOTED_DIR@/init.fish
file = init.fish fish.fish
frame = marks
line-editor = yes
hand-over = call
call = " eval @CODE@"
quote = fish
# Its line editor colours all of a line anew with each piece of it that arrives.
long-call = " source @FILE@"
quit = exit
