# The prompt names the database, the transaction and what is still open. The pager would wait for a key.
about = psql: prompts told exactly, an ERROR is exit code 1
command = psql
value-options = -c -d -f -v -o -L -h -p -U -F -P -R -T --dbname --host --port --username --set --variable --output --log-file
words = yes
not-with = -c -c* --command* -f -f* --file* -l --list -V --version -[?] --help*
environment = PSQL_PAGER=cat
arguments.clean = -X
frame = prompt
prompt-pattern = \S*[=!][*!?]?[#>]
continuation-pattern = \S*[-*'"($][*!?]?[#>]|>>
error = ^(ERROR|FATAL|PANIC):
error = ^psql:
error = ^(invalid command|unrecognized value|You are currently not connected)
error = ^\\[a-z_]+: 
quit = \q
