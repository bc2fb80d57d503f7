about = Guile: learned prompt, an error is exit code 1
command = guile guile-3.*
not-with = -c -e -s -v --version -h --help
arguments.clean = -q
frame = quiet
error = ^(ice-9/|ERROR:|While |Unbound variable)
quit = ,quit
