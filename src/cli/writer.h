#pragma once

#include <string>
#include <string_view>

namespace kept::cli {

/// A buffered writer on a descriptor. When nobody reads the other end any more the process ends as
/// SIGPIPE would end it, whatever the caller made of that signal.
class Writer {
public:
    explicit Writer(int fd) : fd_(fd) {}

    /// Keeps everything in `text()`; for tests.
    Writer() = default;

    void put(std::string_view text);
    void put(char c) { put(std::string_view(&c, 1)); }

    /// Writes out what is held. False when a write has failed, now or before.
    bool flush();

    /// errno of the first write that failed, or 0.
    [[nodiscard]] int error() const { return error_; }

    [[nodiscard]] const std::string& text() const { return buffer_; }

private:
    void write_out(std::string_view text);

    int fd_ = -1;
    int error_ = 0;
    std::string buffer_;
};

/// Standard output and standard error.
Writer& out();
Writer& err();

/// One line for a person, on standard error at once.
void say(std::string_view line);

} // namespace kept::cli
