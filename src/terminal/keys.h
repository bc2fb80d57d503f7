#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "vt/modes.h"

namespace kept::terminal {

/// Why something cannot be typed.
struct InputProblem {
    std::string why;
};

/// Most bytes that one `keys` may make: stops `x*1000000000` from filling memory.
inline constexpr std::size_t kMostKeyBytes = 1024UL * 1024;

/// Keys as a person would press them, in the bytes that a terminal in these modes would send.
///
/// Keys are separated by blanks. A key is a character or a name as tmux knows it (`Enter`, `Up`,
/// `PgDn`, `F5`, `BSpace`, `KP1`, …; case does not matter), with modifiers before it (`C-c`, `M-x`,
/// `S-Up`, `C-M-Left`, `^c`) and a count behind it (`Enter*3`). Text in quotes, and a word that is
/// no key and cannot be meant as one (`:wq`, `dd`), is typed as it is.
///
/// The bytes come in parts: after each but the last comes a pause, since an Escape with something
/// right behind it would be read as Alt. The error says which key is none.
///
/// Sources: xterm's ctlseqs (PC-style function keys, modifyOtherKeys), the kitty keyboard protocol.
std::expected<std::vector<std::string>, InputProblem> encode_keys(std::string_view keys,
                                                                  const vt::Modes& modes);

/// Text as a paste: between the marks of mode 2004 when the program asked for them. What could end
/// such a paste early is taken out of the text.
std::string encode_paste(std::string_view text, const vt::Modes& modes);

} // namespace kept::terminal
