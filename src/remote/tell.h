#pragma once

#include <string_view>

#include "remote/note.h"

namespace kept::remote {

/// Holds the nonce for a command that runs on behalf of another machine.
inline constexpr const char* kNotesVariable = "KEPT_NOTES";

/// Takes the nonce out of the environment, which the programs that are started inherit.
void take_notes_variable();

/// Writes a note to standard error at once.
void tell(const Note& note, std::string_view nonce);

/// Tells that this cell goes on by itself from now on; does nothing for commands of this machine.
void tell_cell(std::string_view session, std::string_view cell);

} // namespace kept::remote
