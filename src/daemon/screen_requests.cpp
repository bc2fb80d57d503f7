#include "daemon/screen_requests.h"

#include <algorithm>

#include "daemon/frame_end.h"
#include "daemon/screen_view.h"
#include "terminal/terminal.h"
#include "vt/screen.h"

namespace kept::daemon {

namespace {

using control::ControlErrc;

/// Runs that go into one frame: even the longest ones stay below a frame's limit together.
constexpr std::size_t kRunsPerFrame = 1000;
/// Text of hyperlinks in one row; beyond it a row is sent without them.
constexpr std::size_t kMostLinkBytes = 128UL * 1024;

/// Keeps a frame's size bounded, whatever links a program has put into one row.
void bound_links(control::ScreenRow& row) {
    std::size_t bytes = 0;
    for (control::TextRun& run : row.runs) {
        bytes += run.link.size();
        if (bytes > kMostLinkBytes) {
            run.link.clear();
        }
    }
}

/// Collects rows into frames.
class RowSender {
public:
    explicit RowSender(Connection& connection) : connection_(connection) {}

    void add(control::ScreenRow row) {
        bound_links(row);
        std::size_t link_bytes = 0;
        for (const control::TextRun& run : row.runs) {
            link_bytes += run.link.size();
        }
        if (link_bytes_ + link_bytes > kMostLinkBytes) {
            send();
        }
        link_bytes_ += link_bytes;
        while (runs_ + row.runs.size() > kRunsPerFrame) {
            const std::size_t fit = kRunsPerFrame - runs_;
            control::ScreenRow part{row.y, row.wrapped, {}};
            part.runs.assign(row.runs.begin(), row.runs.begin() + static_cast<std::ptrdiff_t>(fit));
            row.runs.erase(row.runs.begin(), row.runs.begin() + static_cast<std::ptrdiff_t>(fit));
            rows_.rows.push_back(std::move(part));
            send();
        }
        runs_ += row.runs.size() + 1;
        rows_.rows.push_back(std::move(row));
    }

    void send() {
        if (!rows_.rows.empty()) {
            connection_.queue(rows_);
        }
        rows_.rows.clear();
        runs_ = 0;
        link_bytes_ = 0;
    }

private:
    Connection& connection_;
    control::ScreenRows rows_;
    std::size_t runs_ = 0;
    std::size_t link_bytes_ = 0;
};

} // namespace

asio::awaitable<void> answer_screen(Connection& connection, const control::ScreenRequest& request) {
    Subject& subject = connection.subject();
    const vt::Screen* screen = subject.screen();
    if (screen == nullptr) {
        connection.refuse(ControlErrc::unsupported,
                          "a session of kind '" + subject.spec().kind + "' has no screen");
        co_return;
    }
    const control::Region& region = request.region;
    if (region.x < 0 || region.y < 0 || region.w < 0 || region.h < 0) {
        connection.refuse(ControlErrc::malformed, "a region is x,y,w,h, none of them negative");
        co_return;
    }
    co_await wait_for_frame_end(connection);
    auto hashes = row_hashes(*screen);
    control::ScreenInfo info = describe_screen(*screen);
    info.hash = content_hash(screen->size(), hashes);
    const std::vector<std::uint64_t>* before =
        request.since.empty() ? nullptr : subject.seen_screens().find(request.since);
    if (request.since == info.hash) {
        before = &hashes;
    }
    info.changes_only = before != nullptr && before->size() == hashes.size();
    const auto clipped = [](int from, int count, int end) {
        return count == 0 || count > end - from ? end : from + count;
    };
    const auto history = screen->history(
        static_cast<int>(std::min<std::uint64_t>(request.scrollback, vt::kMaxHistoryRows)));
    const int above = history ? history->size().rows : 0;
    const int first = std::min(region.y, info.rows) - above;
    const int end = clipped(std::min(region.y, info.rows), region.h, info.rows);
    const int left = std::min(region.x, info.cols);
    const int right = clipped(left, region.w, info.cols);
    info.first_y = first;
    info.end_y = end;
    connection.queue(info);
    // Rows are taken one by one at once: nothing runs between them, the picture is of one moment.
    RowSender sender(connection);
    for (int y = first; y < end; ++y) {
        const auto index = static_cast<std::size_t>(y);
        if (y < 0) {
            sender.add(screen_row(*history, y + above, y, left, right));
        } else if (!info.changes_only || (*before)[index] != hashes[index]) {
            sender.add(screen_row(*screen, y, y, left, right));
        }
    }
    sender.send();
    connection.queue(control::ReportEnd{});
    subject.seen_screens().remember(info.hash, std::move(hashes));
}

asio::awaitable<void> answer_resize(Connection& connection, const control::ResizeRequest& request) {
    Subject& subject = connection.subject();
    if (subject.session() == nullptr) {
        connection.refuse(ControlErrc::exited, "session exited");
        co_return;
    }
    if (subject.terminal() == nullptr) {
        connection.refuse(ControlErrc::unsupported, "a session of kind '" + subject.spec().kind +
                                                        "' has no screen, and no size");
        co_return;
    }
    if (request.cols < vt::kMinEdge || request.cols > vt::kMaxEdge || request.rows < vt::kMinEdge ||
        request.rows > vt::kMaxEdge) {
        connection.refuse(ControlErrc::malformed, "a size is 1x1 to 4096x4096");
        co_return;
    }
    subject.program()->resize(request.cols, request.rows);
    connection.queue(control::Ok{});
}

} // namespace kept::daemon
