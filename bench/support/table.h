#pragma once

#include <optional>
#include <string>
#include <vector>

namespace kept::bench {

/// The middle value; 0 of nothing.
double median(std::vector<double> values);

/// The value that `share` (0 to 1) of them do not exceed.
double quantile(std::vector<double> values, double share);

/// "12.3 ms", "640 us", "1.20 s".
std::string time_text(double us);

/// One measurement. Empty texts are printed as a dash.
struct Row {
    std::string name;
    std::string subject;
    std::string floor;
    std::string ratio; ///< of the medians
    std::string target;
    std::optional<bool> met;   ///< empty: nothing was promised
    std::string quiet_ratio{}; ///< of the lower quartiles, which a busy machine disturbs less
};

/// Subject and floor measured in turns: medians, and their ratio against `limit` (none: 0).
Row ratio_row(const std::string& name, const std::vector<double>& subject_us,
              const std::vector<double>& floor_us, double limit);

/// An aligned Markdown table, and how many promises were kept.
std::string table_text(const std::vector<Row>& rows);

} // namespace kept::bench
