#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "mcp/line_reader.h"
#include "mcp/message.h"
#include "mcp/protocol.h"
#include "mcp/resources.h"
#include "mcp/tools.h"

/// A peer's bytes on the standard input of `k mcp`: lines, messages, eras, arguments, URIs.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace kept::mcp;
    LineReader reader(4096);
    reader.feed({reinterpret_cast<const char*>(data), size});
    while (const auto line = reader.next()) {
        const auto json = parse_line(line->text);
        if (!json) {
            static_cast<void>(encode_error(json.error()));
            continue;
        }
        const auto message = to_message(*json);
        if (!message) {
            static_cast<void>(encode_error(message.error()));
            continue;
        }
        static_cast<void>(era_of(*message));
        static_cast<void>(initialize_result(message->params));
        static_cast<void>(parse_uri(message->method));
        for (const Tool& tool : tools()) {
            ToolArguments arguments(message->params);
            static_cast<void>(tool.begin(arguments));
            static_cast<void>(arguments.problem());
        }
        static_cast<void>(encode_result(message->id, message->params));
    }
    return 0;
}
