#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kept::remote {

/// Input that the command has not read yet, at either end; what is more stays in the connection.
inline constexpr std::size_t kMostPending = 1024UL * 1024;

/// What the other end tells about a command, on its standard error, between the words for people:
/// a line that begins with a record separator and the request's nonce.
struct Note {
    enum class Kind {
        hello,  ///< the request has arrived; `number` is the protocol there, `words` the version
        cell,   ///< `session` and `cell`: work that goes on whatever becomes of the connection
        exit,   ///< the command has ended with the exit code `number`
        signal, ///< … by the signal `number`
    };
    Kind kind = Kind::hello;
    int number = 0;
    std::string words = {};
    std::string session = {};
    std::string cell = {};
};

std::string encode(const Note& note, std::string_view nonce);

/// Takes the notes out of standard error.
class NoteFilter {
public:
    explicit NoteFilter(std::string_view nonce);

    /// The bytes that are for people. What may become a note is held back until it is clear.
    std::string feed(std::string_view bytes);

    /// What is held back when nothing more comes.
    std::string rest();

    /// The notes that were found since the last call, in order.
    std::vector<Note> take();

private:
    std::string begin_; ///< of every note
    std::string held_;
    std::vector<Note> notes_;
};

} // namespace kept::remote
