#include "daemon/serve_args.h"

#include "base/ids.h"

namespace kept::daemon {

std::optional<ServeArgs> parse_serve_args(const std::vector<std::string_view>& words) {
    ServeArgs args;
    std::size_t at = 0;
    if (at < words.size() && words[at] == "--read") {
        args.role = ServeArgs::Role::reader;
        ++at;
    }
    if (at + 1 != words.size() || !base::is_session_name(words[at])) {
        return std::nullopt;
    }
    args.name = words[at];
    return args;
}

} // namespace kept::daemon
