#include "cli/options.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <limits>
#include <string_view>

#include "base/text.h"
#include "cli/nearest.h"
#include "cli/writer.h"

namespace kept::cli {

namespace {

class HelpFormatter : public CLI::Formatter {
public:
    explicit HelpFormatter(const Verb& verb) : verb_(verb) { column_width(28); }

    std::string make_usage(const CLI::App* /*app*/, std::string /*name*/) const override {
        return "Usage: k " + std::string(verb_.name) + " " + std::string(verb_.arguments) + "\n";
    }

private:
    const Verb& verb_;
};

/// Set while a verb is asked for its options: parse() tells them and does nothing more.
std::vector<OptionInfo>* the_listing = nullptr;

bool all_digits(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

} // namespace

struct Options::Impl {
    explicit Impl(const Verb& the_verb) : verb(the_verb), app(std::string(the_verb.about)) {
        app.set_help_flag("-h,--help", "Print this help");
        app.formatter(std::make_shared<HelpFormatter>(verb));
    }

    /// One word, as an option: its declared name, and a value that came in the same word.
    struct Match {
        CLI::Option* option = nullptr;
        std::string name;
        std::optional<std::string> value;
    };

    Match match(const std::string& word) {
        if (word.size() < 2 || word[0] != '-') {
            return {};
        }
        if (auto* option = app.get_option_no_throw(word)) {
            return {option, word, std::nullopt};
        }
        if (word.starts_with("--")) {
            if (const auto equals = word.find('='); equals != std::string::npos) {
                const std::string name = word.substr(0, equals);
                return {app.get_option_no_throw(name), name, word.substr(equals + 1)};
            }
        } else if (all_digits(std::string_view(word).substr(2))) {
            const std::string name = word.substr(0, 2);
            return {app.get_option_no_throw(name), name, word.substr(2)};
        }
        return {};
    }

    /// The long option most like a mistyped one; short ones are all alike.
    std::string nearest_option(const std::string& word) {
        std::vector<OptionInfo> options;
        list(options);
        std::vector<std::string_view> names;
        for (const OptionInfo& option : options) {
            for (const auto& name : option.names) {
                if (name.starts_with("--")) {
                    names.push_back(std::string_view(name).substr(2));
                }
            }
        }
        const std::string typed = word.substr(0, word.find('='));
        // `-json` is `--json` with a dash too few.
        const std::string bare = typed.substr(std::min(typed.find_first_not_of('-'), typed.size()));
        if (std::ranges::find(names, bare) != names.end()) {
            return "--" + bare;
        }
        const auto like = bare.size() < 2 ? std::string_view() : nearest(bare, names);
        return like.empty() ? std::string() : "--" + std::string(like);
    }

    void list(std::vector<OptionInfo>& options) {
        for (const CLI::Option* option : app.get_options()) {
            OptionInfo& info = options.emplace_back();
            for (const auto& name : option->get_snames()) {
                info.names.push_back("-" + name);
            }
            for (const auto& name : option->get_lnames()) {
                info.names.push_back("--" + name);
            }
            if (option->get_items_expected_max() > 0) {
                info.type = option->get_type_name();
            }
            info.help = option->get_description();
            info.repeats = option->get_expected_max() > 1;
        }
    }

    const Verb& verb;
    CLI::App app;
    bool dashes_are_words = false;
    std::size_t words_only_after = std::numeric_limits<std::size_t>::max();
};

std::vector<OptionInfo> options_of(const Verb& verb) {
    std::vector<OptionInfo> options;
    the_listing = &options;
    verb.run(verb, {});
    the_listing = nullptr;
    return options;
}

Options::Options(const Verb& verb) : impl_(std::make_unique<Impl>(verb)) {}
Options::~Options() = default;

Options& Options::flag(const char* names, bool& value, const char* help) {
    impl_->app.add_flag(names, value, help);
    return *this;
}

Options& Options::text(const char* names, std::optional<std::string>& value, const char* type,
                       const char* help) {
    impl_->app
        .add_option_function<std::string>(
            names, [&value](const std::string& given) { value = given; }, help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->type_name(type);
    return *this;
}

Options& Options::texts(const char* names, std::vector<std::string>& values, const char* type,
                        const char* help) {
    impl_->app.add_option(names, values, help)->allow_extra_args(false)->type_name(type);
    return *this;
}

Options& Options::natural(const char* names, std::uint64_t& value, const char* type,
                          const char* help) {
    impl_->app
        .add_option_function<std::string>(
            names,
            [&value, names](const std::string& given) {
                const auto number =
                    base::parse_integer(given, 0, std::numeric_limits<std::int64_t>::max());
                if (!number) {
                    throw CLI::ValidationError(names, "'" + given + "' is no whole number");
                }
                value = static_cast<std::uint64_t>(*number);
            },
            help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->type_name(type);
    return *this;
}

Options& Options::choice(const char* names, std::optional<std::string>& value,
                         std::vector<std::string> words, const char* help) {
    std::string type;
    for (const auto& word : words) {
        type.append(type.empty() ? "" : "|").append(word);
    }
    impl_->app
        .add_option_function<std::string>(
            names,
            [&value, names, type, words = std::move(words)](const std::string& given) {
                if (std::ranges::find(words, given) == words.end()) {
                    throw CLI::ValidationError(names, "'" + given + "' is none of " + type);
                }
                value = given;
            },
            help)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeLast)
        ->type_name(type);
    return *this;
}

Options& Options::note(const char* text) {
    impl_->app.footer(text);
    return *this;
}

Options& Options::dashes_are_words() {
    impl_->dashes_are_words = true;
    return *this;
}

Options& Options::words_only_after(std::size_t words) {
    impl_->words_only_after = words;
    return *this;
}

int Options::wrong(const std::string& what) const {
    const std::string verb(impl_->verb.name);
    say("k " + verb + ": " + what);
    say("usage: k " + verb + " " + std::string(impl_->verb.arguments) + "   (k " + verb +
        " --help tells more)");
    return 2;
}

std::expected<std::vector<std::string>, int> Options::parse(Arguments arguments, std::size_t least,
                                                            std::size_t most) {
    if (the_listing != nullptr) {
        impl_->list(*the_listing);
        return std::unexpected(0);
    }
    std::vector<std::string> words;
    std::vector<std::string> for_cli11;
    bool options_over = false;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        const std::string& word = arguments[i];
        options_over = options_over || words.size() >= impl_->words_only_after;
        if (options_over) {
            words.push_back(word);
            continue;
        }
        if (word == "--") {
            options_over = true;
            continue;
        }
        if (word == "-h" || word == "--help") {
            out().put(impl_->app.help());
            return std::unexpected(0);
        }
        if (auto match = impl_->match(word); match.option != nullptr) {
            for_cli11.push_back(match.name);
            const bool takes_value = match.option->get_items_expected_max() > 0;
            if (takes_value && !match.value) {
                if (i + 1 == arguments.size()) {
                    return std::unexpected(wrong(word + " needs a value"));
                }
                match.value = arguments[++i];
            }
            if (match.value) {
                if (!takes_value) {
                    return std::unexpected(wrong(match.name + " takes no value"));
                }
                for_cli11.push_back(*match.value);
            }
            continue;
        }
        if (word.size() > 1 && word[0] == '-') {
            const bool alone = i + 1 == arguments.size() && !word.starts_with("--");
            if (!impl_->dashes_are_words || (words.empty() && !alone)) {
                const std::string like = impl_->nearest_option(word);
                return std::unexpected(
                    wrong("unknown option " + word +
                          (like.empty() ? "" : "; did you mean " + like + "?") +
                          (impl_->dashes_are_words ? "; put -- before code that begins with a dash"
                                                   : "")));
            }
        }
        words.push_back(word);
    }
    try {
        std::ranges::reverse(for_cli11); // CLI11 takes them from the back
        impl_->app.parse(std::move(for_cli11));
    } catch (const CLI::ParseError& error) {
        return std::unexpected(wrong(error.what()));
    }
    if (words.size() < least) {
        return std::unexpected(wrong("too few words"));
    }
    if (words.size() > most) {
        return std::unexpected(wrong(impl_->dashes_are_words
                                         ? "too many words; put quotes around the code"
                                         : "too many words"));
    }
    return words;
}

} // namespace kept::cli
