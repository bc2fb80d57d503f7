#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ids.h"
#include "base/text.h"
#include "cli/commands.h"
#include "cli/json_writer.h"
#include "cli/launch.h"
#include "cli/new_options.h"
#include "kept_version.h"

namespace kept::cli {

namespace {

/// An absolute path, `~` expanded, without `.` and `..` and whether or not it exists.
std::string absolute_path(std::string path) {
    if (path == "~" || path.starts_with("~/")) {
        const char* home = ::getenv("HOME");
        if (home != nullptr && *home != '\0') {
            path.replace(0, 1, home);
        }
    }
    std::error_code error;
    const auto full = std::filesystem::absolute(path, error);
    std::string text = error ? path : full.lexically_normal().string();
    while (text.size() > 1 && text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

/// Why a hook cannot be used; empty when it can.
std::string hook_problem(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
        return "hook not found: " + path;
    }
    if (::access(path.c_str(), R_OK) != 0) {
        return "hook not readable: " + path;
    }
    if (::access(path.c_str(), X_OK) != 0) {
        return "hook not executable: " + path;
    }
    return {};
}

/// The directory to start in, checked here, where the caller can still be told which one it is.
std::expected<std::string, Failure> start_directory(const std::string& chosen) {
    std::error_code error;
    std::string path =
        chosen.empty() ? std::filesystem::current_path(error).string() : absolute_path(chosen);
    if (error) {
        return std::unexpected(Failure{
            "cannot tell the current directory: " + error.message(), "choose one with --cwd", {}});
    }
    if (!base::is_utf8(path)) {
        return std::unexpected(Failure{"the directory's name is no valid UTF-8", {}, {}});
    }
    if (!std::filesystem::is_directory(path, error)) {
        return std::unexpected(Failure{
            "no directory " + path + (error ? ": " + error.message() : std::string()), {}, {}});
    }
    if (::access(path.c_str(), X_OK) != 0) {
        return std::unexpected(Failure{"cannot enter " + path + ": permission denied", {}, {}});
    }
    return path;
}

void print_started(const std::string& name, const control::LaunchSpec& spec, bool json) {
    if (json) {
        JsonWriter writer(out());
        writer.begin_object();
        writer.text("session", name);
        writer.text("status", "started");
        if (!spec.prompt.empty()) {
            writer.text("prompt", spec.prompt);
        }
        writer.end_object();
        writer.end_line();
        return;
    }
    out().put("OK " + name +
              (spec.prompt.empty() ? std::string() : " prompt=" + base::quoted(spec.prompt)) +
              "\n");
}

void print_alive(const std::string& name, bool json) {
    if (!json) {
        out().put("OK " + name + " (alive)\n");
        return;
    }
    JsonWriter writer(out());
    writer.begin_object();
    writer.text("session", name);
    writer.text("status", "alive");
    writer.end_object();
    writer.end_line();
}

} // namespace

int new_command(const Verb& verb, Arguments arguments) {
    auto parsed = parse_new(verb, arguments);
    if (!parsed) {
        return parsed.error();
    }
    control::LaunchSpec& spec = parsed->spec;
    const Manner manner{parsed->json ? Manner::Words::json : Manner::Words::marked};
    auto target = find_session(spec.name, manner);
    if (!target) {
        return target.error();
    }
    auto claimed = claim_session(*target);
    if (!claimed) {
        return fail(manner, claimed.error());
    }
    if (!*claimed) {
        print_alive(spec.name, parsed->json);
        return 0;
    }
    os::SessionLock lock = std::move(**claimed);
    if (spec.frame == control::FrameChoice::hook) {
        spec.prompt = absolute_path(spec.prompt);
        if (const auto problem = hook_problem(spec.prompt); !problem.empty()) {
            lock.remove();
            return fail(manner, {problem, {}, {}});
        }
    }
    auto directory = start_directory(spec.cwd);
    if (!directory) {
        lock.remove();
        return fail(manner, directory.error());
    }
    spec.cwd = std::move(*directory);
    spec.version = kVersion;
    if (auto started = launch(*target, spec, std::move(lock)); !started) {
        return fail(manner, started.error());
    }
    print_started(spec.name, spec, parsed->json);
    return 0;
}

} // namespace kept::cli
