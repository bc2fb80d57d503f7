#pragma once

#include <string_view>
#include <unistd.h>

#include "os/guard.h"

namespace {

/// A guard is its daemon's own program with other arguments, and here that program is the tests.
[[gnu::constructor]] void become_guard(int argc, char** argv, char** /*environment*/) {
    if (argc == 3 && std::string_view(argv[1]) == "guard") {
        ::_exit(kept::os::guard_main(argv[2]));
    }
}

} // namespace
