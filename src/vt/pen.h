#pragma once

#include "vt/engine.h"
#include "vt/style.h"

#include <string>
#include <utility>

namespace kept::vt {

/// Writes the sequences between cells of different styles.
class Pen {
public:
    Pen(std::string& out, const Engine& engine) : out_(out), engine_(engine) {}

    void take(const Style& style) {
        if (style == now_) {
            return;
        }
        if (style.link != now_.link) {
            const auto link = engine_.links().whole(style.link);
            out_.append("\x1b]8;").append(link.empty() ? ";" : link).append("\x1b\\");
        }
        Style old = std::exchange(now_, style);
        Style shown = style;
        old.link = shown.link = 0;
        if (old == shown) {
            return;
        }
        if (shown == Style{}) {
            out_.append("\x1b[0m");
        } else {
            append_sgr(out_, shown);
        }
    }

private:
    std::string& out_;
    const Engine& engine_;
    Style now_;
};

} // namespace kept::vt
