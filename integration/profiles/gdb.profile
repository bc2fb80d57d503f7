# A command of its own runs a block of gdb commands; the prompt hook prints marks. It needs a gdb with Python in it.
about = GNU debugger: whole blocks, an error is exit code 1
command = gdb gdb-multiarch *-gdb
words = yes
not-with = -batch --batch -batch-silent --batch-silent -h -help --help -v -version --version -i* --interpreter* -tui --tui
arguments = -q -ix @DIR@/init.gdb
arguments.clean = -nh
file = init.gdb gdb.gdb
file = init.py gdb.py
frame = marks
hand-over = call
call = kept @CODE@
quote = string
quit = quit
