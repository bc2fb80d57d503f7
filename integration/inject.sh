# Typed into a POSIX shell that is at its prompt already (k run --inject), with echo off. Wipes the line that asked for it.
printf '\033[@ROWS@A\r\033[J'
@SCRIPT@
