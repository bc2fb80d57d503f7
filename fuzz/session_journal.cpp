#include "session/cell_store.h"
#include "session/event_log.h"
#include "session/output_log.h"

#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <string>
#include <string_view>

namespace {

std::string directory() {
    static const std::string made = [] {
        std::string pattern = "/tmp/kept-fuzz-XXXXXX";
        return std::string(::mkdtemp(pattern.data()) == nullptr ? "" : pattern);
    }();
    return made;
}

} // namespace

/// A journal read back from a damaged disk: whatever stands in its files, reading ends, and gives
/// no more than is there.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const std::size_t cut = size == 0 ? 0 : std::size_t{data[0]} * size / 256;
    std::ofstream(directory() + "/events.ndjson", std::ios::binary) << bytes;
    std::ofstream(directory() + "/output.log", std::ios::binary) << bytes.substr(0, cut);
    std::ofstream(directory() + "/output.log." + std::to_string(size / 2), std::ios::binary)
        << bytes.substr(cut);

    kept::session::CellStore cells;
    kept::session::read_events(directory(), [&](const auto& event) { cells.apply(event); });
    const auto segments = kept::session::list_segments(directory());
    for (const auto& cell : cells.list()) {
        for (const auto& range : cell.output) {
            std::uint64_t given = 0;
            const auto missing = kept::session::read_output(
                segments, range, [&](std::string_view piece) { given += piece.size(); });
            if (given > size || missing > range.size()) {
                __builtin_trap();
            }
        }
    }
    return 0;
}
