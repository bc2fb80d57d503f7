#include "daemon/cast_writer.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/text.h"

namespace kept::daemon {

namespace {

constexpr std::int64_t kSecondUs = 1'000'000;

/// A JSON string (RFC 8259) of text that is UTF-8.
void append_json(std::string& out, std::string_view text) {
    constexpr std::string_view kHex = "0123456789abcdef";
    out.push_back('"');
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out.push_back('\\');
            out.push_back(c);
        } else if (c == '\n') {
            out.append("\\n");
        } else if (c == '\r') {
            out.append("\\r");
        } else if (byte < 0x20 || byte == 0x7f) {
            out.append("\\u00");
            out.push_back(kHex[byte >> 4U]);
            out.push_back(kHex[byte & 15U]);
        } else {
            out.push_back(c);
        }
    }
    out.push_back('"');
}

void append_utf8_json(std::string& out, std::string_view bytes) {
    if (base::is_utf8(bytes)) {
        append_json(out, bytes);
    } else {
        append_json(out, base::to_utf8(bytes));
    }
}

void append_seconds(std::string& out, std::int64_t us) {
    std::array<char, 40> text{};
    const int length = std::snprintf(text.data(), text.size(), "%lld.%06lld",
                                     static_cast<long long>(us / kSecondUs),
                                     static_cast<long long>(us % kSecondUs));
    out.append(text.data(), static_cast<std::size_t>(length));
}

std::string size_text(vt::Size size) {
    return std::to_string(size.cols) + "x" + std::to_string(size.rows);
}

} // namespace

void CastWriter::header(const Header& header) {
    start_us_ = last_us_ = header.start_us;
    const std::string cols = std::to_string(header.size.cols);
    const std::string rows = std::to_string(header.size.rows);
    out_.append("{\"version\": ").append(std::to_string(version_));
    if (version_ == 2) {
        out_.append(", \"width\": ").append(cols).append(", \"height\": ").append(rows);
    } else {
        out_.append(", \"term\": {\"cols\": ").append(cols);
        out_.append(", \"rows\": ").append(rows).append("}");
    }
    out_.append(", \"timestamp\": ").append(std::to_string(header.start_us / kSecondUs));
    if (header.idle_limit_ms > 0) {
        out_.append(", \"idle_time_limit\": ");
        append_seconds(out_, header.idle_limit_ms * 1000);
    }
    out_.append(", \"command\": ");
    append_utf8_json(out_, header.command);
    out_.append(", \"title\": ");
    append_utf8_json(out_, header.title);
    out_.append("}\n");
}

void CastWriter::output(std::string_view bytes, std::int64_t at_us) {
    std::string joined;
    if (!held_.empty()) {
        joined = std::exchange(held_, {});
        joined.append(bytes);
        bytes = joined;
    }
    const std::size_t whole = base::complete_utf8_prefix(bytes);
    held_ = bytes.substr(whole);
    if (whole > 0) {
        event('o', bytes.substr(0, whole), at_us);
    }
}

void CastWriter::finish(std::int64_t at_us) {
    if (!held_.empty()) {
        event('o', std::exchange(held_, {}), at_us);
    }
}

void CastWriter::resize(vt::Size size, std::int64_t at_us) {
    event('r', size_text(size), at_us);
}

void CastWriter::exit(int status, std::int64_t at_us) {
    if (version_ > 2) {
        event('x', std::to_string(status), at_us);
    }
}

void CastWriter::event(char code, std::string_view data, std::int64_t at_us) {
    at_us = std::max(at_us, last_us_); // the clock may have been set back
    out_.push_back('[');
    append_seconds(out_, at_us - (version_ == 2 ? start_us_ : last_us_));
    last_us_ = at_us;
    out_.append(", \"").append(1, code).append("\", ");
    append_utf8_json(out_, data);
    out_.append("]\n");
}

} // namespace kept::daemon
