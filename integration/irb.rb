# One prompt for a new statement and one for the rest of it; plain lines, since irb's own editor redraws what is typed.
IRB.conf[:PROMPT][:KEPT] = { PROMPT_I: ">> ", PROMPT_N: "?> ", PROMPT_S: "?> ", PROMPT_C: "?> ", RETURN: "=> %s\n" }
IRB.conf[:PROMPT_MODE] = :KEPT
