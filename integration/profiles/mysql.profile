# The prompt names the database.
about = MySQL and MariaDB: learned prompt, an ERROR is exit code 1
command = mysql mariadb
value-options = -e -h -P -u -D -S --host --port --user --database --socket
words = yes
not-with = -e -e* --execute* -V --version -? --help -B --batch
frame = quiet
error = ^ERROR\b
quit = \q
