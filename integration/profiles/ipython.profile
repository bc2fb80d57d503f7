# The start-up script reads the lines: one of them hands a whole block over to IPython, and the prompt prints marks.
about = IPython: whole blocks, last value shown, an exception is exit code 1
command = ipython ipython3 ipython3.[0-9]*
value-options = --profile --ipython-dir --profile-dir --config --ext --colors --matplotlib --gui --logfile
not-with = -c -m -h --help* --version -V profile kernel history locate
arguments = --simple-prompt --no-confirm-exit --TerminalInteractiveShell.separate_in= --InteractiveShellApp.exec_files=@DIR@/init.py
arguments.clean = --no-banner --colors=NoColor --HistoryManager.hist_file=:memory:
file = init.py ipython.py
frame = marks
hand-over = call
call = %kept @CODE@
quote = string
quit = exit
