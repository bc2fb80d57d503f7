#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <vector>

#include "control/messages.h"
#include "terminal/guest_output.h"
#include "terminal/picture.h"
#include "vt/screen.h"

namespace kept::terminal {

class Audience;

/// One person who is attached. A terminal of the session's own size is sent the program's bytes;
/// one of another size a picture of the screen, cut to fit. Whoever takes what is there more slowly
/// than it comes misses bytes and is painted the whole screen instead.
class Guest {
public:
    /// What may wait for a terminal; a screen is painted from less.
    static constexpr std::size_t kMostBehind = 128UL * 1024;

    /// Joins. `wake` is called when take() may have something.
    Guest(Audience& audience, control::GuestInfo who, bool rules, std::function<void()> wake);
    /// Leaves.
    ~Guest();
    Guest(const Guest&) = delete;
    Guest& operator=(const Guest&) = delete;
    Guest(Guest&&) = delete;
    Guest& operator=(Guest&&) = delete;

    [[nodiscard]] const control::GuestInfo& who() const { return who_; }

    /// The person's window has another size, or shows something else: paints all of it anew.
    void resize(vt::Size size);

    /// What the person's terminal is to be sent now; empty when there is nothing.
    [[nodiscard]] std::string take();

    /// True when take() gives pictures, which are better not taken faster than the eye sees.
    [[nodiscard]] bool pictured() const;

private:
    friend class Audience;

    [[nodiscard]] vt::Size size() const { return {who_.cols, who_.rows}; }
    void pass(std::string_view bytes);
    void repaint();

    Audience& audience_;
    control::GuestInfo who_;
    bool rules_; ///< the session takes the size of this terminal
    std::function<void()> wake_;
    std::string backlog_;
    bool paint_ = true; ///< the whole screen is due
    bool dirty_ = true; ///< a picture is due
    Picture picture_;
};

/// The people attached to a terminal: what they see, and what size it has for them.
class Audience {
public:
    /// `fit` gives the terminal another size.
    Audience(const vt::Screen& screen, std::function<void(vt::Size)> fit);

    [[nodiscard]] bool empty() const { return guests_.empty(); }
    [[nodiscard]] std::vector<control::GuestInfo> list() const;

    /// Output that is on the screen by now.
    void output(std::string_view bytes);

    /// The screen has another size.
    void resized();

    /// The size when nobody has a say.
    void set_own_size(vt::Size size);

private:
    friend class Guest;

    void join(Guest& guest);
    void leave(Guest& guest);
    void refit();
    [[nodiscard]] std::string whole_screen() const;
    [[nodiscard]] std::string keyboard() const;

    const vt::Screen& screen_;
    std::function<void(vt::Size)> fit_;
    vt::Size own_size_;
    std::list<Guest*> guests_;
    GuestOutput filter_;
    bool in_step_ = false; ///< the filter has seen the sequence that it is in from its beginning
    std::string keyboard_; ///< as the guests' terminals have it
};

} // namespace kept::terminal
