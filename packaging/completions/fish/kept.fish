# fish looks for a file of the command's name.
source (status dirname)/k.fish
complete -c kept -e
complete -c kept -f -k -a '(__k_complete)'
