#include "support/table.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "support/process.h"

namespace kept::bench {

namespace {

constexpr double kQuiet = 0.25;
constexpr std::size_t kColumns = 7;
using Cells = std::array<std::string, kColumns>;

std::string number(const char* format, double value) {
    std::array<char, 64> text{};
    std::snprintf(text.data(), text.size(), format, value);
    return text.data();
}

std::string or_dash(const std::string& text) {
    return text.empty() ? "-" : text;
}

std::string met_text(std::optional<bool> met) {
    if (!met) {
        return "-";
    }
    return *met ? "yes" : "NO";
}

void append_line(std::string& text, const Cells& cells,
                 const std::array<std::size_t, kColumns>& widths) {
    for (std::size_t column = 0; column < kColumns; ++column) {
        const std::string pad(widths[column] - cells[column].size(), ' ');
        // Numbers line up at their right; names and targets at their left.
        const bool right = column >= 1 && column <= 4;
        text += "| " + (right ? pad + cells[column] : cells[column] + pad) + " ";
    }
    text += "|\n";
}

} // namespace

double quantile(std::vector<double> values, double share) {
    if (values.empty()) {
        return 0;
    }
    const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + at, values.end());
    return values[static_cast<std::size_t>(at)];
}

double median(std::vector<double> values) {
    return quantile(std::move(values), 0.5);
}

std::string time_text(double us) {
    if (us < 1000) {
        return number("%.0f us", us);
    }
    return us < 1e6 ? number("%.2f ms", us / 1e3) : number("%.2f s", us / 1e6);
}

Row ratio_row(const std::string& name, const std::vector<double>& subject_us,
              const std::vector<double>& floor_us, double limit) {
    const double subject = median(subject_us);
    const double floor = median(floor_us);
    if (floor <= 0) {
        give_up("no floor was measured for " + name);
    }
    const double ratio = subject / floor;
    const double quarter = quantile(subject_us, kQuiet) / quantile(floor_us, kQuiet);
    Row row{name, time_text(subject),     time_text(floor), number("%.2f", ratio), {},
            {},   number("%.2f", quarter)};
    if (limit > 0) {
        row.target = "at most " + number("%.2f", limit);
        row.met = ratio <= limit;
    }
    return row;
}

std::string table_text(const std::vector<Row>& rows) {
    std::vector<Cells> lines{{"measured", "kept", "floor", "ratio", "ratio p25", "target", "met"}};
    int promised = 0;
    int met = 0;
    for (const auto& row : rows) {
        lines.push_back({row.name, or_dash(row.subject), or_dash(row.floor), or_dash(row.ratio),
                         or_dash(row.quiet_ratio), or_dash(row.target), met_text(row.met)});
        promised += row.met ? 1 : 0;
        met += row.met.value_or(false) ? 1 : 0;
    }
    std::array<std::size_t, kColumns> widths{};
    for (const auto& line : lines) {
        for (std::size_t column = 0; column < kColumns; ++column) {
            widths[column] = std::max(widths[column], line[column].size());
        }
    }
    std::string text;
    append_line(text, lines[0], widths);
    for (std::size_t column = 0; column < kColumns; ++column) {
        const bool right = column >= 1 && column <= 4;
        text += "|" + std::string(widths[column] + 1, '-') + (right ? ":" : "-");
    }
    text += "|\n";
    for (std::size_t line = 1; line < lines.size(); ++line) {
        append_line(text, lines[line], widths);
    }
    text += "\n" + std::to_string(met) + " of " + std::to_string(promised) + " targets met.\n";
    return text;
}

} // namespace kept::bench
