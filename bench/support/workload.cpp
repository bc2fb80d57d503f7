#include "support/workload.h"

#include <cstdint>
#include <cstdio>
#include <random>

#include "support/process.h"

namespace kept::bench {

std::vector<Workload> workloads(const std::string& directory) {
    constexpr int kBytes = 15'000'000; // 20 MB as base64
    const std::string path = directory + "/bytes";
    std::mt19937_64 random(1);
    std::FILE* file = std::fopen(path.c_str(), "wb");
    for (int written = 0; file != nullptr && written < kBytes; written += 8) {
        const std::uint64_t word = random();
        std::fwrite(&word, sizeof word, 1, file);
    }
    if (file == nullptr || std::fclose(file) != 0) {
        give_up("cannot write " + path);
    }
    return {{"seq 1 1000000", "seq 1 1000000"},
            {"20 MB of base64", "base64 " + path},
            {"yes | head -n 2000000", "yes | head -n 2000000"}};
}

} // namespace kept::bench
