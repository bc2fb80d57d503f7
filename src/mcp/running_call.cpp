#include "mcp/running_call.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/files.h"

namespace kept::mcp {

namespace {

/// Far above the largest answer; a call that prints more has gone wrong.
constexpr std::size_t kMaxAnswer = 64 * 1024 * 1024;

base::Fd memory_file(const char* name) {
    return base::Fd(static_cast<int>(::syscall(SYS_memfd_create, name, MFD_CLOEXEC)));
}

os::Command command(std::string name, const std::vector<std::string>& words) {
    os::Command command;
    command.argv.push_back(std::move(name));
    command.argv.insert(command.argv.end(), words.begin(), words.end());
    command.environment = os::current_environment();
    command.program = os::own_executable();
    return command;
}

bool says_error(const std::string& line) {
    const Json event = Json::parse(line, nullptr, false);
    return event.is_object() && event.value("status", Json()) == "error";
}

void signal_child(const os::Child& child, int number) {
    if (child.pidfd) {
        ::syscall(SYS_pidfd_send_signal, child.pidfd.get(), number, nullptr, 0);
    }
}

void end_child(os::Child& child) noexcept {
    if (child.pidfd) {
        signal_child(child, SIGKILL);
        os::reap(child.pid);
        child.pidfd.reset();
    }
}

} // namespace

std::expected<RunningCall, std::string> RunningCall::start(const Invocation& invocation) {
    const base::Fd input = memory_file("input");
    RunningCall call;
    call.output_ = memory_file("output");
    call.errors_ = memory_file("errors");
    if (!input || !call.output_ || !call.errors_) {
        return std::unexpected(std::string("no memory for a call: ") + std::strerror(errno));
    }
    if (!os::write_all(input.get(), invocation.input) || ::lseek(input.get(), 0, SEEK_SET) != 0) {
        return std::unexpected(std::string("no memory for the input: ") + std::strerror(errno));
    }
    auto child = os::spawn_with_streams(command("k", invocation.words), input.get(),
                                        call.output_.get(), call.errors_.get());
    if (!child) {
        return std::unexpected(child.error().message());
    }
    call.child_ = std::move(*child);
    return call;
}

RunningCall& RunningCall::operator=(RunningCall&& other) noexcept {
    if (this != &other) {
        kill();
        child_ = std::move(other.child_);
        output_ = std::move(other.output_);
        errors_ = std::move(other.errors_);
    }
    return *this;
}

RunningCall::~RunningCall() {
    kill();
}

void RunningCall::kill() noexcept {
    end_child(child_);
}

void RunningCall::interrupt() const {
    signal_child(child_, SIGINT);
}

Outcome RunningCall::collect() {
    Outcome outcome;
    const os::ExitStatus status = os::reap(child_.pid);
    child_.pidfd.reset();
    outcome.exit_code = status.signal != 0 ? 128 + status.signal : status.code;
    ::lseek(output_.get(), 0, SEEK_SET);
    outcome.output = os::read_all(output_.get(), kMaxAnswer);
    ::lseek(errors_.get(), 0, SEEK_SET);
    outcome.errors = os::read_all(errors_.get(), kMaxAnswer);
    return outcome;
}

std::expected<EventStream, std::string> EventStream::start(const std::string& session) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::unexpected(std::string("no pipe: ") + std::strerror(errno));
    }
    EventStream stream;
    stream.lines_ = base::Fd(ends[0]);
    const base::Fd write_end(ends[1]);
    const base::Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    auto child = os::spawn_with_streams(command("km", {session, "--ready", "--screen"}), null.get(),
                                        write_end.get(), null.get());
    if (!child) {
        return std::unexpected(child.error().message());
    }
    stream.child_ = std::move(*child);
    ::fcntl(stream.lines_.get(), F_SETFL, O_NONBLOCK);
    return stream;
}

EventStream& EventStream::operator=(EventStream&& other) noexcept {
    if (this != &other) {
        kill();
        child_ = std::move(other.child_);
        lines_ = std::move(other.lines_);
        first_ = std::move(other.first_);
        ready_ = other.ready_;
        none_ = other.none_;
    }
    return *this;
}

EventStream::~EventStream() {
    kill();
}

void EventStream::kill() noexcept {
    end_child(child_);
}

EventStream::Seen EventStream::read() {
    Seen seen;
    std::array<char, 4096> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by read
    while (true) {
        const auto got = ::read(lines_.get(), buffer.data(), buffer.size());
        if (got > 0) {
            std::string_view bytes(buffer.data(), static_cast<std::size_t>(got));
            if (!ready_) {
                const auto end = bytes.find('\n');
                first_.append(bytes.substr(0, end));
                ready_ = end != std::string_view::npos;
                bytes.remove_prefix(ready_ ? end + 1 : bytes.size());
                none_ = ready_ && says_error(first_);
            }
            seen.events = seen.events || !bytes.empty();
        } else if (got == 0) {
            ready_ = true;
            seen.open = false;
            return seen;
        } else if (errno != EINTR) {
            return seen;
        }
    }
}

} // namespace kept::mcp
