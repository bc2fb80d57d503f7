#include "cli/session_rows.h"

#include <algorithm>
#include <chrono>

#include "control/client.h"

namespace kept::cli {

namespace {

/// So many sessions are asked at once: enough to wait for all of them together, few enough for the
/// descriptors a process may have.
constexpr std::size_t kAtOnce = 64;
constexpr std::chrono::milliseconds kStatusPatience{2000};

} // namespace

std::vector<Row> ask_all(const os::Paths& paths, const std::vector<Known>& sessions) {
    std::vector<Row> rows;
    for (std::size_t begin = 0; begin < sessions.size(); begin += kAtOnce) {
        const std::size_t end = std::min(sessions.size(), begin + kAtOnce);
        std::vector<control::Result<control::Client>> clients;
        for (std::size_t i = begin; i < end; ++i) {
            const Target target{paths, sessions[i].name};
            auto client = sessions[i].live ? control::Client::connect(paths.socket(target.name))
                                           : open_reader(target);
            if (client) {
                if (auto sent = client->send(control::StatusRequest{}); !sent) {
                    client = std::unexpected(sent.error());
                }
            }
            clients.push_back(std::move(client));
        }
        for (std::size_t i = begin; i < end; ++i) {
            auto& client = clients[i - begin];
            Row row{sessions[i], base::fail(control::ControlErrc::malformed, "no status")};
            if (!client) {
                row.status = std::unexpected(client.error());
            } else if (auto answer = client->answer(kStatusPatience); !answer) {
                row.status = std::unexpected(answer.error());
            } else if (auto* status = std::get_if<control::StatusInfo>(&*answer)) {
                row.status = std::move(*status);
            }
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

std::string silence(const Row& row) {
    if (row.status.error().code == control::ControlErrc::no_daemon) {
        return row.session.live ? "starting" : "gone";
    }
    return row.session.live ? "unresponsive" : "unreadable";
}

std::vector<std::string> aligned(const std::vector<std::vector<std::string>>& lines) {
    std::vector<std::size_t> widths(lines.empty() ? 0 : lines.front().size());
    for (const auto& line : lines) {
        for (std::size_t i = 0; i < widths.size(); ++i) {
            widths[i] = std::max(widths[i], line[i].size());
        }
    }
    std::vector<std::string> texts;
    for (const auto& line : lines) {
        std::string text;
        for (std::size_t i = 0; i + 1 < line.size(); ++i) {
            text += line[i] + std::string(widths[i] - line[i].size() + 2, ' ');
        }
        texts.push_back(text + line.back());
    }
    return texts;
}

} // namespace kept::cli
