#include "cli/detach_key.h"

#include <array>
#include <cstdint>
#include <vector>

#include "base/text.h"

namespace kept::cli {

namespace {

constexpr char kNone = -1;
constexpr char kEsc = '\x1b';
/// No key's sequence is longer.
constexpr std::size_t kLongestSequence = 32;

std::vector<std::string_view> split(std::string_view text, char separator) {
    std::vector<std::string_view> parts;
    while (true) {
        const auto end = text.find(separator);
        parts.push_back(text.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        text.remove_prefix(end + 1);
    }
}

/// A modifier field (`5`, `5:1`): Ctrl and nothing else but locks, pressed or repeated.
bool is_control(std::string_view field) {
    const auto parts = split(field, ':');
    constexpr std::int64_t kCtrl = 4;
    constexpr std::int64_t kLocks = 64 + 128;
    const auto bits = base::parse_integer(parts[0], 1, 256);
    const bool released = parts.size() > 1 && parts[1] == "3";
    return bits && ((*bits - 1) & ~kLocks) == kCtrl && !released;
}

} // namespace

std::optional<DetachKey> DetachKey::parse(std::string_view name) {
    if (name == "none") {
        return DetachKey(kNone);
    }
    for (const std::string_view prefix : {"^", "C-", "c-", "Ctrl-", "ctrl-"}) {
        if (!name.starts_with(prefix) || name.size() != prefix.size() + 1) {
            continue;
        }
        char key = name.back();
        key = key >= 'a' && key <= 'z' ? static_cast<char>(key - 'a' + 'A') : key;
        // Ctrl-[ is Escape, Ctrl-M Enter, Ctrl-I Tab, Ctrl-J a line feed: keys of their own.
        if (key >= '@' && key <= '_' &&
            std::string_view("[MIJ").find(key) == std::string_view::npos) {
            return DetachKey(static_cast<char>(key & 0x1f));
        }
    }
    return std::nullopt;
}

std::string DetachKey::name() const {
    if (control_ == kNone) {
        return "none";
    }
    char key = static_cast<char>(control_ | 0x40);
    key = key >= 'A' && key <= 'Z' ? static_cast<char>(key - 'A' + 'a') : key;
    return std::string("Ctrl-") + key;
}

std::string_view DetachKey::take(std::string_view typed) {
    std::size_t begin = 0; // of the sequence that is being read
    for (std::size_t at = 0; at < typed.size(); ++at) {
        const char byte = typed[at];
        if (control_ != kNone && byte == control_) {
            pressed_ = true;
            return typed.substr(0, at);
        }
        if (byte == kEsc) {
            sequence_ = kEsc;
            begin = at;
        } else if (!sequence_.empty()) {
            sequence_.push_back(byte);
            const bool opened = sequence_.size() == 2;
            if (opened ? byte != '[' : byte >= '@' || sequence_.size() > kLongestSequence) {
                if (!opened && matches_sequence()) {
                    pressed_ = true;
                    return typed.substr(0, begin);
                }
                sequence_.clear();
            }
        }
    }
    return typed;
}

/// `CSI 93;5u` (kitty) or `CSI 27;5;93~` (modifyOtherKeys).
bool DetachKey::matches_sequence() const {
    if (control_ == kNone) {
        return false;
    }
    const char final = sequence_.back();
    const auto fields = split(std::string_view(sequence_).substr(2, sequence_.size() - 3), ';');
    const auto is_key = [&](std::string_view field) {
        const auto code = base::parse_integer(split(field, ':')[0], 32, 126);
        return code && (*code & 0x1f) == control_ && *code >= '@';
    };
    if (final == 'u') {
        return fields.size() >= 2 && is_key(fields[0]) && is_control(fields[1]);
    }
    return final == '~' && fields.size() == 3 && fields[0] == "27" && is_control(fields[1]) &&
           is_key(fields[2]);
}

} // namespace kept::cli
