# Read by zsh in place of the user's ~/.zshrc. It prints marks (OSC 133) around prompts and output. The words in @ signs
# are filled in for each session; nothing here is exported.
if [[ @RC@ == user ]]; then
    if [[ -n $__kept_zdotdir ]]; then ZDOTDIR=$__kept_zdotdir; else unset ZDOTDIR; fi
    unset __kept_zdotdir
    [[ -r ${ZDOTDIR:-$HOME}/.zshrc ]] && . ${ZDOTDIR:-$HOME}/.zshrc
else
    if [[ -n ${KEPT_WAS_ZDOTDIR+x} ]]; then ZDOTDIR=$KEPT_WAS_ZDOTDIR; else unset ZDOTDIR; fi
    PS1='%~%# '
    unset HISTFILE MAILCHECK TMOUT RPS1 RPROMPT
fi
unset KEPT_WAS_ZDOTDIR
bindkey -e
# Takes long code from a file into the line editor, as if it had been typed.
__kept_load() {
    emulate -L zsh
    local code="$(command cat -- @QUOTED_DIR@/long-code && builtin print -n .)"
    [[ $code == *. ]] || return
    BUFFER=${code%.}
    CURSOR=$#BUFFER
    builtin print -nr -- $'\e]133;L;n=@NONCE@\a' >/dev/tty
} 2>/dev/null
zle -N __kept_load
bindkey -M emacs '^X^]' __kept_load
bindkey -M viins '^X^]' __kept_load
# --- What follows is for a shell that is running already, too.
unsetopt prompt_sp bang_hist
setopt interactive_comments
# zsh tells its hooks apart from the prompt's own text by %{ and %}.
__kept_end=$'%{\e]133;D;%?;n=@NONCE@\a\e]133;A;n=@NONCE@\a%}'
__kept_input=$'%{\e]133;B;n=@NONCE@\a%}'
__kept_more=$'%{\e]133;A;k=s;n=@NONCE@\a%}'
# Puts the marks back where a command has set a prompt of its own. It runs under the caller's options.
__kept_precmd() {
    builtin print -nr -- $'\e]133;E;n=@NONCE@\a' >/dev/tty || :
    unsetopt prompt_sp # it would write into the cell that comes to its end, before this can mark it
    [[ ${PS1-} == *'133;D;'* ]] || PS1=${__kept_end-}${PS1-}${__kept_input-}
    [[ ${PS2-} == *'133;A;k=s'* ]] || PS2=${__kept_more-}${PS2-}${__kept_input-}
    [[ ${precmd_functions[1]-} == __kept_precmd ]] ||
        precmd_functions=(__kept_precmd ${precmd_functions:#__kept_precmd})
    [[ ${preexec_functions[-1]-} == __kept_preexec ]] ||
        preexec_functions=(${preexec_functions:#__kept_preexec} __kept_preexec)
} 2>/dev/null
__kept_preexec() {
    builtin print -nr -- $'\e]133;C;n=@NONCE@\a' >/dev/tty || :
} 2>/dev/null
typeset -ga precmd_functions preexec_functions
precmd_functions=(__kept_precmd $precmd_functions)
preexec_functions+=(__kept_preexec)
