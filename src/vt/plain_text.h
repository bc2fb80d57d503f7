#pragma once

#include <cstddef>
#include <string_view>

namespace kept::vt {

/// How far is looked ahead for lines that need no emulation. Behind a look that found none the next
/// one comes twice as late, up to so many bytes: what goes on for long without a line's end is not
/// looked through again and again.
inline constexpr std::size_t kFarthestLook = std::size_t{256} << 10;

enum class WithTabs : bool { no, yes };

/// Length of the leading complete lines, each ended by CR LF, that a fresh terminal of the given
/// width shows exactly as they are written: printable ASCII, common characters of other scripts,
/// and tabs if they are wanted. Other text may be as plain, but needs the emulator to tell.
std::size_t copyable_lines(std::string_view bytes, int cols, WithTabs tabs);

} // namespace kept::vt
