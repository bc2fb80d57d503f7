#pragma once

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mcp/message.h"

namespace kept::mcp {

/// One call of `k`: the words behind it, and its standard input.
struct Invocation {
    std::vector<std::string> words;
    std::string input;
};

/// The longest that a call may wait.
inline constexpr std::int64_t kLongestS = 86'400;

/// What came of it.
struct Outcome {
    int exit_code = 0;
    std::string output;
    std::string errors;
};

/// What a tool answers: text for the model, the same as data, and whether it failed.
struct ToolResult {
    std::string text;
    Json data = nullptr;  ///< an object that fits the tool's output schema; null when it failed
    std::string png = {}; ///< an image, as bytes
    bool failed = false;
};

/// The course of a tool call: a next call of `k`, whose outcome decides how it goes on, or the end.
struct Step;
using Course = std::variant<Step, ToolResult>;
struct Step {
    Invocation invocation;
    std::function<Course(Outcome)> then;
};

/// The result of `tools/call`: text first, a picture behind it, and the data.
Json to_json(const ToolResult& result);

/// A wrong argument is the model's error, told as a failed result, so that it can mend it.
ToolResult failure(std::string text);

/// The arguments of one call, checked while they are read.
class ToolArguments {
public:
    explicit ToolArguments(const Json& object) : object_(object) {}

    /// What becomes a word of a command: without NUL bytes, behind which nothing would be read.
    std::string text(const char* name);
    std::optional<std::string> maybe_text(const char* name);
    /// What is handed over as it is.
    std::string content(const char* name);
    std::optional<std::string> maybe_content(const char* name);
    std::int64_t integer(const char* name, std::int64_t fallback, std::int64_t least,
                         std::int64_t most);
    bool flag(const char* name, bool fallback = false);
    /// Pairs of an object whose values are texts.
    std::vector<std::pair<std::string, std::string>> pairs(const char* name);

    /// What is wrong with them: the first bad or missing one, or one that nobody asked for.
    [[nodiscard]] std::string problem() const;

private:
    const Json* find(const char* name);
    void wrong(const char* name, const char* what);

    const Json& object_;
    std::vector<std::string> known_;
    std::string problem_;
};

struct Tool {
    std::string_view name;
    std::string_view title;
    std::string_view description;
    std::string_view input;    ///< JSON: the properties of its arguments
    std::string_view required; ///< JSON: the names of those that must be there
    std::string_view output;   ///< JSON schema
    bool read_only = false;
    bool destructive = false;
    bool idempotent = false;
    Course (*begin)(ToolArguments& arguments);
};

std::span<const Tool> tools();

/// The tool of that name, or nullptr.
const Tool* find_tool(std::string_view name);

/// Its entry of `tools/list`.
Json describe(const Tool& tool);

} // namespace kept::mcp
