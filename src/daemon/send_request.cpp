#include <chrono>

#include "daemon/screen_requests.h"
#include "daemon/screen_view.h"
#include "terminal/keys.h"
#include "terminal/mouse.h"
#include "terminal/terminal.h"

namespace kept::daemon {

namespace {

using control::ControlErrc;
using control::SendForm;

/// After an Escape, so that what follows is not read as Alt and a key: longer than the time that
/// common programs wait for the rest of a sequence (vim and readline with their defaults).
constexpr std::chrono::milliseconds kEscapePause{150};

/// What is to be typed, in parts with a pause between them; or why it cannot be.
using Parts = std::expected<std::vector<std::string>, control::Refusal>;

std::unexpected<control::Refusal> cannot(ControlErrc code, std::string why) {
    return std::unexpected(control::Refusal{code, std::move(why), ""});
}

/// The middle of the first place where the text stands on the screen.
std::optional<vt::Position> find_on_screen(const vt::Screen& screen, std::string_view text) {
    for (int y = 0; y < screen.size().rows; ++y) {
        // Columns are not bytes: search character by character, with the column of each.
        std::string row;
        std::vector<int> columns;
        for (const vt::Span& span : screen.row_spans(y)) {
            int col = span.col;
            for (std::size_t i = 0; i < span.text.size(); ++i) {
                const bool starts = (static_cast<unsigned char>(span.text[i]) & 0xc0U) != 0x80;
                if (starts && i > 0 && !span.cluster) {
                    col += span.wide ? 2 : 1;
                }
                columns.push_back(col);
            }
            row += span.text;
        }
        if (const auto at = row.find(text); at != std::string::npos) {
            const int first = columns[at];
            const int last = columns[at + text.size() - 1];
            return vt::Position{y, first + (last - first) / 2};
        }
    }
    return std::nullopt;
}

Parts mouse_bytes(const control::SendRequest& request, const std::string& text,
                  const vt::Screen& screen) {
    auto action = terminal::parse_mouse(text);
    if (!action) {
        return cannot(ControlErrc::malformed, action.error().why);
    }
    if (!request.on_text.empty()) {
        const auto place = find_on_screen(screen, request.on_text);
        if (!place) {
            return cannot(ControlErrc::send_failed,
                          "'" + request.on_text + "' is not on the screen; k screen shows what is");
        }
        action->at = *place;
    } else if (!action->placed) {
        if (action->what != terminal::MouseAction::What::scroll) {
            return cannot(ControlErrc::malformed, "say where, as " + text + ",x,y or --on-text T");
        }
        action->at = {screen.size().rows / 2, screen.size().cols / 2};
    }
    auto bytes = terminal::encode_mouse(*action, screen.modes(), screen.size());
    if (!bytes) {
        return cannot(ControlErrc::send_failed, bytes.error().why);
    }
    return std::vector{std::move(*bytes)};
}

Parts with_enter(Parts parts, bool enter, const vt::Modes& modes) {
    if (parts && enter) {
        if (const auto key = terminal::encode_keys("Enter", modes)) {
            parts->back() += key->front();
        }
    }
    return parts;
}

Parts bytes_for(const control::SendRequest& request, std::string text,
                terminal::Terminal& terminal) {
    const vt::Modes& modes = terminal.screen().modes();
    const auto mode = terminal.line_mode();
    switch (request.form) {
    case SendForm::text:
        return with_enter(std::vector{std::move(text)}, request.enter, modes);
    case SendForm::paste:
        return with_enter(std::vector{terminal::encode_paste(text, modes)}, request.enter, modes);
    case SendForm::password:
        if (!mode || !mode->canonical || mode->echo) {
            return cannot(
                ControlErrc::send_failed,
                mode && !mode->canonical
                    ? "the program reads single keys and may show them; if it shows none of "
                      "a password, pipe it into: k send - "
                    : "echo is on, a password would be shown and kept; wait for the question "
                      "first (k wait --waiting)");
        }
        return with_enter(std::vector{std::move(text)}, request.enter, modes);
    case SendForm::mouse:
        return mouse_bytes(request, text, terminal.screen());
    case SendForm::eof:
        if (mode && mode->canonical) {
            return with_enter(std::vector{std::string(1, mode->eof)}, false, modes);
        }
        text = "C-d";
        [[fallthrough]];
    case SendForm::keys:
        auto keys = terminal::encode_keys(text, modes);
        if (!keys) {
            return cannot(ControlErrc::malformed, keys.error().why);
        }
        return with_enter(std::move(*keys), request.enter, modes);
    }
    return cannot(ControlErrc::malformed, "there is nothing to send");
}

} // namespace

asio::awaitable<void> answer_send(Connection& connection, const control::SendRequest& request) {
    auto bytes = co_await connection.receive_bytes(request.bytes);
    if (!bytes) {
        co_return;
    }
    Subject& subject = connection.subject();
    if (subject.session() == nullptr) {
        connection.refuse(ControlErrc::exited, "session exited");
        co_return;
    }
    Parts parts;
    if (subject.terminal() != nullptr) {
        parts = bytes_for(request, std::move(*bytes), *subject.terminal());
    } else if (request.form == SendForm::text) {
        parts = std::vector{*bytes + (request.enter ? "\r" : "")};
    } else {
        parts = cannot(ControlErrc::unsupported,
                       "a session of kind '" + subject.spec().kind + "' takes text only, no keys");
    }
    if (!parts) {
        connection.queue(parts.error());
        co_return;
    }
    bool first = true;
    Signal pause(connection.context());
    for (std::string& part : *parts) {
        if (!first) {
            co_await pause.wait_for(kEscapePause);
        }
        first = false;
        if (subject.session()->is_closed()) {
            connection.refuse(ControlErrc::exited, "session exited");
            co_return;
        }
        const auto sent = subject.program()->type(std::move(part));
        if (!sent) {
            connection.queue(sent.error());
            co_return;
        }
    }
    connection.queue(control::Ok{});
}

} // namespace kept::daemon
