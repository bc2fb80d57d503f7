# dash, and whatever else is called sh and reads $ENV. Code goes through eval, so an open quote is a syntax error. The
# script is read by every interactive sh, so it undoes $ENV at once. The terminal echoes what is typed here, and lets
# output overtake an echo that is longer than its buffer: long code comes from a file.
about = dash and POSIX sh: marks, exit code, cwd; an open quote is an error, not a wait
command = dash sh ash
value-options = -o +o
not-with = -c -*c --version --help
environment = ENV=@DIR@/init.sh
file = init.sh sh.sh
frame = marks
hand-over = call
call = " __kept_begin; eval @CODE@; __kept_end"
long-call = " __kept_begin; . @FILE@; __kept_end"
quote = shell
quit = exit
