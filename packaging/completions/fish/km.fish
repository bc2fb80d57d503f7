# fish looks for a file of the command's name.
source (status dirname)/k.fish
complete -c km -e
complete -c km -f -k -a '(__k_complete)'
