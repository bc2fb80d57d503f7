# Its prompt counts commands, and has more brackets inside a call of the debugger's own.
about = perl -d: prompts told exactly, an error of an evaluated line is exit code 1
command = perl perl5.*
value-options = -I -M
with = -d -[wT]d -d[wT]
words = yes
not-with = -v -V -h -c
frame = prompt
prompt-pattern = DB<+[0-9]+>+
continuation-pattern = cont:
error = ^.* at \(eval [0-9]+\)\[.*perl5db\.pl
quit = q
