#include "vt/screen.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vterm.h>

/// emulators FILE...: how fast our emulator and libvterm read each file, in pieces of 4 KiB as a
/// pty gives them, in turns; the best of five each. One line a file: `FILE OURS LIBVTERM`, in MB/s.
/// emulators.py makes the files and asks the others.
namespace {

constexpr int kCols = 160;
constexpr int kRows = 50;
constexpr std::size_t kPiece = 4096;
constexpr int kTurns = 5;

template <class Feed> double seconds(std::string_view bytes, Feed feed) {
    const auto begin = std::chrono::steady_clock::now();
    for (std::size_t at = 0; at < bytes.size(); at += kPiece) {
        feed(bytes.substr(at, kPiece));
    }
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

double ours(std::string_view bytes) {
    kept::vt::Screen screen({kCols, kRows}, nullptr, 0, kept::vt::kDefaultScrollbackBytes);
    return seconds(bytes, [&](std::string_view piece) { screen.feed(piece); });
}

double libvterm(std::string_view bytes) {
    VTerm* const terminal = vterm_new(kRows, kCols);
    vterm_set_utf8(terminal, 1);
    VTermScreen* const screen = vterm_obtain_screen(terminal);
    // As its users have it: changes are merged, and a scrolled screen counts as one.
    vterm_screen_set_damage_merge(screen, VTERM_DAMAGE_SCROLL);
    vterm_screen_enable_altscreen(screen, 1);
    vterm_screen_reset(screen, 1);
    const double taken = seconds(bytes, [&](std::string_view piece) {
        vterm_input_write(terminal, piece.data(), piece.size());
    });
    vterm_free(terminal);
    return taken;
}

} // namespace

int main(int argc, char** argv) {
    for (int arg = 1; arg < argc; ++arg) {
        std::ifstream in(argv[arg], std::ios::binary);
        const std::string bytes{std::istreambuf_iterator<char>(in), {}};
        double best_ours = 1e9;
        double best_other = 1e9;
        for (int turn = 0; turn < kTurns; ++turn) {
            best_ours = std::min(best_ours, ours(bytes));
            best_other = std::min(best_other, libvterm(bytes));
        }
        const double megabytes = static_cast<double>(bytes.size()) / 1e6;
        std::printf("%s %.1f %.1f\n", argv[arg], megabytes / best_ours, megabytes / best_other);
    }
    return 0;
}
