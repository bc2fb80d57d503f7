#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "terminal/framer.h"
#include "terminal/mark_framer.h"

namespace kept::terminal {

/// The framers of a session: its own program's, and on top those of programs within programs (a
/// shell behind ssh, python3 in bash). The topmost is in charge. When an outer program shows that
/// it is back, by a mark of its own or by its prompt, those above it go, and the cell that was open
/// there ends here.
class Nesting {
public:
    explicit Nesting(FrameHost& host) : host_(host) {}

    /// The framer of the session's own program.
    void set_own(std::unique_ptr<Framer> framer);

    /// … which goes by marks with this nonce.
    void set_own_marks(std::unique_ptr<MarkFramer> framer, std::string nonce);

    [[nodiscard]] Framer& current() const { return *levels_.back().framer; }

    /// The framer in charge when it goes by marks, else null.
    [[nodiscard]] MarkFramer* marks() const { return levels_.back().marks; }

    /// True while the framer in charge is not the session's own program's.
    [[nodiscard]] bool inside() const { return levels_.size() > 1; }

    /// Puts a framer in charge that has learned the prompt which is before the cursor now.
    void enter_prompt();

    /// Puts a framer in charge that goes by marks with this nonce, for the program that the one in
    /// charge so far was for: its prompt is no sign of a return.
    void enter_marks(std::unique_ptr<MarkFramer> framer, std::string nonce);

    /// The prompt before the cursor is the session's own program's: all levels but that one go, and
    /// frames begin there anew.
    void accept_prompt();

    /// Takes the framer away that is in charge; what it had open goes to the one below.
    void leave();

    /// An operating system command of the program's: true when it was a mark of one of ours.
    bool on_osc(std::string_view payload, std::uint64_t begin, std::uint64_t end);

    /// Goes back to the outermost program whose prompt is before the cursor, when the one in charge
    /// does not know that prompt. True when that changed something.
    bool return_to_prompt();

private:
    struct Level {
        std::unique_ptr<Framer> framer;
        MarkFramer* marks = nullptr; ///< framer, when it goes by marks
        std::string nonce;
        bool covered = false; ///< the level above is for the same program
    };

    FrameHost& host_;
    std::vector<Level> levels_;
};

} // namespace kept::terminal
