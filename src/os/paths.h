#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "os/errors.h"

namespace kept::os {

/// The value of an environment variable; empty when it is not set.
std::string environment(const char* name);

/// Where sessions live. The runtime directory holds `<session>.sock` and `<session>.lock`; the
/// state directory one folder per session with its journal.
class Paths {
public:
    /// Finds both directories ($KEPT_DIR, else $XDG_RUNTIME_DIR/kept, else /tmp/kept-UID;
    /// $KEPT_STATE, else $XDG_STATE_HOME/kept, else ~/.local/state/kept), makes those that are
    /// missing with mode 0700, and refuses one that is a symbolic link, belongs to another user or
    /// is open to others.
    static Result<Paths> open();

    /// The same directories, neither made nor looked at.
    static Paths named();

    [[nodiscard]] const std::string& runtime() const { return runtime_; }
    [[nodiscard]] const std::string& state() const { return state_; }
    [[nodiscard]] std::string socket(std::string_view session) const;
    [[nodiscard]] std::string lock(std::string_view session) const;
    [[nodiscard]] std::string journal(std::string_view session) const;

    /// Names of all sessions that have a journal, sorted.
    [[nodiscard]] std::vector<std::string> sessions() const;

private:
    std::string runtime_;
    std::string state_;
};

/// Makes one private directory (mode 0700), or checks that the one there is ours, no symbolic link,
/// and closed to others.
Result<void> make_private_directory(const std::string& path);

/// That check alone; a directory that is missing fails as `unavailable`.
Result<void> check_private_directory(const std::string& path);

/// Removes a directory of plain files, and itself. Missing is fine.
void remove_directory(const std::string& path);

} // namespace kept::os
