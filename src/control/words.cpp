#include "control/words.h"

namespace kept::control {

std::string_view to_string(ControlErrc code) {
    return kErrorNames.of(code);
}
ControlErrc control_errc(std::string_view text) {
    return kErrorNames.find(text).value_or(ControlErrc::internal);
}
std::string_view to_string(CellState state) {
    return kCellStateNames.of(state);
}
std::string_view to_string(Completion completion) {
    return kCompletionNames.of(completion);
}
std::string_view to_string(InputKind kind) {
    return kInputKindNames.of(kind);
}
std::string_view to_string(Evidence evidence) {
    return kEvidenceNames.of(evidence);
}
std::string_view to_string(SessionState state) {
    return kSessionStateNames.of(state);
}
std::string_view to_string(EventType type) {
    return kEventNames.of(type);
}
std::string_view to_string(FrameChoice choice) {
    return kFrameNames.of(choice);
}

} // namespace kept::control
