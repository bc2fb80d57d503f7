# Read by dash and other POSIX shells as $ENV. It puts marks (OSC 133) into the prompts; the words in @ signs are filled
# in for each session; nothing here is exported.
if [ -n "${KEPT_WAS_ENV+x}" ]; then ENV=$KEPT_WAS_ENV; else unset ENV; fi
unset KEPT_WAS_ENV
if [ @RC@ = user ]; then
    case ${ENV-} in ?*) [ -r "$ENV" ] && . "$ENV" ;; esac
else
    PS1='$ '
    unset HISTFILE MAIL MAILPATH TMOUT
fi
# --- What follows is for a shell that is running already, too.
# Both keep $?; the arguments of a function are its own.
__kept_begin() {
    set -- $?
    printf '\033]133;C;n=@NONCE@\007' >/dev/tty
    return "$1"
}
__kept_end() {
    set -- $?
    printf '\033]133;E;n=@NONCE@\007' >/dev/tty
    case "${PS1-}" in *'133;D;'*) ;; *) __kept_prompts ;; esac
    return "$1"
}
__kept_prompts() {
    PS1="$(printf '\033]133;D;${?};n=@NONCE@\007\033]133;A;n=@NONCE@\007')${PS1-}$(printf '\033]133;B;n=@NONCE@\007')"
}
__kept_prompts
PS2="$(printf '\033]133;A;k=s;n=@NONCE@\007')> $(printf '\033]133;B;n=@NONCE@\007')"
