#pragma once

#include "cli/verbs.h"

namespace kept::cli {

/// Each command of `k`, one file each: parse, ask, print. They give the exit code.
int new_command(const Verb& verb, Arguments arguments);
int run_command(const Verb& verb, Arguments arguments);
int fire_command(const Verb& verb, Arguments arguments);
int poll_command(const Verb& verb, Arguments arguments);
int output_command(const Verb& verb, Arguments arguments);
int cells_command(const Verb& verb, Arguments arguments);
int send_command(const Verb& verb, Arguments arguments);
int screen_command(const Verb& verb, Arguments arguments);
int wait_command(const Verb& verb, Arguments arguments);
int batch_command(const Verb& verb, Arguments arguments);
int resize_command(const Verb& verb, Arguments arguments);
int interrupt_command(const Verb& verb, Arguments arguments);
int reset_command(const Verb& verb, Arguments arguments);
int kill_command(const Verb& verb, Arguments arguments);
int notify_command(const Verb& verb, Arguments arguments);
int ls_command(const Verb& verb, Arguments arguments);
int profiles_command(const Verb& verb, Arguments arguments);
int status_command(const Verb& verb, Arguments arguments);
int watch_command(const Verb& verb, Arguments arguments);
int history_command(const Verb& verb, Arguments arguments);
int agent_command(const Verb& verb, Arguments arguments);
int attach_command(const Verb& verb, Arguments arguments);
int cast_command(const Verb& verb, Arguments arguments);
int mcp_command(const Verb& verb, Arguments arguments);
int host_command(const Verb& verb, Arguments arguments);
int remote_serve_command(const Verb& verb, Arguments arguments);
int doctor_command(const Verb& verb, Arguments arguments);
int complete_command(const Verb& verb, Arguments arguments);
int skill_command(const Verb& verb, Arguments arguments);
int help_command(const Verb& verb, Arguments arguments);

} // namespace kept::cli
