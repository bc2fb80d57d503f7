#include "terminal/code_input.h"

#include <algorithm>

#include "base/text.h"
#include "os/files.h"

namespace kept::terminal {

namespace {

constexpr std::string_view kLongCodeFile = "/long-code";

std::string pasted(std::string_view text) {
    std::string out = "\x1b[200~";
    out.append(text).append("\x1b[201~\r");
    return out;
}

} // namespace

std::string profile_input(const profiles::Profile& profile, std::string_view code,
                          bool bracketed_paste, const std::string& directory) {
    if (code.size() >= profiles::kLongCode && !profile.long_call.empty()) {
        constexpr std::string_view kFile = "@FILE@";
        const std::string path = directory + std::string(kLongCodeFile);
        std::string line = profile.long_call;
        if (const auto at = line.find(kFile);
            at != std::string::npos && os::replace_file(path, code)) {
            return line.replace(at, kFile.size(), base::shell_quoted(path)) + "\r";
        }
    }
    const bool plain = std::ranges::none_of(code, [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f;
    });
    if (profile.hand_over == profiles::HandOver::paste && bracketed_paste && plain) {
        return pasted(code);
    }
    const std::string line = profiles::call_line(profile, code);
    return bracketed_paste && profile.quote != profiles::Quote::shell ? pasted(line) : line + "\r";
}

bool put_long_code(std::string_view code, const std::string& directory) {
    if (code.size() < profiles::kLongCode) {
        return false;
    }
    std::string whole(code);
    std::erase(whole, '\0'); // no shell can hold one
    return os::replace_file(directory + std::string(kLongCodeFile), whole).has_value();
}

} // namespace kept::terminal
