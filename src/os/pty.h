#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <sys/types.h>

#include "base/fd.h"
#include "os/errors.h"

namespace kept::os {

struct TerminalSize {
    int cols = 160;
    int rows = 50;
};

/// How the terminal's line discipline treats input just now (termios(3)).
struct LineMode {
    bool canonical = true; ///< ICANON: the kernel edits lines
    bool echo = true;      ///< ECHO
    bool signals = true;   ///< ISIG: Ctrl-C raises SIGINT; not where a raw terminal has no VINTR
    bool output = true;    ///< OPOST: a line feed also returns to the first column
    char interrupt = 3;    ///< VINTR
    char eof = 4;          ///< VEOF
    /// With VMIN 0 a read gives up after VTIME, in milliseconds (not in canonical mode).
    std::optional<std::int64_t> read_timeout_ms = std::nullopt;
};

/// The master side of a pseudo-terminal.
class Pty {
public:
    /// Opens a new one of that size; non-blocking.
    static Result<Pty> open(TerminalSize size);

    [[nodiscard]] int master() const { return master_.get(); }
    [[nodiscard]] const std::string& slave_path() const { return slave_path_; }

    /// A descriptor of the slave, not made the controlling terminal.
    [[nodiscard]] Result<base::Fd> open_slave() const;

    void resize(TerminalSize size) const;
    [[nodiscard]] std::optional<LineMode> line_mode() const;

    /// The foreground process group, or 0 when there is none.
    [[nodiscard]] pid_t foreground_group() const;

    /// Interrupts the foreground process group as Ctrl-C does, but at once: a typed Ctrl-C passes
    /// through a work queue of the kernel's and may arrive when somebody else reads the terminal.
    /// False where it is not possible.
    [[nodiscard]] bool interrupt() const;

    /// What `stty sane` does, for the modes that lines need.
    void make_sane() const;

    /// Drops what was typed and not read yet; gives the number of bytes that were seen there.
    std::size_t drop_input() const;

    /// Wakes whoever is blocked reading the terminal, and nobody else; the reader finds nothing and
    /// goes to sleep again. (Setting the line discipline's modes, here to what they are, wakes its
    /// readers.) Nobody may be about to change the modes.
    void wake_readers() const;

    /// Bytes typed that no program has read yet; in canonical mode those of whole lines only.
    [[nodiscard]] int unread_input() const;

    /// True when the program has written something that has not been read from the master yet.
    [[nodiscard]] bool output_pending() const;

private:
    base::Fd master_;
    std::string slave_path_;
};

} // namespace kept::os
