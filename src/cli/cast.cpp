#include <cerrno>
#include <charconv>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include "base/ids.h"
#include "cli/commands.h"
#include "cli/find_session.h"
#include "cli/json_writer.h"
#include "cli/options.h"
#include "cli/writer.h"
#include "os/files.h"

namespace kept::cli {

namespace {

/// Where the recording goes: a file, made when its first bytes come, or standard output.
class Recording {
public:
    explicit Recording(std::optional<std::string> path) : path_(std::move(path)) {}

    /// False when it cannot be written; errno tells why.
    bool put(std::string_view bytes) {
        if (!path_) {
            out().put(bytes);
            return true;
        }
        if (!file_) {
            file_.reset(::open(path_->c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        }
        return file_ && os::write_all(file_.get(), bytes).has_value();
    }

private:
    std::optional<std::string> path_;
    base::Fd file_;
};

std::optional<std::int64_t> milliseconds(const std::string& seconds) {
    constexpr double kMost = 1e9;
    double value = 0;
    const char* end = seconds.data() + seconds.size();
    const auto read = std::from_chars(seconds.data(), end, value, std::chars_format::fixed);
    if (read.ec != std::errc{} || read.ptr != end || !(value >= 0.001) || value > kMost) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(value * 1000);
}

} // namespace

int cast_command(const Verb& verb, Arguments arguments) {
    bool json = false;
    bool version2 = false;
    bool input = false;
    std::optional<std::string> file;
    std::optional<std::string> from;
    std::optional<std::string> to;
    std::optional<std::string> idle;
    Options options(verb);
    options.flag("-j,--json", json, "With -o: print one JSON object")
        .text("-o,--output", file, "FILE", "Write here (default: standard output)")
        .flag("--v2", version2, "asciicast version 2, for asciinema before 3.0")
        .text("--from", from, "CELL", "Begin where this cell was fired")
        .text("--to", to, "CELL", "End where this cell ended")
        .text("--idle-limit", idle, "S", "Players shorten pauses to so many seconds")
        .flag("--input", input, "Also the code of cells (the first 200 characters)")
        .note("Any session can be replayed, live or ended, as far back as its journal goes. Cells\n"
              "are markers. What people and k send type is not kept, and so not in it.");
    auto words = options.parse(arguments, 0, 1);
    if (!words) {
        return words.error();
    }
    control::CastRequest request;
    request.version = version2 ? 2 : 3;
    request.from = from.value_or("");
    request.to = to.value_or("");
    request.input = input;
    if (idle) {
        const auto limit = milliseconds(*idle);
        if (!limit) {
            return options.wrong("--idle-limit: '" + *idle + "' is no number of seconds");
        }
        request.idle_limit_ms = *limit;
    }
    for (const auto& cell : {from, to}) {
        if (cell && !base::is_cell_id(*cell)) {
            return options.wrong("'" + *cell + "' is no cell_id (k cells lists them)");
        }
    }
    const Manner manner{json ? Manner::Words::json : Manner::Words::marked};
    auto target =
        find_session(words->empty() ? std::nullopt : std::optional(words->front()), manner);
    if (!target) {
        return target.error();
    }
    // The journal has all of it: a live daemon need not be kept busy.
    auto client = open_reader(*target);
    if (!client) {
        return fail(manner, explain(target->name, client.error()));
    }
    if (auto sent = client->send(request); !sent) {
        return fail(manner, explain(target->name, sent.error()));
    }
    Recording recording(file);
    while (true) {
        const auto frame = client->receive();
        if (!frame) {
            return fail(manner, explain(target->name, frame.error()));
        }
        if (frame->type == control::FrameType::bytes) {
            if (!recording.put(frame->payload)) {
                return fail(manner,
                            {"cannot write " + *file + ": " + std::strerror(errno), {}, {}});
            }
            continue;
        }
        const auto answer = control::decode_answer(frame->payload);
        if (!answer) {
            return fail(manner, explain(target->name, answer.error()));
        }
        if (const auto* refusal = std::get_if<control::Refusal>(&*answer)) {
            return fail(manner, explain(target->name, *refusal, refusal->cell));
        }
        if (const auto* end = std::get_if<control::ReportEnd>(&*answer)) {
            if (file && json) {
                JsonWriter writer(out());
                writer.begin_object();
                writer.text("session", target->name);
                writer.text("status", "written");
                writer.text("file", *file);
                writer.number("bytes", end->bytes);
                writer.end_object();
                writer.end_line();
            } else if (file) {
                out().put("OK " + *file + "\n");
            }
            return 0;
        }
    }
}

} // namespace kept::cli
