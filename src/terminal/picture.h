#pragma once

#include <string>
#include <vector>

#include "vt/modes.h"
#include "vt/screen.h"

namespace kept::terminal {

/// A screen as a terminal of another size shows it: the part around the cursor, painted row by row.
class Picture {
public:
    /// Appends what changes a terminal of that size from the last picture to this one. The first
    /// one is painted on a fresh, blank terminal.
    void paint(const vt::Screen& screen, vt::Size size, std::string& out);

private:
    std::vector<std::string> rows_; ///< as they were painted last
    std::string modes_;
    std::string cursor_;
    std::string title_;
    int top_ = 0;
    int left_ = 0;
};

} // namespace kept::terminal
