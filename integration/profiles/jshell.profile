# Its line editor reads the terminal all the time, also while code runs, and switches bracketed paste on for a line.
about = JShell: exact prompt, an error or an exception is exit code 1
command = jshell
value-options = --class-path -c --module-path --add-modules --execution --feedback --startup -C -R -J
words = yes
not-with = -h --help* -V --version --show-version -X -
arguments = --feedback normal
# Its history and settings are the session's own.
arguments.clean = --startup DEFAULT -J-Djava.util.prefs.userRoot=@DIR@
frame = prompt
prompt = "jshell> "
continuation = "...> "
blank-before-prompt = yes
line-editor = yes
error = ^\|  (Error|Exception |State engine terminated|Unresolved|Invalid|Unknown |No such |Unexpected )
quit = /exit
