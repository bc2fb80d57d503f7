# Read by fish after its configuration. It prints marks (OSC 133) around prompts and output. The words in @ signs are
# filled in for each session; nothing here is exported.
set -g fish_greeting
if test @RC@ = clean
    function fish_prompt
        echo -n (prompt_pwd)'> '
    end
    function fish_right_prompt
    end
    function fish_mode_prompt
    end
    function fish_title
    end
end
# --- What follows is for a shell that is running already, too.
set -g fish_autosuggestion_enabled 0
functions -q fish_prompt; or function fish_prompt
    echo -n '> '
end
function __kept_return
    return $argv[1]
end
# Puts the marks around the prompt, also around one that a command has set.
function __kept_wrap
    string match -q '*__kept_user_prompt*' -- (functions fish_prompt); and return
    functions -q __kept_user_prompt; and functions -e __kept_user_prompt
    functions -c fish_prompt __kept_user_prompt
    function fish_prompt
        set -l __kept_status $status
        printf '\e]133;D;%d;n=@NONCE@\a\e]133;A;n=@NONCE@\a' $__kept_status
        __kept_return $__kept_status
        __kept_user_prompt
        printf '\e]133;B;n=@NONCE@\a'
    end
end
__kept_wrap
function __kept_preexec --on-event fish_preexec
    printf '\e]133;C;n=@NONCE@\a' >/dev/tty
end
function __kept_postexec --on-event fish_postexec
    set -l __kept_status $status
    printf '\e]133;E;n=@NONCE@\a' >/dev/tty
    __kept_wrap
    return $__kept_status
end
