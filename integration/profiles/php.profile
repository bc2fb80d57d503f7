about = php -a: learned prompt, an error or a warning is exit code 1
command = php php8.*
words = no
frame = quiet
error = ^(PHP )?(Warning|Parse error|Fatal error|Notice|Deprecated):
quit = exit
