#include "cli/commands.h"
#include "remote/supervisor.h"

namespace kept::cli {

int remote_serve_command(const Verb& /*verb*/, Arguments arguments) {
    return remote::serve({arguments.begin(), arguments.end()});
}

} // namespace kept::cli
