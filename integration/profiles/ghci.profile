about = GHCi: learned prompt, an error is exit code 1
command = ghci
words = yes
not-with = --version --help
arguments.clean = -ignore-dot-ghci
frame = quiet
error = ^(<interactive>:.*error|\*\*\* Exception)
quit = :quit
