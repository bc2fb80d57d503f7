# Sourced by bash at its first prompt, or as its rc file. It makes the prompts carry marks (OSC 133) that tell where
# a command's output begins and ends. The words in @ signs are filled in for each session; nothing here is exported.
unset PROMPT_COMMAND
@RC@
set +H
__kept_end='\[\e]133;D;$?;n=@NONCE@\a\e]133;A;n=@NONCE@\a\]'
__kept_input='\[\e]133;B;n=@NONCE@\a\]'
__kept_more='\[\e]133;A;k=s;n=@NONCE@\a\]'
__kept_output='\e]133;C;n=@NONCE@\a'
# Runs before each prompt, untraced: marks the end of the output, before the shell speaks of its jobs, and puts the
# marks back where a command has set a prompt of its own. Every expansion has a default and no command fails, so that
# `set -eu` in the session cannot end it here.
__kept_prompt() {
    printf '\e]133;E;n=@NONCE@\a' >/dev/tty || :
    case "${PS1-}" in *'133;D;'*) ;; *) PS1="${__kept_end-}${PS1-}${__kept_input-}" ;; esac
    case "${PS2-}" in *'133;A;k=s'*) ;; *) PS2="${__kept_more-}${PS2-}${__kept_input-}" ;; esac
    case "${PS0-}" in *'133;C;'*) ;; *) PS0="${PS0-}${__kept_output-}" ;; esac
}
case "${PROMPT_COMMAND@a}" in
*a*) PROMPT_COMMAND+=('{ __kept_prompt; } 2>/dev/null') ;;
*) PROMPT_COMMAND="${PROMPT_COMMAND:+$PROMPT_COMMAND
}{ __kept_prompt; } 2>/dev/null" ;;
esac
__kept_prompt
