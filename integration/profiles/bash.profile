# bash is so common that it is known without reading this: src/terminal/bash.cpp sorts out its start-up options and
# quotes its code, integration/bash.sh prints the marks, integration/bash_load.sh takes long code. A profile of your own
# named bash takes its place when it has a call.
about = GNU Bash: marks, exit code, cwd
command = bash
value-options = --rcfile --init-file -O +O -o +o
not-with = -c --version --help
