#include "terminal/output_judge.h"

#include <algorithm>
#include <re2/re2.h>

#include "vt/transcript.h"

namespace kept::terminal {

int exit_code_by_output(session::OutputLog& log, const std::vector<control::Range>& pieces,
                        const std::vector<std::string>& patterns) {
    constexpr std::size_t kMost = 64UL * 1024;
    std::string bytes;
    for (control::Range piece : pieces) {
        piece.end = std::min<std::uint64_t>(piece.end, piece.begin + (kMost - bytes.size()));
        log.read(piece, [&](std::string_view part) { bytes.append(part); });
    }
    const std::string text = vt::render_text(bytes);
    RE2::Options options;
    options.set_log_errors(false);
    const bool failed = std::ranges::any_of(patterns, [&](const std::string& pattern) {
        return RE2::PartialMatch(text, RE2("(?m)" + pattern, options));
    });
    return failed ? 1 : 0;
}

} // namespace kept::terminal
