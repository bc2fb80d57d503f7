#pragma once

#include "base/error.h"

namespace kept::os {

enum class OsErrc {
    unavailable, ///< the system refused; see the errno
    not_found,
    not_ours, ///< owned by another user
    insecure, ///< a symbolic link, or open to others
    too_long, ///< does not fit a socket address
    in_use,
};

using OsError = base::Error<OsErrc>;
template <class T> using Result = base::Result<T, OsErrc>;

} // namespace kept::os
