#pragma once

#include <string_view>

namespace kept::terminal {

/// True for text that ends as prompts of shells and interpreters do (`$ `, `> `, `>>> `, `# `, `)
/// `, `: `…).
bool looks_like_prompt(std::string_view text_before_cursor);

/// True when `now` is the prompt `learned` with another directory, time, counter or name in it:
/// the same last character, and a difference that lies within a path, a number or one word.
/// Second prompts (`>`, `...`, `db-#`) are others.
bool same_prompt(std::string_view learned, std::string_view now);

/// True for the second prompts that interpreters show when a statement is not complete: `...`, `>`,
/// `->`, `dquote>`, and the like of `learned` (`db-#` for `db=#`).
bool second_prompt(std::string_view learned, std::string_view now);

} // namespace kept::terminal
