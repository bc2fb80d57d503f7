#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <termios.h>

#include "base/fd.h"

namespace kept::cli {

/// The terminal that a person sits at, while it is a session's: raw, on its alternate screen.
/// However that ends, it is left as it was found.
class PersonTerminal {
public:
    /// The terminal on standard input and output; else why it cannot be.
    static std::expected<PersonTerminal, std::string> open();

    ~PersonTerminal();
    PersonTerminal(PersonTerminal&& other) noexcept;
    PersonTerminal& operator=(PersonTerminal&&) = delete;
    PersonTerminal(const PersonTerminal&) = delete;
    PersonTerminal& operator=(const PersonTerminal&) = delete;

    void enter();
    /// Undoes enter(), and all that was shown since.
    void leave();

    /// The same when somebody else has used the terminal, and left it in an unknown state.
    void restore();

    struct Size {
        int cols = 0;
        int rows = 0;
    };
    [[nodiscard]] Size size() const;
    [[nodiscard]] const std::string& path() const { return path_; }

    /// Where write_some() can be waited for.
    [[nodiscard]] int output() const { return output_.get(); }

    /// Shows as much as the terminal takes now and removes that from `pending`; false when the
    /// terminal has gone.
    bool write_some(std::string& pending);

private:
    PersonTerminal() = default;

    std::string path_;
    base::Fd output_; ///< a description of our own: the shell's must not become non-blocking
    termios found_{};
    bool entered_ = false;
};

} // namespace kept::cli
