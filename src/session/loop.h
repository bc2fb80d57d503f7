#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

namespace kept::session {

/// A registration with the event loop. While it lives, its callback may be called; destroying it,
/// also from inside the callback, ends that.
class Watch {
public:
    virtual ~Watch() = default;
    Watch() = default;
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    Watch(Watch&&) = delete;
    Watch& operator=(Watch&&) = delete;
};

using WatchHandle = std::unique_ptr<Watch>;

/// The event loop as sessions see it: one thread, callbacks never nest. Tests replace it with a
/// scripted one.
class Loop {
public:
    virtual ~Loop() = default;
    Loop() = default;
    Loop(const Loop&) = delete;
    Loop& operator=(const Loop&) = delete;
    Loop(Loop&&) = delete;
    Loop& operator=(Loop&&) = delete;

    /// Calls back whenever `fd` can be read, or has ended.
    [[nodiscard]] virtual WatchHandle readable(int fd, std::function<void()> call) = 0;

    /// Calls back whenever `fd` can be written.
    [[nodiscard]] virtual WatchHandle writable(int fd, std::function<void()> call) = 0;

    /// Calls back once.
    [[nodiscard]] virtual WatchHandle after(std::chrono::microseconds delay,
                                            std::function<void()> call) = 0;

    /// Calls back once, as soon as the present callback has returned.
    virtual void soon(std::function<void()> call) = 0;
};

} // namespace kept::session
