# Completion of k, km and kept for fish. What can stand where is asked of the program itself, once for each Tab.

function __k_complete
    set -l asked (commandline -opc) (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $asked[1])
    set asked[1] (string replace -r '.*/' '' -- $program)
    # Only k is asked, also about km, for whose first word every name may stand.
    if test "$asked[1]" = km
        set program (string replace -r 'm$' '' -- $program)
    end
    # The current word is there even when it is empty.
    set -l lines (command $program __complete $asked 2>/dev/null)
    set -l current (commandline -ct)
    switch "$lines[1]"
        case :files
            __fish_complete_path (string replace -r '^--[^=]*=' '' -- $current)
        case :directories
            __fish_complete_directories (string replace -r '^--[^=]*=' '' -- $current)
        case :commands
            __fish_complete_command
    end
    set -e lines[1]
    printf '%s\n' $lines
end

complete -c k -e
complete -c k -f -k -a '(__k_complete)'
