#include "remote/note.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace kept::remote {

namespace {

constexpr char kSeparator = '\x1e';
/// Longer lines are none of ours.
constexpr std::size_t kLongest = 512;

std::string word_at(std::string_view& text) {
    const std::size_t space = std::min(text.find(' '), text.size());
    std::string word(text.substr(0, space));
    text.remove_prefix(std::min(space + 1, text.size()));
    return word;
}

std::optional<Note> decode(std::string_view text) {
    const std::string kind = word_at(text);
    Note note;
    if (kind == "cell") {
        note.kind = Note::Kind::cell;
        note.session = word_at(text);
        note.cell = word_at(text);
        return note;
    }
    const auto number = base::parse_integer(word_at(text), 0, 1000);
    if (!number) {
        return std::nullopt;
    }
    note.number = static_cast<int>(*number);
    note.words = text;
    if (kind == "hello") {
        note.kind = Note::Kind::hello;
    } else if (kind == "exit") {
        note.kind = Note::Kind::exit;
    } else if (kind == "signal") {
        note.kind = Note::Kind::signal;
    } else {
        return std::nullopt;
    }
    return note;
}

} // namespace

std::string encode(const Note& note, std::string_view nonce) {
    std::string line(1, kSeparator);
    line.append(nonce).append(" ");
    switch (note.kind) {
    case Note::Kind::hello:
        line.append("hello ").append(std::to_string(note.number)).append(" ").append(note.words);
        break;
    case Note::Kind::cell:
        line.append("cell ").append(note.session).append(" ").append(note.cell);
        break;
    case Note::Kind::exit:
        line.append("exit ").append(std::to_string(note.number));
        break;
    case Note::Kind::signal:
        line.append("signal ").append(std::to_string(note.number));
        break;
    }
    return line.append("\n");
}

NoteFilter::NoteFilter(std::string_view nonce)
    : begin_(std::string(1, kSeparator).append(nonce).append(" ")) {}

std::string NoteFilter::feed(std::string_view bytes) {
    held_.append(bytes);
    std::string plain;
    while (!held_.empty()) {
        const std::size_t at = std::min(held_.find(kSeparator), held_.size());
        plain.append(held_, 0, at);
        held_.erase(0, at);
        const std::size_t known = std::min(held_.size(), begin_.size());
        if (held_.compare(0, known, begin_, 0, known) != 0) {
            plain.push_back(held_.front()); // somebody else's separator
            held_.erase(0, 1);
            continue;
        }
        const std::size_t end = held_.find('\n');
        if (end == std::string::npos && held_.size() < kLongest) {
            break;
        }
        if (end == std::string::npos || end >= kLongest) {
            plain.push_back(held_.front());
            held_.erase(0, 1);
            continue;
        }
        const std::string_view line = std::string_view(held_).substr(0, end);
        if (auto note = decode(line.substr(begin_.size()))) {
            notes_.push_back(std::move(*note));
        }
        held_.erase(0, end + 1);
    }
    return plain;
}

std::string NoteFilter::rest() {
    return std::exchange(held_, {});
}

std::vector<Note> NoteFilter::take() {
    return std::exchange(notes_, {});
}

} // namespace kept::remote
