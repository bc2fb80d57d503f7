#include "terminal/nesting.h"

#include <utility>

#include "terminal/line_framer.h"
#include "terminal/marks.h"

namespace kept::terminal {

void Nesting::set_own(std::unique_ptr<Framer> framer) {
    levels_.clear();
    levels_.push_back({std::move(framer), nullptr, {}, false});
}

void Nesting::set_own_marks(std::unique_ptr<MarkFramer> framer, std::string nonce) {
    levels_.clear();
    enter_marks(std::move(framer), std::move(nonce));
}

void Nesting::enter_prompt() {
    levels_.push_back({LineFramer::at_prompt(host_), nullptr, {}, false});
}

void Nesting::enter_marks(std::unique_ptr<MarkFramer> framer, std::string nonce) {
    MarkFramer* marks = framer.get();
    if (!levels_.empty()) {
        levels_.back().covered = true;
        framer->set_inside();
    }
    levels_.push_back({std::move(framer), marks, std::move(nonce), false});
}

void Nesting::accept_prompt() {
    for (Level& level : levels_) {
        level.framer->cancel();
    }
    levels_.resize(1);
    enter_prompt();
}

void Nesting::leave() {
    if (!inside()) {
        return;
    }
    const Level top = std::move(levels_.back());
    levels_.pop_back();
    levels_.back().covered = false;
    if (top.framer->pending()) {
        current().begin(top.framer->take_code());
    } else if (top.framer->open()) {
        current().adopt(top.framer->pieces());
    }
}

bool Nesting::on_osc(std::string_view payload, std::uint64_t begin, std::uint64_t end) {
    for (std::size_t i = levels_.size(); i-- > 0;) {
        if (levels_[i].marks == nullptr) {
            continue;
        }
        const auto mark = parse_mark(payload, levels_[i].nonce);
        if (!mark) {
            continue;
        }
        // A mark from further out: the programs that had the terminal meanwhile have ended.
        while (levels_.size() > i + 1) {
            leave();
        }
        levels_[i].marks->on_mark(*mark, begin, end);
        return true;
    }
    return false;
}

bool Nesting::return_to_prompt() {
    if (!inside() || current().back_at_prompt()) {
        return false;
    }
    for (std::size_t i = levels_.size() - 1; i-- > 0;) {
        if (levels_[i].covered || !levels_[i].framer->back_at_prompt()) {
            continue;
        }
        while (levels_.size() > i + 1) {
            leave();
        }
        return true;
    }
    return false;
}

} // namespace kept::terminal
