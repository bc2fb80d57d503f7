# It has no prompt: it is at rest when it reads.
about = bc: errors are exit code 1
command = bc
words = yes
not-with = -v --version -h --help
arguments = -q
frame = quiet
error = ^(\(standard_in\)|Runtime error|.*: syntax error)
quit = quit
