#include "daemon/report.h"

#include <algorithm>

#include "daemon/agent_text.h"
#include "daemon/excerpt.h"

namespace kept::daemon {

namespace {
constexpr std::uint64_t kReportPiece = 256UL * 1024;
}

asio::awaitable<void> send_report(Connection& connection, control::CellInfo cell, Wanted wanted) {
    Subject& subject = connection.subject();
    const std::uint64_t kept_from = subject.kept().begin;
    cell.dropped = 0;
    for (const Range& piece : cell.output) {
        cell.dropped += std::clamp(kept_from, piece.begin, piece.end) - piece.begin;
    }
    subject.told(cell.id);
    const auto pieces = cell.output;
    connection.queue(cell);
    Excerpt excerpt(
        {wanted.offset, wanted.limit, wanted.max_bytes, wanted.form != control::Form::raw});
    std::string out;
    if (wanted.body) {
        OutputText rendering(wanted.form, subject.spec(),
                             [&](std::string_view text) { excerpt.feed(text, out); });
        for (const Range& piece : pieces) {
            for (std::uint64_t at = std::max(piece.begin, kept_from); at < piece.end;) {
                const Range part{at, std::min(piece.end, at + kReportPiece)};
                subject.read(part, [&](std::string_view bytes) { rendering.feed(bytes); });
                at = part.end;
                connection.queue_bytes(out);
                out.clear();
                if (connection.queued() > kReportPiece) {
                    co_await connection.flush();
                }
                if (connection.peer_gone()) {
                    co_return;
                }
                if (excerpt.full()) {
                    break;
                }
            }
        }
        rendering.finish();
        excerpt.finish(out);
        connection.queue_bytes(out);
    }
    connection.queue(control::ReportEnd{excerpt.given(), excerpt.gap_at(), excerpt.gap_bytes()});
}

} // namespace kept::daemon
