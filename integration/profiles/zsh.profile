# The start-up file is put where zsh looks for the user's; it prints marks from precmd and preexec.
about = Z shell: marks, exit code, cwd
command = zsh zsh-[0-9]* rzsh
value-options = -o +o
not-with = -c -*c --version --help
drop = -f --no-rcs
arguments.clean = -d
environment = ZDOTDIR=@DIR@
file = .zshenv zshenv.zsh
file = .zshrc zsh.zsh
frame = marks
line-editor = yes
hand-over = paste
call = " eval @CODE@"
quote = ansi
# Its line editor colours and moves text key by key.
load-keys = ^X^]
quit = exit
