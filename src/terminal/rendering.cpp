#include "terminal/rendering.h"

namespace kept::terminal {

Rendering::Rendering(control::Form form, const control::LaunchSpec& spec,
                     std::function<void(std::string_view)> sink) {
    if (form == control::Form::raw) {
        filter_ = std::make_unique<MarkFilter>(spec.nonce, std::move(sink));
        return;
    }
    const auto style =
        form == control::Form::ansi ? vt::Transcript::Style::ansi : vt::Transcript::Style::plain;
    transcript_ =
        std::make_unique<vt::Transcript>(vt::Size{spec.cols, spec.rows}, std::move(sink), style);
}

void Rendering::feed(std::string_view bytes) {
    if (filter_) {
        filter_->feed(bytes);
    } else {
        transcript_->feed(bytes);
    }
}

void Rendering::finish() {
    if (filter_) {
        filter_->finish();
    } else {
        transcript_->finish();
    }
}

} // namespace kept::terminal
