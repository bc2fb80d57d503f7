# Read by zsh in place of the user's ~/.zshenv; zsh.zsh, in place of ~/.zshrc, comes next.
if [[ @RC@ == user ]]; then
    __kept_dir=$ZDOTDIR
    if [[ -n ${KEPT_WAS_ZDOTDIR+x} ]]; then ZDOTDIR=$KEPT_WAS_ZDOTDIR; else unset ZDOTDIR; fi
    [[ -r ${ZDOTDIR:-$HOME}/.zshenv ]] && . ${ZDOTDIR:-$HOME}/.zshenv
    __kept_zdotdir=${ZDOTDIR-}
    ZDOTDIR=$__kept_dir
    unset __kept_dir
fi
