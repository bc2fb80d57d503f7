#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace kept::terminal {

/// What people have typed at a prompt and not sent yet: code typed now would become part of it.
class GuestLine {
public:
    /// How the terminal stands.
    struct Scene {
        std::string row;            ///< text of the cursor's row
        std::uint64_t prompts = 0;  ///< prompts shown so far; 0 where they are not marked
        bool at_prompt = true;      ///< the program reads a line at its prompt, as far as known
        std::int64_t output_us = 0; ///< when the program last wrote something
    };

    /// Somebody is about to type. True when the bytes end with a line sent or dropped (Enter,
    /// Ctrl-C): the program's next prompt is another one.
    bool typed(std::string_view bytes, const Scene& scene, std::int64_t now_us);

    /// True while a line is begun.
    [[nodiscard]] bool begun(const Scene& scene, std::int64_t now_us) const;

    /// True when what was typed while the program was busy stands at the prompt of that number.
    [[nodiscard]] bool typed_ahead(std::uint64_t prompts) const {
        return open_ && ahead_ && prompts_ == prompts;
    }

private:
    /// True when another prompt has been shown, which is the same one drawn again around the line,
    /// for a window of another size.
    [[nodiscard]] bool drawn_again(const Scene& scene) const;

    bool open_ = false;
    bool ahead_ = false;        ///< typed while the program did not read lines
    std::string before_;        ///< the row before the line was begun
    std::uint64_t prompts_ = 0; ///< of the prompt where the line stands
    std::int64_t typed_us_ = 0;
};

} // namespace kept::terminal
