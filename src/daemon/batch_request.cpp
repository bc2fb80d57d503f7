#include "daemon/requests.h"
#include "daemon/wait_request.h"

namespace kept::daemon {

namespace {

/// Requests that are one step: those that answer and have done with it.
bool can_be_step(const control::Request& request) {
    return !std::holds_alternative<control::BatchRequest>(request) &&
           !std::holds_alternative<control::SubscribeRequest>(request) &&
           !std::holds_alternative<control::AttachRequest>(request) &&
           !std::holds_alternative<control::AgentRequest>(request);
}

} // namespace

asio::awaitable<void> answer_batch(Connection& connection, const control::BatchRequest& request) {
    auto frames = co_await connection.receive_bytes(request.bytes);
    if (!frames) {
        co_return;
    }
    connection.feed(*frames);
    frames->clear();
    bool stopped = false;
    while (!stopped && connection.has_request() && !connection.peer_gone()) {
        auto step = co_await connection.read_step();
        if (!step) {
            co_return; // it has been said why
        }
        if (!can_be_step(*step)) {
            connection.refuse(control::ControlErrc::malformed, "no step of a batch");
            co_return;
        }
        connection.begin_step();
        co_await handle(connection, *step);
        const bool failed = connection.step_failed();
        stopped = failed && !request.keep_going;
        connection.queue(control::StepEnd{failed, stopped});
        co_await connection.flush();
    }
}

} // namespace kept::daemon
