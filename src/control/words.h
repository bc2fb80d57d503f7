#pragma once

#include "control/cell_info.h"
#include "control/errors.h"
#include "control/launch.h"
#include "control/messages.h"
#include "control/names.h"

namespace kept::control {

/// Every enum of the protocol with its words, in one place.

inline constexpr Names<ControlErrc, 17> kErrorNames{{{
    {ControlErrc::version, "version"},
    {ControlErrc::malformed, "malformed"},
    {ControlErrc::too_large, "too_large"},
    {ControlErrc::busy, "busy"},
    {ControlErrc::prompt_in_use, "prompt_in_use"},
    {ControlErrc::unknown_cell, "unknown_cell"},
    {ControlErrc::no_cell, "no_cell"},
    {ControlErrc::send_failed, "send_failed"},
    {ControlErrc::not_running, "not_running"},
    {ControlErrc::interrupt_failed, "interrupt_failed"},
    {ControlErrc::exited, "exited"},
    {ControlErrc::unsupported, "unsupported"},
    {ControlErrc::slow, "slow"},
    {ControlErrc::internal, "internal"},
    {ControlErrc::no_daemon, "no_daemon"},
    {ControlErrc::lost, "lost"},
    {ControlErrc::timeout, "timeout"},
}}};

inline constexpr Names<CellState, 4> kCellStateNames{{{
    {CellState::running, "running"},
    {CellState::waiting, "waiting"},
    {CellState::done, "done"},
    {CellState::error, "error"},
}}};

inline constexpr Names<Completion, 8> kCompletionNames{{{
    {Completion::none, "none"},
    {Completion::marks, "marks"},
    {Completion::prompt, "prompt"},
    {Completion::hook, "hook"},
    {Completion::quiet, "quiet"},
    {Completion::repeat, "repeat"},
    {Completion::exit, "exit"},
    {Completion::response, "response"},
}}};

inline constexpr Names<InputKind, 7> kInputKindNames{{{
    {InputKind::line, "line"},
    {InputKind::password, "password"},
    {InputKind::key, "key"},
    {InputKind::screen, "screen"},
    {InputKind::continuation, "continuation"},
    {InputKind::repl, "repl"},
    {InputKind::stopped, "stopped"},
}}};

inline constexpr Names<Evidence, 3> kEvidenceNames{{{
    {Evidence::marks, "marks"},
    {Evidence::kernel, "kernel"},
    {Evidence::quiet, "quiet"},
}}};

inline constexpr Names<Form, 3> kFormNames{{{
    {Form::text, "text"},
    {Form::ansi, "ansi"},
    {Form::raw, "raw"},
}}};

inline constexpr Names<SessionState, 6> kSessionStateNames{{{
    {SessionState::starting, "starting"},
    {SessionState::idle, "idle"},
    {SessionState::running, "running"},
    {SessionState::waiting, "waiting"},
    {SessionState::exited, "exited"},
    {SessionState::lost, "lost"},
}}};

inline constexpr Names<EventType, 12> kEventNames{{{
    {EventType::fired, "fired"},
    {EventType::began, "began"},
    {EventType::waiting, "waiting"},
    {EventType::resumed, "resumed"},
    {EventType::timeout, "timeout"},
    {EventType::done, "done"},
    {EventType::error, "error"},
    {EventType::notify, "notify"},
    {EventType::closed, "closed"},
    {EventType::resize, "resize"},
    {EventType::drop, "drop"},
    {EventType::screen, "screen"},
}}};

inline constexpr Names<FrameChoice, 6> kFrameNames{{{
    {FrameChoice::automatic, "auto"},
    {FrameChoice::marks, "marks"},
    {FrameChoice::prompt, "prompt"},
    {FrameChoice::hook, "hook"},
    {FrameChoice::quiet, "quiet"},
    {FrameChoice::repeat, "repeat"},
}}};

inline constexpr Names<SendForm, 6> kSendFormNames{{{
    {SendForm::text, "text"},
    {SendForm::keys, "keys"},
    {SendForm::paste, "paste"},
    {SendForm::password, "password"},
    {SendForm::mouse, "mouse"},
    {SendForm::eof, "eof"},
}}};

inline constexpr Names<WaitKind, 9> kWaitKindNames{{{
    {WaitKind::text, "text"},
    {WaitKind::regex, "regex"},
    {WaitKind::gone, "gone"},
    {WaitKind::idle, "idle"},
    {WaitKind::stable, "stable"},
    {WaitKind::cursor, "cursor"},
    {WaitKind::exit, "exit"},
    {WaitKind::cell, "cell"},
    {WaitKind::waiting, "waiting"},
}}};

inline constexpr Names<RcChoice, 2> kRcNames{{{
    {RcChoice::clean, "clean"},
    {RcChoice::user, "user"},
}}};

} // namespace kept::control
