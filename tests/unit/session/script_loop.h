#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>
#include <vector>

#include "session/loop.h"

namespace kept::session::test {

/// An event loop whose time and readiness the test decides.
class ScriptLoop final : public Loop {
public:
    enum class Kind { readable, writable, timer };
    struct Entry {
        Kind kind;
        int fd;
        std::int64_t due_us;
        std::function<void()> call;
    };

    [[nodiscard]] WatchHandle readable(int fd, std::function<void()> call) override {
        return add({Kind::readable, fd, 0, std::move(call)});
    }
    [[nodiscard]] WatchHandle writable(int fd, std::function<void()> call) override {
        return add({Kind::writable, fd, 0, std::move(call)});
    }
    [[nodiscard]] WatchHandle after(std::chrono::microseconds delay,
                                    std::function<void()> call) override {
        return add({Kind::timer, -1, now_us_ + delay.count(), std::move(call)});
    }
    void soon(std::function<void()> call) override { soon_.push_back(std::move(call)); }

    /// Lets time pass; timers that are due call back, earliest first.
    void pass(std::chrono::microseconds time) {
        now_us_ += time.count();
        while (true) {
            std::shared_ptr<Entry> next;
            for (const auto& entry : live()) {
                if (entry->kind == Kind::timer && entry->call && entry->due_us <= now_us_ &&
                    (next == nullptr || entry->due_us < next->due_us)) {
                    next = entry;
                }
            }
            if (next == nullptr) {
                return;
            }
            std::exchange(next->call, nullptr)();
        }
    }

    /// Calls back whoever watches for that.
    void fire(Kind kind) {
        for (const auto& entry : live()) {
            if (entry->kind == kind && entry->call) {
                entry->call();
            }
        }
    }

    void run_soon() {
        for (const auto& call : std::exchange(soon_, {})) {
            call();
        }
    }

    /// Registrations that are alive and may still call back.
    [[nodiscard]] std::size_t watches() {
        return static_cast<std::size_t>(std::ranges::count_if(
            live(), [](const auto& entry) { return entry->call != nullptr; }));
    }

private:
    class Handle final : public Watch {
    public:
        explicit Handle(std::shared_ptr<Entry> entry) : entry_(std::move(entry)) {}

    private:
        std::shared_ptr<Entry> entry_;
    };

    WatchHandle add(Entry entry) {
        auto shared = std::make_shared<Entry>(std::move(entry));
        entries_.push_back(shared);
        return std::make_unique<Handle>(std::move(shared));
    }

    std::vector<std::shared_ptr<Entry>> live() {
        std::erase_if(entries_, [](const auto& entry) { return entry.expired(); });
        std::vector<std::shared_ptr<Entry>> out;
        for (const auto& entry : entries_) {
            out.push_back(entry.lock());
        }
        return out;
    }

    std::int64_t now_us_ = 0;
    std::vector<std::weak_ptr<Entry>> entries_;
    std::vector<std::function<void()>> soon_;
};

} // namespace kept::session::test
