#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "control/cell_info.h"
#include "control/errors.h"
#include "control/screen_info.h"
#include "control/wait_info.h"

namespace kept::control {

/// Spoken in the first frame each way; PROTOCOL.md says what changes it.
inline constexpr int kProtocol = 1;

/// How a cell's output is wanted.
enum class Form { text, ansi, raw };

// Requests ---------------------------------------------------------------------------------------

/// What to type when a program asks something: a regular expression (RE2) for the text before the
/// cursor, and the text, to which Enter is added where a line is read.
struct PromptAnswer {
    std::string pattern;
    std::string text;

    friend bool operator==(const PromptAnswer&, const PromptAnswer&) = default;
};

struct RunRequest {
    std::size_t bytes = 0; ///< of code, in the `B` frames that follow
    std::int64_t timeout_ms = 30'000;
    bool wait = false;
    bool through = false; ///< do not report `waiting`, wait on
    bool stream = false;
    bool inject = false; ///< put marks into the inner shell first
    Form form = Form::text;
    std::uint64_t max_bytes = 0;
    std::vector<PromptAnswer> answers; ///< the first whose pattern is found counts
};

struct PollRequest {
    std::string cell;
    bool wait = false; ///< until it has ended, or waits for input
    Form form = Form::text;
    std::uint64_t max_bytes = 0;
    bool through = false;        ///< `wait` goes on while it waits for input
    std::int64_t timeout_ms = 0; ///< of `wait`; 0: none
};

struct OutputRequest {
    std::string cell;
    std::uint64_t offset = 0;
    std::uint64_t limit = 0;
    Form form = Form::text;
};

struct CellsRequest {};
struct StatusRequest {};

struct InterruptRequest {
    bool kill = false;
};

/// Gets a wedged program back to its prompt.
struct ResetRequest {};

struct KillRequest {};

struct NotifyRequest {
    std::string from;
    std::string message;
};

struct SendRequest {
    std::size_t bytes = 0; ///< of text, keys or mouse action, in the `B` frames that follow
    SendForm form = SendForm::text;
    bool enter = false;  ///< the Enter key behind it
    std::string on_text; ///< mouse: in the middle of this text on the screen
};

struct ResizeRequest {
    int cols = 0;
    int rows = 0;
};

struct SubscribeRequest {
    std::string cell;
    bool replay = true;
    bool output = false;
    std::uint64_t tail_lines = 0;
    bool follow = true;
    std::uint64_t changes_ms = 0; ///< events `screen`, at most one in so long; 0: none
};

/// A person's terminal joins the session; the conversation goes on until either side closes.
struct AttachRequest {
    int cols = 0;
    int rows = 0;
    bool read_only = false;
    bool rules = false; ///< the session takes this terminal's size, whoever else is there
    std::string user;
    std::string tty;
};

/// The journal as an asciicast recording, in `B` frames and a ReportEnd.
struct CastRequest {
    int version = 3;
    std::string from;               ///< begin with this cell
    std::string to;                 ///< end with this one
    std::int64_t idle_limit_ms = 0; ///< for players; 0: none
    bool input = false;             ///< cells' code too
};

/// What only a session of kind `agent` can answer. The answer to every verb but `say` is `B`
/// frames, fit for printing, and a ReportEnd.
struct AgentRequest {
    std::string verb;                  ///< say, status, history, events, logs, info, usage, restart
    std::size_t bytes = 0;             ///< say: of text, in the `B` frames that follow
    std::int64_t timeout_ms = 120'000; ///< say
    bool json = false;
    bool metrics = false; ///< say
    bool logs = false;    ///< say: the agent's own output too
    bool colours = false;
    bool follow = false;     ///< events, logs
    std::uint64_t lines = 0; ///< events, logs: only so many from the end; 0: all
};

using Request = std::variant<RunRequest, PollRequest, OutputRequest, CellsRequest, StatusRequest,
                             InterruptRequest, ResetRequest, KillRequest, NotifyRequest,
                             SendRequest, ResizeRequest, SubscribeRequest, AgentRequest,
                             ScreenRequest, WaitRequest, BatchRequest, AttachRequest, CastRequest>;

// Answers ----------------------------------------------------------------------------------------

/// Closes a report: how many bytes of output came, and what `max_bytes` left out.
struct ReportEnd {
    std::uint64_t bytes = 0;
    std::uint64_t gap_at = 0;
    std::uint64_t gap_bytes = 0;
};

enum class SessionState { starting, idle, running, waiting, exited, lost };

/// A person who is attached.
struct GuestInfo {
    int pid = 0;
    std::string user;
    std::string tty;
    int cols = 0;
    int rows = 0;
    bool read_only = false;
    std::int64_t since_us = 0; ///< Unix time
};

struct StatusInfo {
    std::string name;
    std::string kind = "terminal";
    SessionState state = SessionState::starting;
    int pid = 0;
    int child_pid = 0;
    std::vector<std::string> command;
    std::string cwd;
    std::string profile;
    std::string frame;
    std::int64_t created_us = 0;
    int cols = 0;
    int rows = 0;
    std::map<std::string, std::string> labels;
    std::optional<int> exit_code;
    std::optional<int> signal;
    std::string active;
    std::optional<InputInfo> input; ///< what the active cell waits for
    std::uint64_t cells = 0;
    std::uint64_t output_bytes = 0;
    std::uint64_t journal_bytes = 0;
    int subscribers = 0;
    std::vector<GuestInfo> attached;
};

enum class EventType {
    fired,
    began, ///< its output begins; in the journal only
    waiting,
    resumed,
    timeout,
    done,
    error,
    notify,
    closed,
    resize,
    drop,
    screen ///< the screen may have changed; to those who asked, never in the journal
};

struct EventInfo {
    std::uint64_t seq = 0;
    std::int64_t ts_us = 0;
    EventType type = EventType::fired;
    std::optional<CellInfo> cell;
    std::string from;             ///< notify
    std::string message;          ///< notify, error
    std::optional<int> exit_code; ///< closed
    std::optional<int> signal;    ///< closed
    std::uint64_t offset = 0;     ///< of the session's output when it happened
};

struct CellsInfo {
    std::vector<CellInfo> cells;
};

struct Ok {};

/// How a reset went: each step that was taken, in order.
struct ResetInfo {
    bool prompt = false; ///< the program is at its prompt
    std::string text;    ///< the prompt, or why there is none
    std::vector<std::string> did;
};

struct Refusal {
    ControlErrc code = ControlErrc::internal;
    std::string message;
    std::string cell; ///< the active cell, when busy
};

struct Hello {
    int protocol = kProtocol;
    std::string version;
};

using Answer = std::variant<Hello, Ok, ResetInfo, Refusal, CellInfo, CellsInfo, StatusInfo,
                            EventInfo, ReportEnd, ScreenInfo, ScreenRows, WaitInfo, StepEnd>;

// Codec: the only place that knows how messages look in JSON
// ----------------------------------------

/// JSON payloads of `J` frames.
std::string encode(const Request& request);
std::string encode(const Answer& answer);
Result<Request> decode_request(std::string_view json);
Result<Answer> decode_answer(std::string_view json);

std::string_view to_string(SessionState state);
std::string_view to_string(EventType type);

} // namespace kept::control
