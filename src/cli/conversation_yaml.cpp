#include "cli/conversation.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <initializer_list>
#include <sstream>
#include <string_view>
#include <yaml-cpp/yaml.h>

#include "base/text.h"

namespace kept::cli {

namespace {

/// Thrown and caught in this file: yaml-cpp speaks of errors by exceptions anyway.
struct Wrong {
    int line;
    std::string what;
};

int line_of(const YAML::Node& node) {
    return node.Mark().line < 0 ? 1 : node.Mark().line + 1;
}

[[noreturn]] void wrong(const YAML::Node& node, std::string what) {
    throw Wrong{line_of(node), std::move(what)};
}

std::string text_of(const YAML::Node& node, std::string_view key) {
    if (!node.IsScalar()) {
        wrong(node, fmt::format("'{}' wants a text", key));
    }
    return node.Scalar();
}

bool boolean_of(const YAML::Node& node, std::string_view key) {
    bool value = false;
    if (!node.IsScalar() || !YAML::convert<bool>::decode(node, value)) {
        wrong(node, fmt::format("'{}' wants true or false", key));
    }
    return value;
}

/// The entries of a list, or the one that stands for a list.
std::vector<YAML::Node> entries(const YAML::Node& node) {
    if (!node.IsSequence()) {
        return {node};
    }
    return {node.begin(), node.end()};
}

std::vector<std::string> texts_of(const YAML::Node& node, std::string_view key) {
    std::vector<std::string> out;
    for (const YAML::Node& entry : entries(node)) {
        out.push_back(text_of(entry, key));
        if (out.back().empty()) {
            wrong(entry, fmt::format("'{}' wants a text, and this one is empty", key));
        }
    }
    return out;
}

/// A plain scalar is what JSON would make of it, if anything; a quoted one is a text.
nlohmann::json to_json(const YAML::Node& node) {
    if (node.IsSequence()) {
        nlohmann::json out = nlohmann::json::array();
        for (const YAML::Node& entry : node) {
            out.push_back(to_json(entry));
        }
        return out;
    }
    if (node.IsMap()) {
        nlohmann::json out = nlohmann::json::object();
        for (const auto& entry : node) {
            out[text_of(entry.first, "arguments")] = to_json(entry.second);
        }
        return out;
    }
    if (!node.IsScalar()) {
        return nullptr;
    }
    if (node.Tag() != "!") {
        auto parsed = nlohmann::json::parse(node.Scalar(), nullptr, false);
        if (parsed.is_primitive() && !parsed.is_discarded() && !parsed.is_string()) {
            return parsed;
        }
    }
    return node.Scalar();
}

void check_keys(const YAML::Node& map, std::string_view what,
                std::initializer_list<std::string_view> known) {
    if (!map.IsMap()) {
        wrong(map, fmt::format("{} has to be a mapping", what));
    }
    std::vector<std::string> seen;
    for (const auto& entry : map) {
        const std::string key = text_of(entry.first, what);
        if (std::ranges::find(known, key) == known.end()) {
            wrong(entry.first,
                  fmt::format("{} has no '{}', only: {}", what, key, fmt::join(known, ", ")));
        }
        if (std::ranges::find(seen, key) != seen.end()) {
            wrong(entry.first, fmt::format("'{}' stands here twice", key));
        }
        seen.push_back(key);
    }
}

ExpectedCall call_of(const YAML::Node& node) {
    if (node.IsScalar()) {
        return {text_of(node, "tool"), nullptr};
    }
    check_keys(node, "a tool", {"name", "arguments"});
    if (!node["name"]) {
        wrong(node, "a tool wants a name");
    }
    ExpectedCall call{text_of(node["name"], "name"), nullptr};
    if (const YAML::Node arguments = node["arguments"]) {
        if (!arguments.IsMap()) {
            wrong(arguments, "'arguments' has to be a mapping");
        }
        call.arguments = to_json(arguments);
    }
    return call;
}

std::shared_ptr<const re2::RE2> expression_of(const YAML::Node& node) {
    const std::string pattern = text_of(node, "matches");
    auto expression = std::make_shared<const re2::RE2>(pattern, re2::RE2::Quiet);
    if (!expression->ok()) {
        wrong(node, fmt::format("'{}' is no regular expression: {}", pattern, expression->error()));
    }
    return expression;
}

Expectations expectations_of(const YAML::Node& node) {
    check_keys(
        node, "expect",
        {"contains", "matches", "not", "tool", "tools", "handoff", "silent", "error", "within"});
    Expectations out;
    if (const YAML::Node contains = node["contains"]) {
        out.contains = texts_of(contains, "contains");
    }
    if (const YAML::Node lacks = node["not"]) {
        out.lacks = texts_of(lacks, "not");
    }
    if (const YAML::Node matches = node["matches"]) {
        for (const YAML::Node& entry : entries(matches)) {
            out.matches.push_back(expression_of(entry));
        }
    }
    if (const YAML::Node tool = node["tool"]) {
        for (const YAML::Node& entry : entries(tool)) {
            out.calls.push_back(call_of(entry));
        }
    }
    if (const YAML::Node tools = node["tools"]) {
        if (text_of(tools, "tools") != "none") {
            wrong(tools, "'tools' can only be none; a tool that has to be called is a 'tool'");
        }
        if (!out.calls.empty()) {
            wrong(tools, "'tools: none' and 'tool' exclude each other");
        }
        out.no_calls = true;
    }
    if (const YAML::Node handoff = node["handoff"]) {
        out.handoff = text_of(handoff, "handoff");
    }
    if (const YAML::Node silent = node["silent"]) {
        out.silent = boolean_of(silent, "silent");
    }
    if (const YAML::Node error = node["error"]) {
        bool any = false;
        if (error.IsScalar() && error.Tag() != "!" && YAML::convert<bool>::decode(error, any)) {
            out.error = any ? std::optional(std::string()) : std::nullopt;
        } else {
            out.error = text_of(error, "error");
        }
    }
    if (const YAML::Node within = node["within"]) {
        double seconds = 0;
        if (!within.IsScalar() || !YAML::convert<double>::decode(within, seconds) ||
            !std::isfinite(seconds) || seconds <= 0 || seconds > 86'400) {
            wrong(within, "'within' wants seconds, more than 0 and at most a day");
        }
        out.within_s = seconds;
    }
    return out;
}

TestTurn turn_of(const YAML::Node& node) {
    check_keys(node, "a turn", {"say", "expect"});
    const YAML::Node said = node["say"];
    if (!said) {
        wrong(node, "a turn wants something to 'say'");
    }
    TestTurn turn{line_of(node), text_of(said, "say"), {}};
    if (base::trimmed(turn.say).empty()) {
        wrong(said, "there is nothing to say");
    }
    if (const YAML::Node expect = node["expect"]) {
        turn.expect = expectations_of(expect);
    }
    return turn;
}

Conversation conversation_of(const YAML::Node& root, const std::string& file) {
    Conversation out{file, {}, {}};
    YAML::Node turns = root;
    if (!root.IsSequence()) {
        if (!root.IsMap()) {
            throw Wrong{1, "a conversation is a list of turns, or a mapping with 'turns'"};
        }
        check_keys(root, "a conversation", {"agent", "turns"});
        if (const YAML::Node agent = root["agent"]) {
            out.entrypoint =
                (std::filesystem::path(file).parent_path() / text_of(agent, "agent")).string();
        }
        if (!root["turns"]) {
            wrong(root, "there are no 'turns'");
        }
        turns.reset(root["turns"]);
    }
    if (!turns.IsSequence() || turns.size() == 0) {
        wrong(turns, "'turns' has to be a list of at least one turn");
    }
    for (const YAML::Node& entry : turns) {
        out.turns.push_back(turn_of(entry));
    }
    return out;
}

} // namespace

std::expected<Conversation, std::string> load_conversation(const std::string& file) {
    std::error_code error;
    const bool is_file = std::filesystem::is_regular_file(file, error);
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (is_file && stream) {
        text << stream.rdbuf(); // which fails on an empty file
    }
    if (!is_file || !stream || stream.bad()) {
        return std::unexpected(file + ": cannot be read");
    }
    try {
        return conversation_of(YAML::Load(text.str()), file);
    } catch (const Wrong& found) {
        return std::unexpected(fmt::format("{}:{}: {}", file, found.line, found.what));
    } catch (const YAML::Exception& found) {
        return std::unexpected(fmt::format("{}:{}: {}", file, found.mark.line + 1, found.msg));
    }
}

} // namespace kept::cli
