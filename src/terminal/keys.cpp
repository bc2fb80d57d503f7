#include "terminal/keys.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "vt/utf8.h"

namespace kept::terminal {

namespace {

constexpr int kShift = 1;
constexpr int kAlt = 2;
constexpr int kControl = 4;

/// How a named key is written.
enum class Form : std::uint8_t {
    code,   ///< a character of its own (Enter, Tab, …): `number` is its code
    letter, ///< CSI letter, or SS3 letter: cursor keys and F1 to F4
    tilde,  ///< CSI number ~
    keypad, ///< the character, or SS3 letter in application mode; `number` is kitty's code
};

struct NamedKey {
    std::string_view name;
    Form form;
    std::uint16_t number;
    char letter;    ///< letter: final byte; keypad: SS3's byte
    char character; ///< keypad: what it types otherwise; letter: 'C' for those of DECCKM
};

constexpr std::uint16_t kEscape = 27;
constexpr std::uint16_t kTab = 9;
constexpr std::uint16_t kEnter = 13;
constexpr std::uint16_t kBackspace = 127;

constexpr std::array kNames{
    NamedKey{"Enter", Form::code, kEnter, 0, 0},
    NamedKey{"Return", Form::code, kEnter, 0, 0},
    NamedKey{"CR", Form::code, kEnter, 0, 0},
    NamedKey{"Tab", Form::code, kTab, 0, 0},
    NamedKey{"Escape", Form::code, kEscape, 0, 0},
    NamedKey{"Esc", Form::code, kEscape, 0, 0},
    NamedKey{"Space", Form::code, ' ', 0, 0},
    NamedKey{"BSpace", Form::code, kBackspace, 0, 0},
    NamedKey{"Backspace", Form::code, kBackspace, 0, 0},
    NamedKey{"BS", Form::code, kBackspace, 0, 0},
    NamedKey{"Up", Form::letter, 1, 'A', 'C'},
    NamedKey{"Down", Form::letter, 1, 'B', 'C'},
    NamedKey{"Right", Form::letter, 1, 'C', 'C'},
    NamedKey{"Left", Form::letter, 1, 'D', 'C'},
    NamedKey{"Home", Form::letter, 1, 'H', 'C'},
    NamedKey{"End", Form::letter, 1, 'F', 'C'},
    NamedKey{"IC", Form::tilde, 2, 0, 0},
    NamedKey{"Insert", Form::tilde, 2, 0, 0},
    NamedKey{"Ins", Form::tilde, 2, 0, 0},
    NamedKey{"DC", Form::tilde, 3, 0, 0},
    NamedKey{"Delete", Form::tilde, 3, 0, 0},
    NamedKey{"Del", Form::tilde, 3, 0, 0},
    NamedKey{"PPage", Form::tilde, 5, 0, 0},
    NamedKey{"PageUp", Form::tilde, 5, 0, 0},
    NamedKey{"PgUp", Form::tilde, 5, 0, 0},
    NamedKey{"NPage", Form::tilde, 6, 0, 0},
    NamedKey{"PageDown", Form::tilde, 6, 0, 0},
    NamedKey{"PgDn", Form::tilde, 6, 0, 0},
    NamedKey{"F1", Form::letter, 1, 'P', 0},
    NamedKey{"F2", Form::letter, 1, 'Q', 0},
    NamedKey{"F3", Form::letter, 1, 'R', 0},
    NamedKey{"F4", Form::letter, 1, 'S', 0},
    NamedKey{"F5", Form::tilde, 15, 0, 0},
    NamedKey{"F6", Form::tilde, 17, 0, 0},
    NamedKey{"F7", Form::tilde, 18, 0, 0},
    NamedKey{"F8", Form::tilde, 19, 0, 0},
    NamedKey{"F9", Form::tilde, 20, 0, 0},
    NamedKey{"F10", Form::tilde, 21, 0, 0},
    NamedKey{"F11", Form::tilde, 23, 0, 0},
    NamedKey{"F12", Form::tilde, 24, 0, 0},
    NamedKey{"KP0", Form::keypad, 57399, 'p', '0'},
    NamedKey{"KP1", Form::keypad, 57400, 'q', '1'},
    NamedKey{"KP2", Form::keypad, 57401, 'r', '2'},
    NamedKey{"KP3", Form::keypad, 57402, 's', '3'},
    NamedKey{"KP4", Form::keypad, 57403, 't', '4'},
    NamedKey{"KP5", Form::keypad, 57404, 'u', '5'},
    NamedKey{"KP6", Form::keypad, 57405, 'v', '6'},
    NamedKey{"KP7", Form::keypad, 57406, 'w', '7'},
    NamedKey{"KP8", Form::keypad, 57407, 'x', '8'},
    NamedKey{"KP9", Form::keypad, 57408, 'y', '9'},
    NamedKey{"KP.", Form::keypad, 57409, 'n', '.'},
    NamedKey{"KP/", Form::keypad, 57410, 'o', '/'},
    NamedKey{"KP*", Form::keypad, 57411, 'j', '*'},
    NamedKey{"KP-", Form::keypad, 57412, 'm', '-'},
    NamedKey{"KP+", Form::keypad, 57413, 'k', '+'},
    NamedKey{"KPEnter", Form::keypad, 57414, 'M', '\r'},
    NamedKey{"KP=", Form::keypad, 57415, 'X', '='},
};

/// The same keys as a person's keyboard sends them: F13 is Shift-F1, as in xterm's terminfo entry.
constexpr int kShiftedFunctionKeys = 12;

char lowered(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

bool same_name(std::string_view a, std::string_view b) {
    return std::ranges::equal(a, b, [](char x, char y) { return lowered(x) == lowered(y); });
}

/// A key with its modifiers: a named one, or a character.
struct Key {
    const NamedKey* named = nullptr;
    char32_t character = 0;
    int modifiers = 0;
};

const NamedKey* find_named(std::string_view name) {
    const auto* found = std::ranges::find_if(
        kNames, [&](const NamedKey& key) { return same_name(key.name, name); });
    return found == kNames.end() ? nullptr : found;
}

/// The only character of a text.
std::optional<char32_t> single_character(std::string_view text) {
    if (text.empty() || !base::is_utf8(text) || base::utf8_prefix(text, 1).size() != text.size()) {
        return std::nullopt;
    }
    vt::Utf8Decoder decoder;
    for (const char byte : text) {
        if (decoder.push(static_cast<unsigned char>(byte)) == vt::Utf8Decoder::Step::character) {
            return decoder.value();
        }
    }
    return std::nullopt;
}

/// The key that a word without count and quotes names, if it names one.
std::optional<Key> find_key(std::string_view word) {
    Key key;
    if (word.size() == 2 && word[0] == '^') {
        key.modifiers = kControl;
        word.remove_prefix(1);
    }
    while (word.size() > 2 && word[1] == '-') {
        const char modifier = lowered(word[0]);
        const int bit = modifier == 'c'                      ? kControl
                        : modifier == 'm' || modifier == 'a' ? kAlt
                        : modifier == 's'                    ? kShift
                                                             : 0;
        if (bit == 0) {
            return std::nullopt;
        }
        key.modifiers |= bit;
        word.remove_prefix(2);
    }
    if (const auto character = single_character(word)) {
        key.character = *character;
        return key;
    }
    if (same_name(word, "BTab")) {
        key.modifiers |= kShift;
        word = "Tab";
    }
    if (word.size() == 3 && lowered(word[0]) == 'f') {
        if (const auto number = base::parse_integer(word.substr(1), kShiftedFunctionKeys + 1,
                                                    2 * kShiftedFunctionKeys)) {
            key.modifiers |= kShift;
            key.named = find_named("F" + std::to_string(*number - kShiftedFunctionKeys));
            return key;
        }
    }
    key.named = find_named(word);
    return key.named == nullptr ? std::nullopt : std::optional(key);
}

/// True for a word that must have been meant as a key: a modifier before it, or the look of a name.
bool looks_like_key(std::string_view word) {
    if (word.size() > 1 && word[1] == '-' &&
        std::string_view("CMSA").find(word[0]) != std::string_view::npos) {
        return true;
    }
    const auto alphanumeric = [](char c) {
        return (lowered(c) >= 'a' && lowered(c) <= 'z') || (c >= '0' && c <= '9');
    };
    return word[0] >= 'A' && word[0] <= 'Z' && std::ranges::all_of(word, alphanumeric);
}

// Bytes --------------------------------------------------------------------------------------

void append_character(std::string& out, char32_t character) {
    vt::append_utf8(out, character);
}

/// Kitty's progressive enhancements.
constexpr int kDisambiguate = 1;
constexpr int kAlternates = 4;
constexpr int kAllKeys = 8;
constexpr int kAssociatedText = 16;

/// The C0 code that Ctrl makes of a character, as xterm and the VT220 have it.
std::optional<char> control_code(char32_t character) {
    if ((character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
        (character >= '[' && character <= '_')) {
        return static_cast<char>(character & 0x1f);
    }
    switch (character) {
    case ' ':
    case '@':
    case '2':
    case '`':
        return '\0';
    case '3':
        return '\x1b';
    case '4':
        return '\x1c';
    case '5':
        return '\x1d';
    case '6':
    case '~':
        return '\x1e';
    case '7':
    case '/':
        return '\x1f';
    case '8':
    case '?':
        return '\x7f';
    default:
        return std::nullopt;
    }
}

char32_t shifted(char32_t character) {
    return character >= 'a' && character <= 'z' ? character - 'a' + 'A' : character;
}

char32_t unshifted(char32_t character) {
    return character >= 'A' && character <= 'Z' ? character - 'A' + 'a' : character;
}

class Encoder {
public:
    explicit Encoder(const vt::Modes& modes) : modes_(modes) {}

    [[nodiscard]] std::string encode(const Key& key) const {
        if (key.named == nullptr) {
            return character(key.character, key.modifiers);
        }
        switch (key.named->form) {
        case Form::code:
            return code(*key.named, key.modifiers);
        case Form::letter:
            return letter(*key.named, key.modifiers);
        case Form::tilde:
            return tilde(key.named->number, key.modifiers);
        case Form::keypad:
            return keypad(*key.named, key.modifiers);
        }
        return {};
    }

private:
    [[nodiscard]] bool kitty(int flag) const { return (modes_.kitty_keyboard & flag) != 0; }
    [[nodiscard]] bool kitty() const { return kitty(kDisambiguate | kAllKeys); }

    static std::string csi(int number, int modifiers, char final) {
        std::string out = "\x1b[";
        if (modifiers != 0) {
            out.append(std::to_string(number)).append(";").append(std::to_string(modifiers + 1));
        } else if (number != 1) {
            out.append(std::to_string(number));
        }
        out.push_back(final);
        return out;
    }

    /// CSI code ; modifiers u. `text` is what the key would type, for those who ask for it.
    [[nodiscard]] std::string csi_u(char32_t code, int modifiers, char32_t text) const {
        std::string out = "\x1b[" + std::to_string(static_cast<std::uint32_t>(code));
        const char32_t upper = shifted(code);
        if (kitty(kAlternates) && (modifiers & kShift) != 0 && upper != code) {
            out.append(":").append(std::to_string(static_cast<std::uint32_t>(upper)));
        }
        const bool with_text =
            kitty(kAssociatedText) && kitty(kAllKeys) && text >= ' ' && text != kBackspace;
        if (modifiers != 0 || with_text) {
            out.append(";");
        }
        if (modifiers != 0) {
            out.append(std::to_string(modifiers + 1));
        }
        if (with_text) {
            out.append(";").append(std::to_string(static_cast<std::uint32_t>(text)));
        }
        out.push_back('u');
        return out;
    }

    /// xterm's modifyOtherKeys: CSI 27 ; modifiers ; code ~.
    static std::string other_key(char32_t code, int modifiers) {
        return "\x1b[27;" + std::to_string(modifiers + 1) + ";" +
               std::to_string(static_cast<std::uint32_t>(code)) + "~";
    }

    [[nodiscard]] std::string character(char32_t c, int modifiers) const {
        if (kitty()) {
            // Text keys alone stay text, unless every key is to be reported.
            const bool upper = unshifted(c) != c;
            const bool with_shift = upper || (modifiers & kShift) != 0;
            if ((modifiers & (kAlt | kControl)) != 0 || kitty(kAllKeys)) {
                const bool typed_text = (modifiers & (kAlt | kControl)) == 0;
                return csi_u(unshifted(c), modifiers | (with_shift ? kShift : 0),
                             typed_text ? (with_shift ? shifted(c) : c) : 0);
            }
        }
        if ((modifiers & kShift) != 0 && (modifiers & kControl) == 0) {
            c = shifted(c); // any other character is what Shift has made of its key already
        }
        const auto plain_control = (modifiers & kControl) != 0 ? control_code(c) : std::nullopt;
        const bool odd = (modifiers & kControl) != 0 && !plain_control;
        if ((modes_.modify_other_keys >= 2 && (modifiers & (kAlt | kControl)) != 0) ||
            (modes_.modify_other_keys == 1 && odd)) {
            return other_key(c, modifiers);
        }
        std::string out;
        if ((modifiers & kAlt) != 0) {
            out.push_back('\x1b');
        }
        if (plain_control) {
            out.push_back(*plain_control);
        } else {
            append_character(out, c);
        }
        return out;
    }

    /// Enter, Tab, Escape, Space and Backspace.
    [[nodiscard]] std::string code(const NamedKey& key, int modifiers) const {
        const char32_t code = key.number;
        if (code == ' ') {
            if (modes_.modify_other_keys >= 2 && modifiers != 0 && !kitty()) {
                return other_key(code, modifiers);
            }
            return kitty() && modifiers != 0 ? csi_u(code, modifiers, code)
                                             : character(code, modifiers);
        }
        if (kitty(kAllKeys) || (kitty() && (modifiers != 0 || code == kEscape))) {
            return csi_u(code, modifiers, 0);
        }
        std::string out;
        if (code == kTab && modifiers == kShift) {
            return "\x1b[Z";
        }
        if (modes_.modify_other_keys >= 1 && modifiers != 0 &&
            (code != kBackspace || modes_.modify_other_keys >= 2)) {
            return other_key(code, modifiers);
        }
        if ((modifiers & kAlt) != 0) {
            out.push_back('\x1b');
        }
        if (code == kTab && (modifiers & kShift) != 0) {
            out.append("\x1b[Z");
        } else if (code == kBackspace && (modifiers & kControl) != 0) {
            out.push_back('\b');
        } else {
            out.push_back(static_cast<char>(code));
        }
        if (code == kEnter && modes_.newline) {
            out.push_back('\n');
        }
        return out;
    }

    [[nodiscard]] std::string letter(const NamedKey& key, int modifiers) const {
        const bool cursor_key = key.character != 0;
        if (modifiers == 0 && !kitty() && (!cursor_key || modes_.application_cursor)) {
            return std::string("\x1bO") + key.letter;
        }
        if (kitty() && key.letter == 'R') {
            return tilde(13, modifiers); // CSI R would be a cursor position report
        }
        return csi(1, modifiers, key.letter);
    }

    static std::string tilde(int number, int modifiers) { return csi(number, modifiers, '~'); }

    [[nodiscard]] std::string keypad(const NamedKey& key, int modifiers) const {
        if (kitty(kAllKeys) || (kitty() && (modifiers != 0 || key.character == '\r'))) {
            return csi_u(key.number, modifiers, static_cast<char32_t>(key.character));
        }
        if (modes_.application_keypad) {
            if (modifiers != 0) {
                return "\x1bO" + std::to_string(modifiers + 1) + key.letter;
            }
            return std::string("\x1bO") + key.letter;
        }
        return key.character == '\r' ? code(*find_named("Enter"), modifiers)
                                     : character(static_cast<char32_t>(key.character), modifiers);
    }

    const vt::Modes& modes_;
};

/// One word of the list: what is typed, and how often.
struct Word {
    std::string bytes;
    int times = 1;
    bool bare_escape = false;
};

constexpr int kMostTimes = 10'000;

std::expected<Word, InputProblem> encode_word(std::string_view word, const Encoder& encoder) {
    Word out;
    auto key = find_key(word);
    if (!key) {
        // A count belongs to what it stands behind; `KP*` and `*` are keys of their own.
        const auto star = word.rfind('*');
        if (star != std::string_view::npos && star > 0 && star + 1 < word.size()) {
            if (const auto times = base::parse_integer(word.substr(star + 1), 0, kMostTimes)) {
                out.times = static_cast<int>(*times);
                word = word.substr(0, star);
                key = find_key(word);
            }
        }
    }
    if (key) {
        out.bytes = encoder.encode(*key);
        out.bare_escape = out.bytes == "\x1b";
        return out;
    }
    if (looks_like_key(word)) {
        return std::unexpected(
            InputProblem{"there is no key '" + std::string(word) +
                         "'; keys are characters and names as C-c, M-x, S-Up, F5, PgDn, "
                         "Enter*3; put quotes around text"});
    }
    out.bytes = std::string(word);
    return out;
}

} // namespace

std::expected<std::vector<std::string>, InputProblem> encode_keys(std::string_view keys,
                                                                  const vt::Modes& modes) {
    const Encoder encoder(modes);
    constexpr std::string_view kBlanks = " \t\r\n";
    std::vector<std::string> parts(1);
    std::size_t total = 0;
    bool after_escape = false;
    while (true) {
        const auto begin = keys.find_first_not_of(kBlanks);
        if (begin == std::string_view::npos) {
            break;
        }
        keys.remove_prefix(begin);
        Word word;
        const char quote = keys.front();
        const bool quoted = (quote == '"' || quote == '\'') && keys.size() > 1 &&
                            kBlanks.find(keys[1]) == std::string_view::npos;
        if (quoted) {
            const auto end = keys.find(quote, 1);
            if (end == std::string_view::npos) {
                return std::unexpected(
                    InputProblem{"the quotes of " + std::string(keys) + " have no end"});
            }
            word.bytes = std::string(keys.substr(1, end - 1));
            keys.remove_prefix(end + 1);
        } else {
            const auto end = std::min(keys.find_first_of(kBlanks), keys.size());
            auto encoded = encode_word(keys.substr(0, end), encoder);
            if (!encoded) {
                return std::unexpected(std::move(encoded.error()));
            }
            word = std::move(*encoded);
            keys.remove_prefix(end);
        }
        total += word.bytes.size() * static_cast<std::size_t>(word.times);
        if (total > kMostKeyBytes) {
            return std::unexpected(
                InputProblem{"these keys are more than 1 MiB; send them in parts"});
        }
        for (int i = 0; i < word.times; ++i) {
            if (after_escape) {
                parts.emplace_back();
            }
            parts.back().append(word.bytes);
            after_escape = word.bare_escape;
        }
    }
    if (total == 0) {
        return std::unexpected(InputProblem{"there are no keys"});
    }
    return parts;
}

std::string encode_paste(std::string_view text, const vt::Modes& modes) {
    // Terminals hand over a line's end as the Enter key's code.
    std::string body(text);
    std::ranges::replace(body, '\n', '\r');
    if (!modes.bracketed_paste) {
        return body;
    }
    std::erase(body, '\x1b');
    return "\x1b[200~" + body + "\x1b[201~";
}

} // namespace kept::terminal
