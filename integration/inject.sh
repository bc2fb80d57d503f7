# Typed into a shell that is at its prompt already (k run --inject), with echo off. Wipes the line that asked for it.
printf '\033[@ROWS@A\r\033[J'
if [ -n "${BASH_VERSION-}" ]; then
@BASH@
__kept_line=$(HISTTIMEFORMAT= builtin history 1 2>/dev/null)
case "$__kept_line" in
*@NONCE@*)
    __kept_line=${__kept_line#"${__kept_line%%[0-9]*}"}
    builtin history -d "${__kept_line%%[!0-9]*}" 2>/dev/null
    ;;
esac
unset __kept_line
else
printf '\033]133;F;n=@NONCE@\007'
fi
