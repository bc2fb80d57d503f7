# The prompt names the database, the second one what is still open.
about = MySQL and MariaDB: prompts told exactly, an ERROR is exit code 1
command = mysql mariadb
value-options = -e -h -P -u -D -S --host --port --user --database --socket
words = yes
not-with = -e -e* --execute* -V --version -[?] --help -B --batch
frame = prompt
prompt-pattern = (MariaDB|mysql) \[.*\]>|mysql>
continuation-pattern = ->|['"`]>|/\*>
error = ^ERROR\b
error = ^(Can't initialize|Unknown command)
quit = \q
