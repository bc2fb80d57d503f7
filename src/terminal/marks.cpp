#include "terminal/marks.h"

#include "base/ids.h"
#include "base/text.h"

namespace kept::terminal {

namespace {

constexpr std::string_view kIntroducer = "\x1b]133;";
/// Ours are far shorter. What is longer is not ours, and is not held back.
constexpr std::size_t kLongestMark = 128;
/// Digits of a nonce: how it begins in all of one session's, and what only its program knows.
constexpr std::size_t kFamilyDigits = 8;
constexpr std::size_t kSecretDigits = 16;

} // namespace

std::string session_nonce() {
    return base::random_hex(kFamilyDigits + kSecretDigits);
}

std::string inner_nonce(std::string_view session) {
    return std::string(session.substr(0, kFamilyDigits)) + base::random_hex(kSecretDigits);
}

std::optional<Mark> parse_mark(std::string_view payload, std::string_view nonce) {
    if (!payload.starts_with("133;") || nonce.empty()) {
        return std::nullopt;
    }
    payload.remove_prefix(4);
    const std::string_view letter = base::cut_field(payload, ';');
    Mark mark;
    if (letter == "A") {
        mark.kind = Mark::Kind::prompt;
    } else if (letter == "B") {
        mark.kind = Mark::Kind::input;
    } else if (letter == "C") {
        mark.kind = Mark::Kind::output;
    } else if (letter == "E") {
        mark.kind = Mark::Kind::output_end;
    } else if (letter == "D") {
        mark.kind = Mark::Kind::end;
    } else if (letter == "R") {
        mark.kind = Mark::Kind::reads;
    } else if (letter == "N") {
        mark.kind = Mark::Kind::reads_not;
    } else if (letter == "L") {
        mark.kind = Mark::Kind::loaded;
    } else {
        return std::nullopt;
    }
    bool trusted = false;
    while (!payload.empty()) {
        const std::string_view field = base::cut_field(payload, ';');
        if (field.starts_with("n=")) {
            trusted = field.substr(2) == nonce;
        } else if (field == "k=s" && mark.kind == Mark::Kind::prompt) {
            mark.kind = Mark::Kind::continuation;
        } else if (mark.kind == Mark::Kind::end && !mark.exit_code) {
            if (const auto code = base::parse_integer(field, 0, 255)) {
                mark.exit_code = static_cast<int>(*code);
            }
        }
    }
    return trusted ? std::optional(mark) : std::nullopt;
}

MarkFilter::MarkFilter(std::string_view nonce, std::function<void(std::string_view)> sink)
    : family_(nonce.substr(0, kFamilyDigits)), digits_(nonce.size()), sink_(std::move(sink)) {}

/// Reads a mark that has its end, without that.
bool MarkFilter::is_ours(std::string_view mark) const {
    constexpr std::string_view kField = ";n=";
    if (digits_ == 0 || !mark.starts_with(kIntroducer) || mark.size() < kField.size() + digits_) {
        return false;
    }
    const std::string_view field = mark.substr(mark.size() - kField.size() - digits_);
    const std::string_view nonce = field.substr(kField.size());
    return field.starts_with(kField) && nonce.starts_with(family_) &&
           nonce.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

void MarkFilter::feed(std::string_view bytes) {
    std::string joined;
    if (!held_.empty()) {
        joined = std::move(held_);
        held_.clear();
        joined.append(bytes);
        bytes = joined;
    }
    while (!bytes.empty()) {
        const std::size_t escape = bytes.find('\x1b');
        if (escape == std::string_view::npos) {
            sink_(bytes);
            return;
        }
        if (escape > 0) {
            sink_(bytes.substr(0, escape));
            bytes.remove_prefix(escape);
        }
        const std::string_view head = bytes.substr(0, kIntroducer.size());
        if (!kIntroducer.starts_with(head)) {
            sink_(bytes.substr(0, 1));
            bytes.remove_prefix(1);
            continue;
        }
        const std::size_t bell =
            bytes.find_first_of("\a\x1b", 1); // another ESC cuts a string short
        if (bell == std::string_view::npos && bytes.size() < kLongestMark) {
            held_ = bytes; // more is needed to tell
            return;
        }
        if (bell != std::string_view::npos && bell < kLongestMark && bytes[bell] == '\a' &&
            is_ours(bytes.substr(0, bell))) {
            bytes.remove_prefix(bell + 1);
            continue;
        }
        sink_(bytes.substr(0, 1));
        bytes.remove_prefix(1);
    }
}

void MarkFilter::finish() {
    if (!held_.empty()) {
        sink_(held_);
        held_.clear();
    }
}

} // namespace kept::terminal
