# Statements may take many lines; the second prompt says that one is not complete.
about = SQLite: exact prompt, an error message is exit code 1
command = sqlite3
value-options = -cmd -init -separator -newline -nullvalue -vfs -maxsize -mmap -lookaside -pagecache -pcachesize
words = yes
not-with = -version --version -help --help -batch --batch
frame = prompt
prompt = "sqlite> "
continuation = "   ...> "
error = ^(Parse|Runtime) error
error = ^Error:
quit = .quit
