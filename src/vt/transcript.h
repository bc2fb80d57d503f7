#pragma once

#include "vt/types.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace kept::vt {

/// Renders a stretch of a program's output as a person would have read it, on a fresh screen.
/// Carriage returns, backspaces, erases and cursor moves are applied; colours and OSC strings are
/// dropped; soft wraps are joined. Blank lines, leading spaces, tabs and written trailing spaces
/// are kept, rows that were wiped stay wiped, and what was drawn on the alternate screen is no part
/// of it. Invalid UTF-8 becomes U+FFFD, one for each maximal subpart.
///
/// Lines are joined by '\n' up to the cursor's row or the last row with text, whichever is lower:
/// "a\r\n" gives "a\n" and "a" gives "a".
class Transcript {
public:
    /// Takes a piece of UTF-8 text. Pieces end anywhere between characters.
    using Sink = std::function<void(std::string_view)>;

    enum class Style {
        plain, ///< text alone
        ansi,  ///< colours and attributes kept as SGR sequences, reset at each line's end
    };

    Transcript(Size size, Sink sink, Style style = Style::plain);
    ~Transcript();
    Transcript(Transcript&&) noexcept;
    Transcript& operator=(Transcript&&) noexcept;
    Transcript(const Transcript&) = delete;
    Transcript& operator=(const Transcript&) = delete;

    /// Lines go to the sink as soon as nothing can change them any more.
    void feed(std::string_view bytes);
    /// Gives the rest. The transcript takes no more bytes after that.
    void finish();

private:
    class Impl;
    std::unique_ptr<Impl> impl_;
};

/// The whole of `bytes` rendered by a Transcript.
std::string render_text(std::string_view bytes, Size size = {},
                        Transcript::Style style = Transcript::Style::plain);

} // namespace kept::vt
