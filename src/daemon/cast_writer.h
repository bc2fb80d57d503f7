#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "vt/types.h"

namespace kept::daemon {

/// Writes the lines of an asciicast recording, version 2 or 3
/// (docs.asciinema.org/manual/asciicast).
class CastWriter {
public:
    struct Header {
        vt::Size size;
        std::int64_t start_us = 0;      ///< Unix time
        std::int64_t idle_limit_ms = 0; ///< 0: none
        std::string command;
        std::string title;
    };

    /// Lines are appended to `out`, which the owner empties.
    CastWriter(int version, std::string& out) : version_(version), out_(out) {}

    void header(const Header& header);

    /// Output; a character that the bytes cut is held back until the next.
    void output(std::string_view bytes, std::int64_t at_us);
    /// Gives what was held back.
    void finish(std::int64_t at_us);

    void marker(std::string_view label, std::int64_t at_us) { event('m', label, at_us); }
    void input(std::string_view text, std::int64_t at_us) { event('i', text, at_us); }
    void resize(vt::Size size, std::int64_t at_us);
    /// The exit status; version 2 knows none.
    void exit(int status, std::int64_t at_us);

private:
    void event(char code, std::string_view data, std::int64_t at_us);

    int version_;
    std::string& out_;
    std::string held_;
    std::int64_t start_us_ = 0;
    std::int64_t last_us_ = 0;
};

} // namespace kept::daemon
