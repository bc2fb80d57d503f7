#include "os/code_pages.h"

#include <cstddef>
#include <cstdint>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

namespace kept::os {

namespace {

int release(dl_phdr_info* program, std::size_t /*size*/, void* /*data*/) {
    const auto page = static_cast<std::uintptr_t>(::sysconf(_SC_PAGESIZE));
    for (int i = 0; i < program->dlpi_phnum; ++i) {
        const auto& segment = program->dlpi_phdr[i];
        // Whatever was writable once, as relocated constants were, is not as it is in the file.
        if (segment.p_type != PT_LOAD || (segment.p_flags & PF_W) != 0) {
            continue;
        }
        const std::uintptr_t begin = program->dlpi_addr + segment.p_vaddr;
        const std::uintptr_t first = begin / page * page;
        ::madvise(reinterpret_cast<void*>(first), // NOLINT(performance-no-int-to-ptr)
                  begin + segment.p_memsz - first, MADV_DONTNEED);
    }
    return 1; // the program is the first; libraries are not our business
}

} // namespace

void release_code_pages() {
    ::dl_iterate_phdr(release, nullptr);
}

} // namespace kept::os
