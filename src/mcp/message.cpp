#include "mcp/message.h"

namespace kept::mcp {

namespace {

constexpr int kMaxDepth = 64;

std::string to_line(const Json& json) {
    return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

} // namespace

std::expected<Json, RpcError> parse_line(std::string_view line) {
    bool too_deep = false;
    const auto limit = [&too_deep](int depth, Json::parse_event_t /*event*/, Json& /*value*/) {
        too_deep = too_deep || depth > kMaxDepth;
        return !too_deep;
    };
    Json json = Json::parse(line, limit, false);
    if (too_deep) {
        return std::unexpected(
            RpcError{RpcErrc::parse_error, "the message is nested too deeply", nullptr, nullptr});
    }
    if (json.is_discarded()) {
        return std::unexpected(
            RpcError{RpcErrc::parse_error, "the line is no JSON", nullptr, nullptr});
    }
    return json;
}

std::expected<Message, RpcError> to_message(const Json& json) {
    const auto invalid = [](const char* why, Json id) {
        return std::unexpected(RpcError{RpcErrc::invalid_request, why, nullptr, std::move(id)});
    };
    if (!json.is_object()) {
        return invalid("a message is a JSON object", nullptr);
    }
    Message message;
    if (const auto id = json.find("id"); id != json.end()) {
        // The Model Context Protocol rules out null, and numbers with a fraction.
        if (!id->is_string() && !id->is_number_integer()) {
            return invalid("an id is a string or an integer", nullptr);
        }
        message.id = *id;
    }
    if (const auto version = json.find("jsonrpc"); version == json.end() || *version != "2.0") {
        return invalid("\"jsonrpc\" must be \"2.0\"", message.id);
    }
    const auto method = json.find("method");
    if (method == json.end()) {
        if (json.contains("result") || json.contains("error")) {
            return message;
        }
        return invalid("the message has no method", message.id);
    }
    if (!method->is_string()) {
        return invalid("a method is a string", message.id);
    }
    message.method = method->get<std::string>();
    if (const auto params = json.find("params"); params != json.end()) {
        if (!params->is_object()) {
            if (!message.is_request()) {
                return message; // nobody waits to be told what is wrong with a notification
            }
            return std::unexpected(RpcError{RpcErrc::invalid_params, "\"params\" must be an object",
                                            nullptr, message.id});
        }
        message.params = *params;
    }
    return message;
}

std::string encode_result(const Json& id, const Json& result) {
    return to_line(Json{{"jsonrpc", "2.0"}, {"id", id}, {"result", result}});
}

std::string encode_error(const RpcError& error) {
    Json body{{"code", static_cast<int>(error.code)}, {"message", error.message}};
    if (!error.data.is_null()) {
        body["data"] = error.data;
    }
    Json message{{"jsonrpc", "2.0"}};
    // JSON-RPC would have null where the id is unknown; the schema of the Model Context Protocol
    // has no null there, and its clients throw such a message away.
    if (!error.id.is_null()) {
        message["id"] = error.id;
    }
    message["error"] = std::move(body);
    return to_line(message);
}

std::string encode_notification(std::string_view method, const Json& params) {
    return to_line(Json{{"jsonrpc", "2.0"}, {"method", method}, {"params", params}});
}

} // namespace kept::mcp
