#pragma once

#include <string>
#include <vector>

namespace kept::remote {

/// The other end of a connection: reads a request and what follows from standard input, runs the
/// command with its output on ours, tells what happens in notes on standard error, and ends with
/// the command's exit code. A connection that breaks off ends the command (SIGHUP), not the
/// sessions that it was about. With a word (see to_word()) the command takes this process's place
/// instead, terminal and all.
int serve(const std::vector<std::string>& words);

} // namespace kept::remote
