#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "agent/plain_text.h"
#include "control/launch.h"
#include "control/messages.h"
#include "terminal/rendering.h"

namespace kept::daemon {

/// Turns a stretch of a session's output into the form that a caller wants: a terminal's as its
/// screen shows it, an agent's as it was written, of any width, with or without its colours.
class OutputText {
public:
    OutputText(control::Form form, const control::LaunchSpec& spec,
               std::function<void(std::string_view)> sink) {
        if (spec.kind != "agent") {
            terminal_.emplace(form, spec, std::move(sink));
        } else if (form == control::Form::text) {
            plain_.emplace(std::move(sink));
        } else {
            copy_ = std::move(sink);
        }
    }

    void feed(std::string_view bytes) {
        if (terminal_) {
            terminal_->feed(bytes);
        } else if (plain_) {
            plain_->feed(bytes);
        } else {
            copy_(bytes);
        }
    }

    void finish() {
        if (terminal_) {
            terminal_->finish();
        }
    }

private:
    std::optional<terminal::Rendering> terminal_;
    std::optional<agent::PlainText> plain_;
    std::function<void(std::string_view)> copy_;
};

} // namespace kept::daemon
