# The prompt names the server and, after SELECT, the database.
about = redis-cli: prompts told exactly, an (error) reply is exit code 1
command = redis-cli valkey-cli
value-options = -h -p -s -a -u -n -r -i -d -D -t --user --pass
not-with = --version --help --stat --latency* --scan --pipe --bigkeys --memkeys --hotkeys --cluster --rdb*
frame = prompt
prompt-pattern = (\S+:[0-9]+|(redis|valkey) \S+)(\[[0-9]+\])?(\(TX\))?>|not connected>
error = ^([0-9]+\) )?\(error\)
error = ^Could not connect
quit = quit
