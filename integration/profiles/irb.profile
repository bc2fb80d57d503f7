# Its own editor redraws what is typed, so it is told to read plain lines; the start-up file gives it exact prompts.
about = irb: exact prompt, an exception is exit code 1
command = irb irb[0-9]*
not-with = -v --version -h --help
arguments = --nomultiline --nocolorize --noautocomplete
environment.clean = IRBRC=@DIR@/init.rb
file = init.rb irb.rb
frame = prompt
prompt = ">> "
continuation = "?> "
error = \((\w+::)*\w*(Error|Exception|Interrupt)\)$
error = ^SyntaxError|: syntax error, 
quit = exit
