#include <array>

#include "control/json_codec.h"
#include "control/words.h"

namespace kept::control::codec {

namespace {

constexpr Names<UnderlineStyle, 6> kUnderlines{{{
    {UnderlineStyle::none, "none"},
    {UnderlineStyle::single, "single"},
    {UnderlineStyle::twofold, "double"},
    {UnderlineStyle::curly, "curly"},
    {UnderlineStyle::dotted, "dotted"},
    {UnderlineStyle::dashed, "dashed"},
}}};

struct Attribute {
    const char* name;
    bool TextStyle::* flag;
};

constexpr std::array kAttributes{
    Attribute{"bold", &TextStyle::bold},       Attribute{"faint", &TextStyle::faint},
    Attribute{"italic", &TextStyle::italic},   Attribute{"blink", &TextStyle::blink},
    Attribute{"inverse", &TextStyle::inverse}, Attribute{"invisible", &TextStyle::invisible},
    Attribute{"strike", &TextStyle::strike},   Attribute{"overline", &TextStyle::overline},
};

Json to_json(const TextRun& run) {
    Json json{{"x", run.x}, {"width", run.width}, {"text", run.text}};
    const TextStyle& style = run.style;
    const auto colour = [&](const char* key, Colour value) {
        if (value != kDefaultColour) {
            json[key] = value;
        }
    };
    colour("fg", style.fg);
    colour("bg", style.bg);
    colour("ul", style.underline_colour);
    if (style.underline != UnderlineStyle::none) {
        json["underline"] = kUnderlines.of(style.underline);
    }
    for (const Attribute& attribute : kAttributes) {
        if (style.*attribute.flag) {
            json[attribute.name] = true;
        }
    }
    if (run.wide) {
        json["wide"] = true;
    }
    if (run.cluster) {
        json["cluster"] = true;
    }
    if (!run.link.empty()) {
        json["link"] = run.link;
    }
    return json;
}

TextRun run_from(const Json& json) {
    TextRun run;
    run.x = maybe_int(json, "x").value_or(0);
    run.width = maybe_int(json, "width").value_or(0);
    run.text = text(json, "text");
    run.wide = flag(json, "wide");
    run.cluster = flag(json, "cluster");
    run.link = text(json, "link");
    run.style.fg = maybe_int(json, "fg").value_or(kDefaultColour);
    run.style.bg = maybe_int(json, "bg").value_or(kDefaultColour);
    run.style.underline_colour = maybe_int(json, "ul").value_or(kDefaultColour);
    run.style.underline = word(json, "underline", kUnderlines, UnderlineStyle::none);
    for (const Attribute& attribute : kAttributes) {
        run.style.*attribute.flag = flag(json, attribute.name);
    }
    return run;
}

} // namespace

Json to_json(const ScreenInfo& screen) {
    return Json{{"cols", screen.cols},
                {"rows", screen.rows},
                {"cursor_x", screen.cursor_x},
                {"cursor_y", screen.cursor_y},
                {"cursor_visible", screen.cursor_visible},
                {"cursor_shape", screen.cursor_shape},
                {"title", screen.title},
                {"alternate", screen.alternate},
                {"reverse_video", screen.reverse_video},
                {"autowrap", screen.autowrap},
                {"application_cursor", screen.application_cursor},
                {"application_keypad", screen.application_keypad},
                {"bracketed_paste", screen.bracketed_paste},
                {"focus_events", screen.focus_events},
                {"mouse", screen.mouse},
                {"mouse_encoding", screen.mouse_encoding},
                {"kitty_keyboard", screen.kitty_keyboard},
                {"modify_other_keys", screen.modify_other_keys},
                {"scrollback", screen.scrollback},
                {"hash", screen.hash},
                {"changes_only", screen.changes_only},
                {"first_y", screen.first_y},
                {"end_y", screen.end_y}};
}

ScreenInfo screen_from(const Json& json) {
    ScreenInfo screen;
    screen.cols = maybe_int(json, "cols").value_or(0);
    screen.rows = maybe_int(json, "rows").value_or(0);
    screen.cursor_x = maybe_int(json, "cursor_x").value_or(0);
    screen.cursor_y = maybe_int(json, "cursor_y").value_or(0);
    screen.cursor_visible = flag(json, "cursor_visible", true);
    screen.cursor_shape = maybe_int(json, "cursor_shape").value_or(0);
    screen.title = text(json, "title");
    screen.alternate = flag(json, "alternate");
    screen.reverse_video = flag(json, "reverse_video");
    screen.autowrap = flag(json, "autowrap", true);
    screen.application_cursor = flag(json, "application_cursor");
    screen.application_keypad = flag(json, "application_keypad");
    screen.bracketed_paste = flag(json, "bracketed_paste");
    screen.focus_events = flag(json, "focus_events");
    screen.mouse = text(json, "mouse");
    screen.mouse_encoding = text(json, "mouse_encoding");
    screen.kitty_keyboard = maybe_int(json, "kitty_keyboard").value_or(0);
    screen.modify_other_keys = maybe_int(json, "modify_other_keys").value_or(0);
    screen.scrollback = natural(json, "scrollback");
    screen.hash = text(json, "hash");
    screen.changes_only = flag(json, "changes_only");
    screen.first_y = maybe_int(json, "first_y").value_or(0);
    screen.end_y = maybe_int(json, "end_y").value_or(0);
    return screen;
}

Json to_json(const ScreenRows& rows) {
    Json list = Json::array();
    for (const ScreenRow& row : rows.rows) {
        Json runs = Json::array();
        for (const TextRun& run : row.runs) {
            runs.push_back(to_json(run));
        }
        Json one{{"y", row.y}, {"runs", std::move(runs)}};
        if (row.wrapped) {
            one["wrapped"] = true;
        }
        list.push_back(std::move(one));
    }
    return list;
}

ScreenRows rows_from(const Json& json) {
    ScreenRows rows;
    each_object(json, "screen_rows", [&](const Json& one) {
        ScreenRow row;
        row.y = maybe_int(one, "y").value_or(0);
        row.wrapped = flag(one, "wrapped");
        each_object(one, "runs", [&](const Json& run) { row.runs.push_back(run_from(run)); });
        rows.rows.push_back(std::move(row));
    });
    return rows;
}

} // namespace kept::control::codec
