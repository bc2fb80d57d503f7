#include "terminal/audience.h"

#include <algorithm>
#include <utility>

#include "control/guest_terminal.h"

namespace kept::terminal {

namespace {
/// Terminals that know synchronized output show what is between these at once.
constexpr std::string_view kHold = "\x1b[?2026h";
constexpr std::string_view kShow = "\x1b[?2026l";
} // namespace

Guest::Guest(Audience& audience, control::GuestInfo who, bool rules, std::function<void()> wake)
    : audience_(audience), who_(std::move(who)), rules_(rules), wake_(std::move(wake)) {
    audience_.join(*this);
}

Guest::~Guest() {
    audience_.leave(*this);
}

void Guest::resize(vt::Size size) {
    who_.cols = size.cols;
    who_.rows = size.rows;
    repaint();
    audience_.refit();
}

bool Guest::pictured() const {
    const vt::Size screen = audience_.screen_.size();
    return screen.cols != who_.cols || screen.rows != who_.rows;
}

std::string Guest::take() {
    if (!pictured()) {
        std::string out =
            std::exchange(paint_, false) ? audience_.whole_screen() : std::exchange(backlog_, {});
        dirty_ = true;
        return out;
    }
    if (!std::exchange(dirty_, false)) {
        return {};
    }
    std::string out;
    if (std::exchange(paint_, false)) {
        out.append(control::kFreshTerminal).append("\x1b[H\x1b[2J");
        picture_ = {};
    }
    picture_.paint(audience_.screen_, size(), out);
    return out.empty() ? out : std::string(kHold) + out + std::string(kShow);
}

void Guest::pass(std::string_view bytes) {
    if (pictured()) {
        dirty_ = true;
    } else if (!paint_) {
        if (bytes.empty()) {
            return;
        }
        if (backlog_.size() + bytes.size() > kMostBehind) {
            repaint();
            return;
        }
        backlog_.append(bytes);
    }
    wake_();
}

void Guest::repaint() {
    paint_ = true;
    dirty_ = true;
    backlog_.clear();
    backlog_.shrink_to_fit();
    wake_();
}

Audience::Audience(const vt::Screen& screen, std::function<void(vt::Size)> fit)
    : screen_(screen), fit_(std::move(fit)), own_size_(screen.size()) {}

std::vector<control::GuestInfo> Audience::list() const {
    std::vector<control::GuestInfo> all;
    for (const Guest* guest : guests_) {
        all.push_back(guest->who());
    }
    return all;
}

void Audience::join(Guest& guest) {
    if (guests_.empty()) {
        filter_ = {};
        in_step_ = screen_.between_sequences();
        keyboard_ = keyboard();
    }
    guests_.push_back(&guest);
    refit();
}

void Audience::leave(Guest& guest) {
    guests_.remove(&guest);
    refit();
}

void Audience::set_own_size(vt::Size size) {
    own_size_ = size;
    refit();
}

/// The newest of those who asked for their own size; else the least of those who may type; else the
/// session's own.
void Audience::refit() {
    vt::Size size{vt::kMaxEdge, vt::kMaxEdge};
    bool decided = false;
    for (const Guest* guest : guests_) {
        if (guest->rules_) {
            size = guest->size();
            decided = true;
        }
    }
    for (const Guest* guest : guests_) {
        if (!guest->who_.read_only && !decided) {
            size.cols = std::min(size.cols, guest->who_.cols);
            size.rows = std::min(size.rows, guest->who_.rows);
        }
    }
    if (size.cols == vt::kMaxEdge && size.rows == vt::kMaxEdge) {
        size = own_size_;
    }
    if (size.cols != screen_.size().cols || size.rows != screen_.size().rows) {
        fit_(size);
    }
}

void Audience::resized() {
    for (Guest* guest : guests_) {
        guest->repaint();
    }
}

void Audience::output(std::string_view bytes) {
    if (!in_step_) {
        // Somebody came while the program was in the middle of a sequence.
        in_step_ = screen_.between_sequences();
        for (Guest* guest : guests_) {
            guest->repaint();
        }
        return;
    }
    std::string passing;
    filter_.feed(bytes, passing);
    const bool retitle = filter_.take_retitle();
    if (filter_.take_repaint()) {
        resized();
        return;
    }
    if (retitle) {
        passing.append("\x1b]2;").append(screen_.title()).append("\x1b\\");
    }
    if (std::string keys = keyboard(); keys != keyboard_) {
        passing.append(keys);
        keyboard_ = std::move(keys);
    }
    for (Guest* guest : guests_) {
        guest->pass(passing);
    }
}

/// The keyboard protocols are set as they stand and not step by step: a guest's terminal has stacks
/// of its own, which stay as they were.
std::string Audience::keyboard() const {
    const vt::Modes& modes = screen_.modes();
    return "\x1b[=" + std::to_string(modes.kitty_keyboard) + ";1u\x1b[>4;" +
           std::to_string(modes.modify_other_keys) + "m";
}

std::string Audience::whole_screen() const {
    std::string out(kHold);
    out.append(control::kFreshTerminal);
    GuestOutput passable; // the buffer and the keyboard are not for guests
    passable.feed(screen_.repaint(), out);
    return out.append(keyboard()).append(kShow);
}

} // namespace kept::terminal
