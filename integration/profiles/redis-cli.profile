# The prompt names the server and, after SELECT, the database.
about = redis-cli: learned prompt, an (error) reply is exit code 1
command = redis-cli valkey-cli
value-options = -h -p -s -a -u -n -r -i -d -D -t --user --pass
not-with = --version --help --stat --latency* --scan --pipe --bigkeys --memkeys --hotkeys --cluster --rdb*
frame = quiet
error = ^\(error\)
error = ^Could not connect
quit = quit
