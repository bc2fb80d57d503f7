#include "terminal/terminal.h"

#include "base/clock.h"

namespace kept::terminal {

Audience& Terminal::audience() {
    if (!audience_) {
        audience_ = std::make_unique<Audience>(screen_, [this](vt::Size size) { set_size(size); });
    }
    return *audience_;
}

std::vector<control::GuestInfo> Terminal::guests() const {
    return audience_ ? audience_->list() : std::vector<control::GuestInfo>();
}

bool Terminal::guest_types(const control::GuestInfo& guest, std::string bytes) {
    typist_ = guest.tty.empty() ? guest.user : guest.user + " on " + guest.tty;
    if (guest_line_.typed(bytes, guest_scene(), base::steady_us()) && nesting_.marks() != nullptr) {
        nesting_.marks()->line_sent();
    }
    return type(std::move(bytes)).has_value();
}

GuestLine::Scene Terminal::guest_scene() const {
    GuestLine::Scene scene;
    scene.row = screen_.row_text(screen_.cursor().row);
    scene.output_us = last_output_us_;
    if (const MarkFramer* marks = nesting_.marks()) {
        scene.prompts = marks->prompts();
        scene.at_prompt = marks->at_prompt();
    }
    return scene;
}

std::string Terminal::obstacle(std::uint64_t prompts) const {
    return guest_line_.typed_ahead(prompts)
               ? "send failed: " + typist_ + " has typed ahead at the prompt"
               : std::string();
}

std::expected<void, control::Refusal> Terminal::check_prompt() const {
    if (guest_line_.begun(guest_scene(), base::steady_us())) {
        return std::unexpected(
            control::Refusal{control::ControlErrc::prompt_in_use,
                             "the prompt is in use: " + typist_ + " has begun to type there", ""});
    }
    return {};
}

} // namespace kept::terminal
