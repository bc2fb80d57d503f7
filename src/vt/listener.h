#pragma once

#include <cstdint>
#include <string_view>

namespace kept::vt {

/// What a stream of terminal output asks of its surroundings. Offsets count the bytes fed since the
/// Screen was made, plus its base offset. Views are valid during the call only. Calls come from
/// inside Screen::feed, when everything before the sequence has been applied; a listener may read
/// the screen but must not feed or resize it.
class Listener {
public:
    virtual ~Listener() = default;

    /// A complete OSC string without its introducer and terminator (`133;A`). `begin` is the offset
    /// of its ESC, `end` the offset just past its terminator (BEL or ESC \).
    virtual void on_osc(std::string_view payload, std::uint64_t begin, std::uint64_t end) {
        static_cast<void>(payload), static_cast<void>(begin), static_cast<void>(end);
    }

    /// DECSET (`set`) or DECRST, once for each parameter, known to us or not.
    virtual void on_private_mode(int mode, bool set, std::uint64_t begin, std::uint64_t end) {
        static_cast<void>(mode), static_cast<void>(set);
        static_cast<void>(begin), static_cast<void>(end);
    }

    /// Bytes the program waits to read: the answer to a query such as DA1, DSR or OSC 11.
    virtual void on_reply(std::string_view bytes) { static_cast<void>(bytes); }

    virtual void on_bell() {}
};

} // namespace kept::vt
