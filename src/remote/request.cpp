#include "remote/request.h"

#include <algorithm>
#include <csignal>
#include <nlohmann/json.hpp>

namespace kept::remote {

namespace {

using Json = nlohmann::json;

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr std::size_t kMostWords = 4096;
constexpr std::size_t kMostVariables = 64;

bool is_hexadecimal(std::string_view text) {
    return !text.empty() && text.find_first_not_of(kDigits) == std::string_view::npos;
}

bool is_variable_name(std::string_view name) {
    return !name.empty() &&
           name.find_first_of(std::string_view("=\0", 2)) == std::string_view::npos;
}

/// A whole JSON object of this size, or null.
Json parse(std::string_view text) {
    Json json = Json::parse(text, nullptr, false);
    return json.is_object() ? json : Json();
}

std::uint64_t natural(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

} // namespace

std::string encode(const Request& request) {
    std::string bytes;
    const auto append = [&](const std::string& value) {
        bytes.append(value, 0, value.find('\0')); // nothing behind one ever reaches a program
        bytes.push_back('\0');
    };
    std::ranges::for_each(request.words, append);
    Json names = Json::array();
    for (const auto& [name, value] : request.variables) {
        names.push_back(name);
        append(value);
    }
    const Json head{{"remote", request.protocol}, {"nonce", request.nonce},
                    {"program", request.program}, {"words", request.words.size()},
                    {"variables", names},         {"input", request.input},
                    {"bytes", bytes.size()}};
    std::string out;
    control::append_frame(out, control::FrameType::json,
                          head.dump(-1, ' ', false, Json::error_handler_t::replace));
    control::append_bytes(out, bytes);
    return out;
}

std::expected<bool, std::string> RequestReader::take(const control::Frame& frame) {
    if (!expected_) {
        const Json head = frame.type == control::FrameType::json ? parse(frame.payload) : Json();
        request_.protocol =
            static_cast<int>(std::min<std::uint64_t>(natural(head, "remote"), 1000));
        request_.nonce = text(head, "nonce");
        request_.program = text(head, "program");
        request_.input = head.is_object() && head.value("input", Json(false)) == Json(true);
        if (request_.protocol == 0 || !is_hexadecimal(request_.nonce) ||
            (request_.program != "k" && request_.program != "km")) {
            return std::unexpected("this is no request of another k");
        }
        for (const Json& name : head.value("variables", Json::array())) {
            if (!name.is_string() || !is_variable_name(name.get_ref<const std::string&>()) ||
                names_.size() == kMostVariables) {
                return std::unexpected("the variables of the request are wrong");
            }
            names_.push_back(name);
        }
        words_ = natural(head, "words");
        expected_ = natural(head, "bytes");
        if (words_ > kMostWords || *expected_ > control::kMaxCode) {
            return std::unexpected("the request is too long");
        }
    } else if (frame.type == control::FrameType::bytes) {
        bytes_.append(frame.payload);
    } else {
        return std::unexpected("the request is incomplete");
    }
    if (bytes_.size() < *expected_) {
        return false;
    }
    const auto parts = static_cast<std::size_t>(std::ranges::count(bytes_, '\0'));
    if (bytes_.size() > *expected_ || parts != words_ + names_.size() ||
        (!bytes_.empty() && bytes_.back() != '\0')) {
        return std::unexpected("the request is not as long as it says");
    }
    std::size_t at = 0;
    for (std::size_t i = 0; i < parts; ++i) {
        std::string part = bytes_.substr(at, bytes_.find('\0', at) - at);
        at += part.size() + 1;
        if (i < words_) {
            request_.words.push_back(std::move(part));
        } else {
            request_.variables.emplace_back(names_[i - words_], std::move(part));
        }
    }
    return true;
}

std::string encode(const Control& control) {
    std::string out;
    control::append_frame(
        out, control::FrameType::json,
        Json{{"end_of_input", control.end_of_input}, {"signal", control.signal}}.dump());
    return out;
}

std::optional<Control> decode_control(std::string_view payload) {
    const Json json = parse(payload);
    if (json.is_null()) {
        return std::nullopt;
    }
    Control control;
    control.end_of_input = json.value("end_of_input", Json(false)) == Json(true);
    const auto signal = natural(json, "signal");
    control.signal = signal < NSIG ? static_cast<int>(signal) : 0;
    return control;
}

std::string to_word(const Request& request) {
    std::string word;
    for (const char c : encode(request)) {
        const auto byte = static_cast<unsigned char>(c);
        word.push_back(kDigits[byte >> 4U]);
        word.push_back(kDigits[byte & 15U]);
    }
    return word;
}

std::expected<Request, std::string> from_word(std::string_view word) {
    if (!is_hexadecimal(word) || word.size() % 2 != 0) {
        return std::unexpected("this is no request of another k");
    }
    std::string bytes;
    for (std::size_t i = 0; i < word.size(); i += 2) {
        const std::size_t high = kDigits.find(word[i]);
        bytes.push_back(static_cast<char>(high * 16 + kDigits.find(word[i + 1])));
    }
    control::FrameReader frames;
    frames.feed(bytes);
    RequestReader reader;
    while (true) {
        const auto frame = frames.next();
        if (!frame || !*frame) {
            return std::unexpected("the request is incomplete");
        }
        const auto complete = reader.take(**frame);
        if (!complete) {
            return std::unexpected(complete.error());
        }
        if (*complete) {
            return std::move(reader.request());
        }
    }
}

} // namespace kept::remote
