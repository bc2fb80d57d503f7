#pragma once

#include <cstddef>
#include <string_view>

namespace kept::vt {

enum class WithTabs : bool { no, yes };

/// Length of the leading complete lines, each ended by CR LF, that a fresh terminal of the given
/// width shows exactly as they are written: printable ASCII, common characters of other scripts,
/// and tabs if they are wanted. Other text may be as plain, but needs the emulator to tell.
std::size_t copyable_lines(std::string_view bytes, int cols, WithTabs tabs);

} // namespace kept::vt
