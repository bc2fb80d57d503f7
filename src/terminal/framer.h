#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "control/cell_info.h"
#include "session/session.h"
#include "terminal/marks.h"
#include "terminal/probe.h"
#include "vt/screen.h"

namespace kept::terminal {

using control::Completion;
using control::Range;

/// A program that has been silent for this long since its start, and is not seen to read, has
/// started.
inline constexpr std::int64_t kStartQuietUs = 300'000;

/// What a framer may see of its terminal, and tell it.
class FrameHost {
public:
    virtual ~FrameHost() = default;
    FrameHost() = default;
    FrameHost(const FrameHost&) = delete;
    FrameHost& operator=(const FrameHost&) = delete;
    FrameHost(FrameHost&&) = delete;
    FrameHost& operator=(FrameHost&&) = delete;

    [[nodiscard]] virtual const vt::Screen& screen() const = 0;

    /// Offset of the next byte of output.
    [[nodiscard]] virtual std::uint64_t offset() const = 0;

    /// Offset of the first byte of the line that the cursor is in (just past the last line feed).
    [[nodiscard]] virtual std::uint64_t line_start() const = 0;

    /// The last bytes of output, up to 1 KiB.
    [[nodiscard]] virtual std::string_view tail() const = 0;

    /// The bytes of output before that offset, as far as tail() has them.
    [[nodiscard]] std::string_view before(std::uint64_t offset) const {
        const std::string_view bytes = tail();
        const std::uint64_t later = tail_end() - std::min(offset, tail_end());
        return bytes.substr(0, bytes.size() - std::min<std::uint64_t>(later, bytes.size()));
    }

    /// Offset just past tail(); ahead of offset() while a stretch of output is being looked at.
    [[nodiscard]] virtual std::uint64_t tail_end() const = 0;

    /// True when everything typed has been taken by the kernel.
    [[nodiscard]] virtual bool typed_all() const = 0;

    /// Types what a framer wants typed.
    virtual void type_code(std::string bytes) = 0;

    /// True after an interruption, until the program has been seen at rest: a signal that is still
    /// on its way would throw away what is typed now.
    [[nodiscard]] virtual bool unsettled() const { return false; }

    /// Why code may not be typed at the prompt of that number, which has just come; empty when it
    /// may.
    [[nodiscard]] virtual std::string obstacle(std::uint64_t prompts) const {
        static_cast<void>(prompts);
        return {};
    }

    /// The program is ready for its first cell.
    virtual void ready() = 0;

    /// The cell's frame has ended.
    virtual void end(Completion completion, std::optional<int> exit_code,
                     std::vector<Range> pieces) = 0;

    /// The cell could not be run at all.
    virtual void failed(std::string why) = 0;

    virtual void waiting(control::InputKind kind, control::Evidence evidence,
                         const Stillness& still) = 0;

    /// Asks for a look at the program as soon as it may have come to rest.
    virtual void look_soon() = 0;
};

/// Decides where the output of a cell begins and ends, by one kind of evidence.
class Framer {
public:
    virtual ~Framer() = default;
    Framer() = default;
    Framer(const Framer&) = delete;
    Framer& operator=(const Framer&) = delete;
    Framer(Framer&&) = delete;
    Framer& operator=(Framer&&) = delete;

    /// A cell was fired: hand its code over, now or at the next prompt.
    virtual void begin(std::string code) = 0;

    /// True between begin() and the end of the frame.
    [[nodiscard]] virtual bool open() const = 0;

    /// True while code waits for a prompt and nothing of it has been sent.
    [[nodiscard]] virtual bool pending() const = 0;

    /// Forgets a pending cell.
    virtual void cancel() = 0;

    /// The code of a cell of which nothing has been sent; it is then forgotten here.
    virtual std::string take_code() { return {}; }

    /// Takes over a frame that the framer of an inner program had open, with its output so far.
    // NOLINTNEXTLINE(performance-unnecessary-value-param): what overrides it keeps them
    virtual void adopt(std::vector<Range> /*pieces*/) {}

    /// True when the prompt of this framer's program, as it was seen last, is before the cursor.
    [[nodiscard]] virtual bool back_at_prompt() const { return false; }

    /// True while code that has been typed may not have been read yet: an interruption has to wait,
    /// because the terminal throws away unread input, and with it what ends a paste.
    [[nodiscard]] virtual bool typing() const { return false; }

    /// A mark of ours, between these offsets.
    virtual void on_mark(const Mark& mark, std::uint64_t begin, std::uint64_t end) {
        static_cast<void>(mark);
        static_cast<void>(begin);
        static_cast<void>(end);
    }

    /// The line editor has switched bracketed paste on (it reads) or off (it has read).
    virtual void on_paste_mode(bool on, Range sequence) {
        static_cast<void>(on);
        static_cast<void>(sequence);
    }

    /// Output, already on the screen.
    virtual void on_output(std::string_view bytes, std::uint64_t begin) {
        static_cast<void>(bytes);
        static_cast<void>(begin);
    }

    /// The program has come to rest, `quiet_us` after its last output.
    virtual void on_still(const Stillness& still, std::int64_t quiet_us) {
        static_cast<void>(still);
        static_cast<void>(quiet_us);
    }

    /// The open frame's output so far.
    [[nodiscard]] virtual std::vector<Range> pieces() const = 0;
};

/// What kind of input a program waits for, from the line discipline and the screen.
control::InputKind input_kind(const Stillness& still, const vt::Screen& screen);

/// True when a program uses the screen as a whole: it shows the alternate screen, text below the
/// cursor, or no cursor while it asks for cursor keys. One that only prints never does.
bool full_screen(const vt::Screen& screen);

/// By what a wait that is certain is known.
control::Evidence evidence_of(const Stillness& still);

} // namespace kept::terminal
