#include <fcntl.h>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include "cli/cli.h"
#include "daemon/serve.h"
#include "os/guard.h"

namespace {

/// A caller may have closed the standard streams; nothing that we open may take their place.
void fill_standard_streams() {
    int fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    while (fd >= 0 && fd <= STDERR_FILENO) {
        ::fcntl(fd, F_SETFD, 0);
        fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    }
    if (fd >= 0) {
        ::close(fd);
    }
}

} // namespace

int main(int argc, char** argv) {
    if (argc > 1 && std::string_view(argv[1]) == "serve") {
        return kept::daemon::serve_main(argc, argv);
    }
    if (argc > 2 && std::string_view(argv[1]) == "guard") {
        return kept::os::guard_main(argv[2]);
    }
    fill_standard_streams();
    const std::string_view path = argc > 0 ? argv[0] : "";
    const std::string_view name = path.substr(path.rfind('/') + 1);
    const std::vector<std::string> words(argv + (argc > 0 ? 1 : 0), argv + argc);
    return name == "km" ? kept::cli::km_main(words) : kept::cli::k_main(words);
}
