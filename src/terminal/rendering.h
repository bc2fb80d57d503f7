#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "control/launch.h"
#include "control/messages.h"
#include "terminal/marks.h"
#include "vt/transcript.h"

namespace kept::terminal {

/// Turns a stretch of a terminal's output into the form that a caller wants, as it comes.
class Rendering {
public:
    Rendering(control::Form form, const control::LaunchSpec& spec,
              std::function<void(std::string_view)> sink);

    void feed(std::string_view bytes);
    void finish();

private:
    std::unique_ptr<vt::Transcript> transcript_;
    std::unique_ptr<MarkFilter> filter_;
};

} // namespace kept::terminal
