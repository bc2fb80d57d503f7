# browser() has a prompt of its own.
about = R: exact prompt, an error is exit code 1
command = R
not-with = CMD --version --help -e -f -f* --file* --slave -s
arguments = --quiet --no-save
arguments.clean = --no-init-file --no-restore
frame = prompt
prompt-pattern = (Browse\[[0-9]+\])?>
continuation = "+ "
error = ^Error\b
quit = q("no")
