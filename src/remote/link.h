#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "os/paths.h"

namespace kept::remote {

/// The connection to another machine: one ssh process of the user's own OpenSSH that stays behind
/// and that all commands share (ControlMaster, ssh_config(5)). It notices within some ten seconds
/// that the other end is gone, and ends ten minutes after the last command.
class Link {
public:
    /// `host` as ssh takes it: a name, user@name, or an entry of the user's configuration.
    /// $KEPT_SSH is the ssh command with further options, read by a shell. An error says what is
    /// wrong.
    static std::expected<Link, std::string> to(const std::string& host, const os::Paths& paths);

    /// Connects unless that has been done. ssh may ask the user on the terminal, and what it says
    /// goes to standard error. The error is ssh's reason.
    [[nodiscard]] std::expected<void, std::string> connect() const;

    /// Ends the connection; false when there is none.
    [[nodiscard]] bool close() const;

    [[nodiscard]] bool connected() const;
    [[nodiscard]] const std::string& host() const { return host_; }

    /// The ssh command line that runs `command` there through the connection. The other machine's
    /// login shell reads `command`.
    [[nodiscard]] std::vector<std::string> run(const std::string& command) const;

    /// The same with the user's terminal.
    [[nodiscard]] std::vector<std::string> run_on_terminal(const std::string& command) const;

private:
    Link(std::string host, std::string socket)
        : host_(std::move(host)), socket_(std::move(socket)) {}

    /// ssh with these options behind the user's own.
    [[nodiscard]] static std::vector<std::string> ssh(std::vector<std::string> options);

    std::string host_;
    std::string socket_; ///< of the ssh process that stays
};

} // namespace kept::remote
