#pragma once

#include "base/error.h"

namespace kept::session {

enum class SessionErrc {
    storage, ///< the journal cannot be written or read
    damaged, ///< what is on disk is no journal of ours
};

template <class T> using Result = base::Result<T, SessionErrc>;

} // namespace kept::session
