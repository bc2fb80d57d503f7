about = tclsh: exact prompt
command = tclsh tclsh8.*
frame = prompt
prompt = "% "
quit = exit
