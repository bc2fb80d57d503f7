#include "vt/screen.h"
#include "vt/transcript.h"

#include <benchmark/benchmark.h>

#include <string>
#include <string_view>

/// How fast streams go through Screen and Transcript, in the pieces a pty gives (4 KiB) and in
/// those a journal is read in (64 KiB). Numbers are bytes of program output a second.
namespace {

using kept::vt::Screen;
using kept::vt::Size;
using kept::vt::Transcript;

constexpr std::size_t kStreamBytes = std::size_t{8} << 20;

/// `seq 1 N`: short lines.
std::string sequence() {
    std::string text;
    for (int line = 1; text.size() < kStreamBytes; ++line) {
        text += std::to_string(line) + "\r\n";
    }
    return text;
}

/// `base64`: lines of 76 characters.
std::string base64() {
    std::string text;
    while (text.size() < kStreamBytes) {
        text += "TG9yZW0gaXBzdW0gZG9sb3Igc2l0IGFtZXQsIGNvbnNlY3RldHVyIGFkaXBpc2NpbmcgZWxpdCwg\r\n";
    }
    return text;
}

/// A log: lines longer than the screen is wide, with tabs.
std::string log() {
    std::string text;
    for (int line = 1; text.size() < kStreamBytes; ++line) {
        text +=
            "2026-01-01T00:00:00.000Z\tINFO\tsome.module.name\trequest " + std::to_string(line) +
            " took 12 ms and this is what it said: the quick brown fox jumps over the lazy dog, "
            "again and again, until nobody listens any more\r\n";
    }
    return text;
}

/// Compiler and test output: a few words in each colour.
std::string coloured() {
    std::string text;
    for (int line = 1; text.size() < kStreamBytes; ++line) {
        text += "\x1b[1m\x1b[32m   Compiling\x1b[0m crate-" + std::to_string(line) +
                " v1.0.0 (\x1b[4m/home/user/project\x1b[24m) \x1b[38;5;208mwarning\x1b[39m: unused "
                "variable\x1b[0m\r\n";
    }
    return text;
}

/// A progress bar redrawn in place.
std::string progress() {
    std::string text;
    for (int step = 0; text.size() < kStreamBytes; ++step) {
        text +=
            "\r\x1b[K" + std::to_string(step % 100) + "% |#################################   |";
    }
    return text;
}

/// A full-screen program that redraws each row in turn.
std::string full_screen() {
    std::string text = "\x1b[?1049h";
    for (int step = 0; text.size() < kStreamBytes; ++step) {
        text += "\x1b[" + std::to_string(step % 50 + 1) + ";1H\x1b[44;37m" + std::to_string(step) +
                "\x1b[0m some text of a row that a full-screen program draws\x1b[K";
    }
    return text;
}

/// Text in other scripts.
std::string unicode() {
    std::string text;
    while (text.size() < kStreamBytes) {
        text += "Grüße, привет, 日本語のテキスト, 👍🏽 e\u0301\r\n";
    }
    return text;
}

using Stream = std::string (*)();

void feed_screen(benchmark::State& state, Stream make, std::size_t piece) {
    const std::string bytes = make();
    Screen screen(Size{});
    for (auto _ : state) {
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            screen.feed(std::string_view(bytes).substr(at, piece));
        }
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size()) * state.iterations());
}

void feed_transcript(benchmark::State& state, Stream make, std::size_t piece) {
    const std::string bytes = make();
    for (auto _ : state) {
        std::size_t taken = 0;
        Transcript transcript(Size{}, [&](std::string_view text) { taken += text.size(); });
        for (std::size_t at = 0; at < bytes.size(); at += piece) {
            transcript.feed(std::string_view(bytes).substr(at, piece));
        }
        transcript.finish();
        benchmark::DoNotOptimize(taken);
    }
    state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size()) * state.iterations());
}

constexpr std::size_t kPtyRead = 4096;
constexpr std::size_t kJournalRead = std::size_t{64} << 10;
/// Too short to look ahead: everything goes through the grid.
constexpr std::size_t kGridOnly = 1024;

#define STREAMS(name)                                                                              \
    BENCHMARK_CAPTURE(feed_screen, name##_pty, name, kPtyRead);                                    \
    BENCHMARK_CAPTURE(feed_screen, name##_journal, name, kJournalRead);                            \
    BENCHMARK_CAPTURE(feed_screen, name##_grid, name, kGridOnly);                                  \
    BENCHMARK_CAPTURE(feed_transcript, name##_journal, name, kJournalRead);                        \
    BENCHMARK_CAPTURE(feed_transcript, name##_grid, name, kGridOnly)

STREAMS(sequence);
STREAMS(base64);
STREAMS(log);
STREAMS(coloured);
STREAMS(progress);
STREAMS(full_screen);
STREAMS(unicode);

} // namespace
