# The start-up script gives the interpreter a function that runs a block of code, and a prompt that prints marks.
about = Python 3: whole blocks, last value shown, an exception is exit code 1
command = python3 python python3.[0-9]* pypy3 pypy3.[0-9]*
value-options = -W -X --check-hash-based-pycs
# These ignore the environment, or are not interactive.
not-with = -c -c* -m -m* -h -V -VV --version --help* -E -I -[a-zA-Z]*[EI]
environment = PYTHONSTARTUP=@DIR@/init.py
environment = PYTHON_BASIC_REPL=1
file = init.py python.py
frame = marks
hand-over = call
call = __kept__.run = @CODE@
quote = string
quit = exit()
