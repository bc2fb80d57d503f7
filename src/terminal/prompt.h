#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "control/cell_info.h"
#include "terminal/probe.h"
#include "vt/screen.h"

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

/// What a program seems to wait for that the kernel tells nothing about: it belongs to somebody
/// else, or waits for its terminal and for a connection alike (ssh, docker). Judged by the line
/// before the cursor, the line discipline and silence; never for a line that is empty.
std::optional<control::InputKind> quiet_input(const Stillness& still, const vt::Screen& screen,
                                              std::int64_t quiet_us);

} // namespace kept::terminal
