#pragma once

#include <cstddef>
#include <string_view>

namespace kept::vt {

/// Length of the leading run of printable ASCII (0x20..0x7e). Most bytes of most output are found
/// here, so these scans decide the speed of everything above them.
std::size_t printable_ascii_prefix(std::string_view bytes);

/// Length of the leading run without C0 controls and DEL; bytes above 0x7f belong to it.
std::size_t text_prefix(std::string_view bytes);

/// Like text_prefix, and TAB, LF and CR belong to it as well.
std::size_t lines_prefix(std::string_view bytes);

/// Length of the leading complete lines of printable ASCII, each ended by CR LF.
std::size_t ascii_lines_prefix(std::string_view bytes);

/// Bytes beyond its result that drop_carriage_returns may write to.
inline constexpr std::size_t kCopySlack = 16;
/// Copies `bytes` without CRs to `to`, which has room for them and kCopySlack more; returns the
/// end.
char* drop_carriage_returns(std::string_view bytes, char* to);

std::size_t count_line_feeds(std::string_view bytes);

/// Start of the last line of `bytes` that begins after CR LF and has at least `line_feeds` line
/// feeds from there on; 0 if there is none.
std::size_t last_line_start(std::string_view bytes, int line_feeds);

} // namespace kept::vt
