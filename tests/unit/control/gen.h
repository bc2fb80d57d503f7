#pragma once

#include <rapidcheck.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "base/text.h"
#include "control/messages.h"

namespace kept::control::test {

/// Any text that JSON can carry.
inline rc::Gen<std::string> any_text() {
    return rc::gen::map(rc::gen::arbitrary<std::string>(),
                        [](const std::string& bytes) { return base::to_utf8(bytes); });
}

inline rc::Gen<std::uint64_t> any_natural() {
    return rc::gen::arbitrary<std::uint64_t>();
}
inline rc::Gen<std::int64_t> any_time() {
    return rc::gen::arbitrary<std::int64_t>();
}

inline std::optional<int> maybe_int() {
    return *rc::gen::arbitrary<bool>() ? std::optional(*rc::gen::arbitrary<int>()) : std::nullopt;
}

template <class Enum> rc::Gen<Enum> any_of(Enum last) {
    return rc::gen::map(rc::gen::inRange(0, static_cast<int>(last) + 1),
                        [](int value) { return static_cast<Enum>(value); });
}

inline CellInfo any_cell() {
    CellInfo cell;
    cell.id = *any_text();
    cell.state = *any_of(CellState::error);
    cell.timed_out = *rc::gen::arbitrary<bool>();
    cell.timeout_reported = *rc::gen::arbitrary<bool>();
    cell.error = *any_text();
    cell.exit_code = maybe_int();
    cell.cwd = *any_text();
    cell.completion = *any_of(Completion::response);
    cell.fired_us = *any_time();
    cell.duration_us = *any_time();
    if (*rc::gen::arbitrary<bool>()) {
        cell.input = InputInfo{*any_of(InputKind::stopped), *any_text(), *any_text(),
                               *rc::gen::arbitrary<int>(), *any_of(Evidence::quiet)};
    }
    for (const auto& [one, other] :
         *rc::gen::arbitrary<std::vector<std::pair<std::uint64_t, std::uint64_t>>>()) {
        cell.output.push_back({std::min(one, other), std::max(one, other)});
    }
    cell.dropped = *any_natural();
    cell.code = *any_text();
    return cell;
}

inline EventInfo any_event() {
    EventInfo event;
    event.seq = *any_natural();
    event.ts_us = *any_time();
    event.type = *any_of(EventType::screen);
    if (*rc::gen::arbitrary<bool>()) {
        event.cell = any_cell();
    }
    event.from = *any_text();
    event.message = *any_text();
    event.exit_code = maybe_int();
    event.signal = maybe_int();
    event.offset = *any_natural();
    return event;
}

/// Everything there is in a cell, to compare two of them.
inline auto fields(const CellInfo& cell) {
    return std::tie(cell.id, cell.state, cell.timed_out, cell.timeout_reported, cell.error,
                    cell.exit_code, cell.cwd, cell.completion, cell.fired_us, cell.duration_us,
                    cell.input, cell.output, cell.dropped, cell.code);
}

inline bool same(const CellInfo& one, const CellInfo& other) {
    return fields(one) == fields(other);
}

inline bool same(const EventInfo& one, const EventInfo& other) {
    const auto rest = [](const EventInfo& event) {
        return std::tie(event.seq, event.ts_us, event.type, event.from, event.message,
                        event.exit_code, event.signal, event.offset);
    };
    return rest(one) == rest(other) && one.cell.has_value() == other.cell.has_value() &&
           (!one.cell || same(*one.cell, *other.cell));
}

} // namespace kept::control::test
