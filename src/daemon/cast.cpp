#include "daemon/cast.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "base/text.h"
#include "daemon/cast_writer.h"
#include "session/event_log.h"
#include "terminal/marks.h"
#include "vt/screen.h"

namespace kept::daemon {

namespace {

using control::ControlErrc;
using control::EventInfo;
using control::EventType;

/// Output is read, written and sent in pieces of this size.
constexpr std::uint64_t kCastPiece = 128UL * 1024;
constexpr std::size_t kLabel = 80;

/// Something of which the journal knows the time and the place.
struct Moment {
    enum class What { output, resize, cell, closed, other };
    What what = What::output;
    std::uint64_t offset = 0;
    std::int64_t ts_us = 0;
    vt::Size size;    ///< resize
    std::string code; ///< cell
    int status = 0;   ///< closed
};

std::optional<vt::Size> parse_size(std::string_view text) {
    vt::Size size;
    const char* const begin = std::to_address(text.begin());
    const char* const end = std::to_address(text.end());
    const auto cols = std::from_chars(begin, end, size.cols);
    if (cols.ec != std::errc{} || cols.ptr == end || *cols.ptr != 'x') {
        return std::nullopt;
    }
    const auto rows = std::from_chars(cols.ptr + 1, end, size.rows);
    return rows.ec == std::errc{} && rows.ptr == end ? std::optional(vt::clamped(size))
                                                     : std::nullopt;
}

/// A journal as a recording needs it.
struct Timeline {
    std::vector<Moment> moments;
    vt::Size size; ///< at the beginning
    Range range;   ///< of output that is wanted
    std::int64_t start_us = 0;
    bool from_cell = false;
    std::string unknown; ///< a cell that was asked for and is not there
};

Timeline read(Subject& subject, const control::CastRequest& request) {
    Timeline line;
    line.range = subject.kept();
    line.size = {subject.spec().cols, subject.spec().rows};
    std::optional<vt::Size> first_size;
    std::optional<std::uint64_t> from;
    std::optional<std::uint64_t> to;
    std::int64_t from_us = 0;
    bool to_seen = request.to.empty();
    const auto on_event = [&](const EventInfo& event) {
        Moment moment{Moment::What::other, event.offset, event.ts_us, {}, {}, 0};
        if (event.type == EventType::resize) {
            if (!first_size) {
                first_size = parse_size(event.from);
            }
            if (const auto size = parse_size(event.message)) {
                moment.what = Moment::What::resize;
                moment.size = *size;
            }
        } else if (event.type == EventType::closed) {
            moment.what = Moment::What::closed;
            moment.status = event.signal ? 128 + *event.signal : event.exit_code.value_or(0);
        } else if (event.cell && event.type == EventType::fired) {
            moment.what = Moment::What::cell;
            moment.code = event.cell->code;
            if (event.cell->id == request.from) {
                from = event.offset;
                from_us = event.ts_us;
            }
            to_seen = to_seen || event.cell->id == request.to;
        } else if (event.cell && event.cell->id == request.to && event.cell->ended()) {
            to = event.offset;
        }
        line.moments.push_back(std::move(moment));
    };
    const auto on_output = [&](std::uint64_t offset, std::int64_t ts_us) {
        line.moments.push_back({Moment::What::output, offset, ts_us, {}, {}, 0});
    };
    session::read_timeline(subject.directory(), on_event, on_output);
    if (!request.from.empty() && !from) {
        line.unknown = request.from;
    } else if (!to_seen) {
        line.unknown = request.to;
    }
    line.size = first_size.value_or(line.size);
    line.from_cell = from.has_value();
    line.range.begin = std::max(line.range.begin, from.value_or(0));
    line.range.end = std::max(line.range.begin, std::min(line.range.end, to.value_or(~0ULL)));
    line.start_us = subject.spec().created_us;
    if (from) {
        line.start_us = from_us;
    } else if (line.range.begin > 0 && !line.moments.empty()) {
        line.start_us = line.moments.front().ts_us;
        for (const Moment& moment : line.moments) {
            if (moment.offset <= line.range.begin) {
                line.start_us = moment.ts_us;
            }
        }
    }
    return line;
}

/// The screen as it stood where the recording begins; `line.size` becomes its size.
std::string opening(Subject& subject, Timeline& line) {
    vt::Screen screen(line.size);
    std::uint64_t at = subject.kept().begin;
    const auto feed_to = [&](std::uint64_t end) {
        if (end > at) {
            subject.read({at, end}, [&](std::string_view bytes) { screen.feed(bytes); });
            at = end;
        }
    };
    for (const Moment& moment : line.moments) {
        if (moment.offset > line.range.begin || moment.ts_us > line.start_us) {
            break;
        }
        if (moment.what == Moment::What::resize) {
            feed_to(moment.offset);
            screen.resize(moment.size);
        }
    }
    line.size = screen.size();
    if (!line.from_cell) {
        return {};
    }
    feed_to(line.range.begin);
    return screen.repaint();
}

std::string command_of(const control::LaunchSpec& spec) {
    if (spec.command.size() == 1) {
        return spec.command.front();
    }
    std::string line;
    for (const std::string& word : spec.command) {
        line.append(line.empty() ? "" : " ").append(base::shell_quoted(word));
    }
    return line;
}

/// Line feeds of an agent's text as a terminal needs them.
void append_with_returns(std::string_view text, std::string& out) {
    for (const char c : text) {
        out.append(c == '\n' ? "\r\n" : std::string_view(&c, 1));
    }
}

} // namespace

asio::awaitable<void> send_cast(Connection& connection, control::CastRequest request) {
    Subject& subject = connection.subject();
    Timeline line = read(subject, request);
    if (!line.unknown.empty()) {
        connection.refuse(ControlErrc::unknown_cell, "unknown cell", line.unknown);
        co_return;
    }
    const std::string screen = opening(subject, line);
    const control::LaunchSpec& spec = subject.spec();
    std::string out;
    CastWriter writer(request.version == 2 ? 2 : 3, out);
    writer.header({line.size, line.start_us, request.idle_limit_ms, command_of(spec), spec.name});
    if (!screen.empty()) {
        writer.output(screen, line.start_us);
    }
    std::int64_t now = line.start_us;
    const bool text = spec.kind == "agent";
    std::string shown; // the filter gives small pieces
    terminal::MarkFilter filter(spec.nonce, [&](std::string_view bytes) {
        if (text) {
            append_with_returns(bytes, shown);
        } else {
            shown.append(bytes);
        }
    });
    const auto write_shown = [&] {
        writer.output(shown, now);
        shown.clear();
    };
    std::uint64_t at = line.range.begin;
    // A journal that has lost its beginning may begin inside a sequence.
    bool whole = at == 0 || line.from_cell;
    const auto show = [&](std::string_view bytes) {
        if (!whole) {
            const std::size_t feed = bytes.find('\n');
            bytes.remove_prefix(feed == std::string_view::npos ? bytes.size() : feed + 1);
            whole = feed != std::string_view::npos;
        }
        filter.feed(bytes);
    };
    Moment end;
    end.what = Moment::What::other;
    end.offset = line.range.end;
    line.moments.push_back(end);
    std::uint64_t bytes = 0;
    for (std::size_t i = 0; i < line.moments.size(); ++i) {
        const Moment& moment = line.moments[i];
        const bool last = i + 1 == line.moments.size();
        const std::uint64_t until = std::min(moment.offset, line.range.end);
        while (at < until) {
            const Range part{at, std::min(until, at + kCastPiece)};
            subject.read(part, show);
            write_shown();
            at = part.end;
            bytes += out.size();
            connection.queue_bytes(out);
            out.clear();
            if (connection.queued() > kCastPiece) {
                co_await connection.flush();
            }
            if (connection.peer_gone()) {
                co_return;
            }
        }
        if (last || moment.ts_us < line.start_us || moment.offset > line.range.end ||
            (moment.offset == line.range.end && line.range.end < subject.kept().end)) {
            continue;
        }
        now = std::max(now, moment.ts_us);
        if (moment.what == Moment::What::cell) {
            writer.marker(base::utf8_prefix(moment.code.substr(0, moment.code.find('\n')), kLabel),
                          now);
            if (request.input) {
                writer.input(moment.code, now);
            }
        } else if (moment.what == Moment::What::resize) {
            writer.resize(moment.size, now);
        } else if (moment.what == Moment::What::closed) {
            filter.finish();
            write_shown();
            writer.finish(now);
            writer.exit(moment.status, now);
        }
    }
    filter.finish();
    write_shown();
    writer.finish(now);
    bytes += out.size();
    connection.queue_bytes(out);
    connection.queue(control::ReportEnd{bytes, 0, 0});
}

} // namespace kept::daemon
