#pragma once

namespace kept::os {

/// Gives back the pages of this program's file that are mapped so far, code and constants: what is
/// used again comes back from the page cache, at a fraction of a microsecond a page. For a process
/// that has done its start and stays for long.
void release_code_pages();

} // namespace kept::os
