#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "cli/writer.h"

namespace kept::cli {

/// Writes JSON as it comes, without holding it: one line, `", "` and `": "` as separators,
/// non-ASCII as itself (what Python's json.dumps(…, ensure_ascii=False) writes). Keys keep the
/// order in which they are written.
class JsonWriter {
public:
    explicit JsonWriter(Writer& writer) : writer_(writer) {}

    void begin_object();
    void end_object();
    void begin_array();
    void end_array();
    void key(std::string_view name);

    void text(std::string_view value);
    void number(std::int64_t value);
    void number(std::uint64_t value);
    void number(int value) { number(static_cast<std::int64_t>(value)); }
    void boolean(bool value);

    void text(std::string_view name, std::string_view value) {
        key(name);
        text(value);
    }
    template <class Number> void number(std::string_view name, Number value) {
        key(name);
        number(value);
    }
    void boolean(std::string_view name, bool value) {
        key(name);
        boolean(value);
    }

    /// A text that comes in pieces.
    void begin_text();
    void piece(std::string_view part);
    void end_text();

    /// Ends the line.
    void end_line() { writer_.put('\n'); }

private:
    void before_value();

    Writer& writer_;
    std::string first_; ///< for each open bracket: 1 until something stands in it
    bool after_key_ = false;
};

} // namespace kept::cli
