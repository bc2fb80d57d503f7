#include "mcp/resources.h"

#include "base/ids.h"
#include "base/text.h"
#include "mcp/outcome.h"

namespace kept::mcp {

namespace {

constexpr std::string_view kScheme = "kept://";

} // namespace

std::optional<ResourceName> parse_uri(std::string_view uri) {
    if (!uri.starts_with(kScheme)) {
        return std::nullopt;
    }
    uri.remove_prefix(kScheme.size());
    const auto slash = uri.find('/');
    if (slash == std::string_view::npos) {
        return std::nullopt;
    }
    ResourceName name;
    name.session = uri.substr(0, slash);
    const std::string_view part = uri.substr(slash + 1);
    if (!base::is_session_name(name.session)) {
        return std::nullopt;
    }
    if (part == "screen") {
        name.part = ResourceName::Part::screen;
    } else if (part == "journal") {
        name.part = ResourceName::Part::journal;
    } else if (part.starts_with("cells/") && base::is_cell_id(std::string(part.substr(6)))) {
        name.part = ResourceName::Part::cell;
        name.cell = part.substr(6);
    } else {
        return std::nullopt;
    }
    return name;
}

Reading list_resources() {
    return {{{"ls", "--json"}, {}}, [](const Outcome& outcome) -> std::expected<Json, RpcError> {
                const Json sessions = printed_json(outcome);
                if (!sessions.is_array()) {
                    return std::unexpected(RpcError{RpcErrc::internal_error,
                                                    failed_call(outcome).text, nullptr, nullptr});
                }
                Json resources = Json::array();
                for (const Json& session : sessions) {
                    const std::string name = text_of(session, "session");
                    for (const char* part : {"screen", "journal"}) {
                        resources.push_back({{"uri", std::string(kScheme) + name + "/" + part},
                                             {"name", name + " " + part},
                                             {"mimeType", "text/plain"}});
                    }
                }
                return Json{{"resources", std::move(resources)}};
            }};
}

Reading read_resource(const std::string& uri, const ResourceName& name) {
    Invocation invocation;
    switch (name.part) {
    case ResourceName::Part::screen:
        invocation.words = {"screen", "--", name.session};
        break;
    case ResourceName::Part::journal:
        invocation.words = {"history", "-n", "200", "--", name.session};
        break;
    case ResourceName::Part::cell:
        invocation.words = {"output", "--", name.session, name.cell};
        break;
    }
    return {std::move(invocation), [uri](const Outcome& outcome) -> std::expected<Json, RpcError> {
                if (outcome.exit_code != 0) {
                    return std::unexpected(RpcError{RpcErrc::resource_not_found,
                                                    failed_call(outcome).text, Json{{"uri", uri}},
                                                    nullptr});
                }
                return Json{{"contents", Json::array({{{"uri", uri},
                                                       {"mimeType", "text/plain"},
                                                       {"text", base::to_utf8(outcome.output)}}})}};
            }};
}

Json resource_templates() {
    const auto entry = [](const char* path, const char* name, const char* about) {
        return Json{{"uriTemplate", std::string(kScheme) + path},
                    {"name", name},
                    {"description", about},
                    {"mimeType", "text/plain"}};
    };
    return {{"resourceTemplates",
             Json::array({entry("{session}/screen", "screen", "What a person would see"),
                          entry("{session}/journal", "journal", "The last that happened"),
                          entry("{session}/cells/{cell_id}", "cell", "A cell's whole output")})}};
}

} // namespace kept::mcp
