about = dc: errors are exit code 1
command = dc
not-with = -e -e* -f -f* -V --version -h --help --expression* --file*
frame = quiet
error = ^dc:
quit = q
