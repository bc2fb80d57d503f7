# The prompt names the database, and the second one what is still open. The pager would wait for a key.
about = psql: learned prompt, an ERROR is exit code 1
command = psql
value-options = -c -d -f -v -o -L -h -p -U -F -P -R -T --dbname --host --port --username --set --variable --output --log-file
words = yes
not-with = -c -c* --command* -f -f* --file* -l --list -V --version -? --help*
environment = PSQL_PAGER=cat
arguments.clean = -X
frame = quiet
error = ^(ERROR|FATAL|PANIC):
error = ^psql:
error = ^invalid command
quit = \q
