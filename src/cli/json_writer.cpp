#include "cli/json_writer.h"

#include <array>

namespace kept::cli {

void JsonWriter::before_value() {
    if (after_key_) {
        after_key_ = false;
        return;
    }
    if (!first_.empty()) {
        if (first_.back() == 0) {
            writer_.put(", ");
        }
        first_.back() = 0;
    }
}

void JsonWriter::begin_object() {
    before_value();
    writer_.put('{');
    first_.push_back(1);
}

void JsonWriter::end_object() {
    writer_.put('}');
    first_.pop_back();
}

void JsonWriter::begin_array() {
    before_value();
    writer_.put('[');
    first_.push_back(1);
}

void JsonWriter::end_array() {
    writer_.put(']');
    first_.pop_back();
}

void JsonWriter::key(std::string_view name) {
    text(name);
    writer_.put(": ");
    after_key_ = true;
}

void JsonWriter::text(std::string_view value) {
    begin_text();
    piece(value);
    end_text();
}

void JsonWriter::number(std::int64_t value) {
    before_value();
    writer_.put(std::to_string(value));
}

void JsonWriter::number(std::uint64_t value) {
    before_value();
    writer_.put(std::to_string(value));
}

void JsonWriter::boolean(bool value) {
    before_value();
    writer_.put(value ? "true" : "false");
}

void JsonWriter::begin_text() {
    before_value();
    writer_.put('"');
}

void JsonWriter::end_text() {
    writer_.put('"');
}

void JsonWriter::piece(std::string_view part) {
    constexpr std::string_view kHex = "0123456789abcdef";
    std::size_t begin = 0;
    for (std::size_t i = 0; i < part.size(); ++i) {
        const auto byte = static_cast<unsigned char>(part[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        writer_.put(part.substr(begin, i - begin));
        begin = i + 1;
        switch (byte) {
        case '"':
            writer_.put("\\\"");
            break;
        case '\\':
            writer_.put("\\\\");
            break;
        case '\n':
            writer_.put("\\n");
            break;
        case '\r':
            writer_.put("\\r");
            break;
        case '\t':
            writer_.put("\\t");
            break;
        case '\b':
            writer_.put("\\b");
            break;
        case '\f':
            writer_.put("\\f");
            break;
        default: {
            const std::array<char, 6> escape{
                '\\', 'u', '0', '0', kHex[byte >> 4U], kHex[byte & 15U]};
            writer_.put({escape.data(), escape.size()});
        }
        }
    }
    writer_.put(part.substr(begin));
}

} // namespace kept::cli
