#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/frame.h"
#include "os/spawn.h"

namespace kept::remote {

/// What both ends of a connection must have in common.
inline constexpr int kProtocol = 1;

/// The verb that waits at the other end.
inline constexpr const char* kServeVerb = "remote-serve";

/// One command that another machine carries out. On the wire it is a `J` frame that says how much
/// follows, and `B` frames with the words and the values of the variables, each ended by a NUL
/// byte: a command line may hold any other byte.
struct Request {
    int protocol = kProtocol;
    std::string nonce;   ///< in hexadecimal digits: begins every note, so that no output is one
    std::string program; ///< `k` or `km`
    std::vector<std::string> words;
    os::Environment variables; ///< for the command, beside those of the other machine
    bool input = false;        ///< standard input follows
};

std::string encode(const Request& request);

/// Collects a request from frames, in order.
class RequestReader {
public:
    /// True when the request is complete; an error says what is wrong with it.
    std::expected<bool, std::string> take(const control::Frame& frame);

    [[nodiscard]] Request& request() { return request_; }

private:
    Request request_;
    std::optional<std::uint64_t> expected_; ///< bytes; empty until the first frame is there
    std::size_t words_ = 0;
    std::vector<std::string> names_;
    std::string bytes_;
};

/// What comes after the request: input as `B` frames, its end, and signals for the command.
struct Control {
    bool end_of_input = false;
    int signal = 0;
};

std::string encode(const Control& control);
std::optional<Control> decode_control(std::string_view payload);

/// A request as one word of hexadecimal digits, which no login shell changes.
std::string to_word(const Request& request);
std::expected<Request, std::string> from_word(std::string_view word);

} // namespace kept::remote
