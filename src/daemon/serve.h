#pragma once

namespace kept::daemon {

/// The hidden subcommand `kept serve …` (argv[1] is "serve"): a session's daemon, or a reader of
/// its journal. Returns the exit status of the process.
int serve_main(int argc, char** argv);

} // namespace kept::daemon
