#include "cli/complete.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <optional>

#include "base/ids.h"
#include "base/text.h"
#include "cli/agent.h"
#include "cli/commands.h"
#include "cli/elsewhere.h"
#include "cli/find_session.h"
#include "cli/monitor.h"
#include "cli/options.h"
#include "cli/view.h"
#include "cli/writer.h"
#include "profiles/catalog.h"

namespace kept::cli {

namespace {

using Files = Completion::Files;

/// Somebody waits with a finger on the key.
constexpr std::chrono::milliseconds kCompletionPatience{1000};

/// Those of `k` itself, before the verb.
const std::array<OptionInfo, 3>& program_options() {
    static const std::array<OptionInfo, 3> options{{
        {{"-h", "--help"}, {}, "print the usage", false},
        {{"--version"}, {}, "which version this is", false},
        {{"--host"}, "HOST", "on another machine, through ssh", false},
    }};
    return options;
}

/// Verbs that say nothing about a session that has ended.
constexpr std::array kNeedLife{"run", "await", "fire",   "send",   "wait",  "batch",
                               "int", "reset", "notify", "resize", "watch", "attach"};

constexpr std::array kSizes{"80x24", "100x30", "120x40", "160x50", "200x60"};

/// The names of keys that are worth offering; `k send --keys` knows more.
constexpr std::array kKeys{"Enter", "Escape", "Tab", "Space", "BSpace", "Up",     "Down",   "Left",
                           "Right", "Home",   "End", "PgUp",  "PgDn",   "Insert", "Delete", "F1",
                           "F2",    "F3",     "F4",  "F5",    "F6",     "F7",     "F8",     "F9",
                           "F10",   "F11",    "F12", "C-a",   "C-c",    "C-d",    "C-e",    "C-l",
                           "C-r",   "C-u",    "C-w", "C-x",   "C-z",    "S-Tab",  "M-b",    "M-f"};

/// A command line up to the word that is to be completed, as its verb reads it.
class Line {
public:
    Line(const std::vector<std::string>& words, bool here) : words_(words), here_(here) {}

    Completion complete() {
        if (words_.size() < 2) {
            return {};
        }
        if (words_.front() == "km") {
            options_.assign(monitor_options().begin(), monitor_options().end());
            places_ = places("<session> [cell_id]");
            sessions_live_only_ = false;
            read(1);
        } else if (!find_verb_of_line()) {
            return std::move(result_);
        }
        offer();
        return std::move(result_);
    }

private:
    [[nodiscard]] const std::string& current() const { return words_.back(); }

    void add(std::string_view word, std::string_view about) {
        const std::string whole = prefix_ + std::string(word);
        if (whole.starts_with(current()) && (!word.empty() || !prefix_.empty())) {
            result_.candidates.push_back({whole, one_line(about)});
        }
    }

    /// True when there is a verb before the current word, whose options and words are read then.
    bool find_verb_of_line() {
        std::size_t at = 1;
        while (at + 1 < words_.size() && words_[at].starts_with('-')) {
            const auto* option = find_option(program_options(), words_[at]);
            at += option != nullptr && !option->type.empty() ? 2U : 1U;
        }
        if (at >= words_.size()) {
            return false; // the value of an option
        }
        if (at + 1 == words_.size()) {
            offer_verbs(verbs(), {});
            if (current().starts_with('-')) {
                offer_options(program_options());
            }
            return false;
        }
        const Verb* verb = find_verb(words_[at]);
        if (verb == nullptr || verb->name.starts_with('_')) {
            return false;
        }
        if (verb->run == help_command) {
            offer_verbs(verbs(), {});
            return false;
        }
        if (verb->run == agent_command) {
            if (at + 2 == words_.size()) {
                offer_verbs(agent_verbs(), "agent ");
                return false;
            }
            ++at;
            const auto found = std::ranges::find(agent_verbs(), "agent " + words_[at], &Verb::name);
            if (found == agent_verbs().end()) {
                return false;
            }
            verb = &*found;
        }
        options_ = options_of(*verb);
        places_ = places(verb->arguments);
        sessions_live_only_ = std::ranges::find(kNeedLife, verb->name) != kNeedLife.end();
        if (verb->run == new_command) {
            starts_session_ = true;
            words_only_after_ = 2;
        }
        read(at + 1);
        return true;
    }

    static const OptionInfo* find_option(std::span<const OptionInfo> options,
                                         std::string_view name) {
        const auto found = std::ranges::find_if(options, [&](const OptionInfo& option) {
            return std::ranges::find(option.names, name) != option.names.end();
        });
        return found == options.end() ? nullptr : &*found;
    }

    /// The words from there to the current one.
    void read(std::size_t at) {
        for (; at + 1 < words_.size(); ++at) {
            const std::string& word = words_[at];
            options_over_ = options_over_ || before_.size() >= words_only_after_;
            if (!options_over_ && word == "--") {
                options_over_ = true;
            } else if (const auto* option = options_over_ ? nullptr : find_option(options_, word)) {
                used_.push_back(option);
                if (!option->type.empty() && ++at + 1 == words_.size()) {
                    wants_value_ = option;
                }
            } else if (options_over_ || !word.starts_with("--") || !word.contains('=')) {
                before_.push_back(word);
            }
        }
        options_over_ = options_over_ || before_.size() >= words_only_after_;
    }

    void offer() {
        if (wants_value_ != nullptr) {
            offer_values(*wants_value_);
            return;
        }
        if (!options_over_ && current().starts_with('-')) {
            const auto equals = current().find('=');
            if (equals == std::string::npos) {
                offer_options(options_);
            } else if (const auto* option = find_option(options_, current().substr(0, equals))) {
                prefix_ = current().substr(0, equals + 1);
                offer_values(*option);
            }
            return;
        }
        offer_words();
        if (result_.candidates.empty() && result_.files == Files::none && current().empty() &&
            !options_over_ && !free_text_) {
            offer_options(options_);
        }
    }

    void offer_verbs(std::span<const Verb> all, std::string_view prefix) {
        for (const Verb& verb : all) {
            if (!verb.about.empty()) {
                add(verb.name.substr(prefix.size()), verb.about);
            }
        }
    }

    void offer_options(std::span<const OptionInfo> options) {
        for (const OptionInfo& option : options) {
            if (!option.repeats && std::ranges::find(used_, &option) != used_.end()) {
                continue;
            }
            for (const auto& name : option.names) {
                add(name, option.help);
            }
        }
    }

    void offer_values(const OptionInfo& option) {
        const std::string& type = option.type;
        const std::string& name = option.names.back();
        if (type.contains('|')) {
            offer_alternatives(type);
        } else if (type == "FILE") {
            result_.files = Files::files;
        } else if (type == "DIR") {
            result_.files = Files::directories;
        } else if (type == "COLSxROWS") {
            offer_each(kSizes);
        } else if (type == "KEYS") {
            offer_each(kKeys);
        } else if (type == "CELL" || type == "ID") {
            offer_cells();
            if (name == "--cell") {
                add("-", "the latest one");
            }
        } else if (name == "--profile") {
            offer_profiles();
            add("none", "no profile");
        } else if (name == "--name") {
            offer_sessions(true);
        } else if (name == "--detach") {
            add("none", "no key leaves");
        }
    }

    template <class List> void offer_each(const List& words) {
        for (const auto* word : words) {
            add(word, {});
        }
    }

    void offer_alternatives(std::string_view words) {
        while (!words.empty()) {
            const auto bar = std::min(words.find('|'), words.size());
            add(words.substr(0, bar), {});
            words.remove_prefix(std::min(bar + 1, words.size()));
        }
    }

    void offer_words() {
        if (places_.empty()) {
            return;
        }
        const std::size_t at = before_.size();
        if (at >= places_.size() && !places_.back().many) {
            return;
        }
        offer_place(at);
        // `[session] <cell_id>`: one word alone is the second.
        if (at == 0 && places_.size() > 1 && places_[0].optional && !places_[1].optional) {
            offer_place(1);
        }
    }

    void offer_place(std::size_t at) {
        const Place& place = places_[std::min(at, places_.size() - 1)];
        if (place.what == "session") {
            free_text_ = starts_session_;
            if (!starts_session_) {
                offer_sessions(sessions_live_only_);
            }
        } else if (place.what == "cell_id") {
            offer_cells();
        } else if (place.what == "name") {
            offer_profiles();
        } else if (place.what.contains('|')) {
            offer_alternatives(place.what);
        } else if (place.what == "COLSxROWS") {
            offer_each(kSizes);
        } else if (place.what == "cmd") {
            result_.files = at == 1 ? Files::commands : Files::files;
        } else if (place.what == "entrypoint" || place.what.starts_with("FILE")) {
            result_.files = Files::files;
        } else {
            free_text_ = true;
        }
    }

    void offer_profiles() {
        if (const auto all = profiles::all()) {
            for (const auto& profile : *all) {
                add(profile.name, profile.about);
            }
        }
    }

    [[nodiscard]] bool usable(const os::Paths& paths) const {
        return here_ && os::check_private_directory(paths.runtime()) &&
               os::check_private_directory(paths.state());
    }

    void offer_sessions(bool live_only) {
        const auto paths = os::Paths::named();
        if (!usable(paths)) {
            return;
        }
        for (const Known& session : known_sessions(paths)) {
            if (session.live || !live_only) {
                add(session.name, session.live ? "session" : "session that has ended");
            }
        }
    }

    /// The session that the line is about, if it can be told.
    [[nodiscard]] std::optional<std::string> session(const os::Paths& paths) const {
        if (!before_.empty() && !places_.empty() && places_.front().what == "session") {
            return before_.front();
        }
        const char* variable = std::getenv("K_SESSION");
        if (variable != nullptr && *variable != '\0') {
            return variable;
        }
        return only_session(known_sessions(paths));
    }

    void offer_cells() {
        const auto paths = os::Paths::named();
        if (!usable(paths)) {
            return;
        }
        const auto name = session(paths);
        if (!name || !base::is_session_name(*name)) {
            return;
        }
        const Target target{paths, *name};
        auto client = control::Client::connect(paths.socket(*name));
        if (!client) {
            client = open_reader(target);
        }
        if (!client || !client->send(control::CellsRequest{})) {
            return;
        }
        const auto answer = client->answer(kCompletionPatience);
        const auto* cells = answer ? std::get_if<control::CellsInfo>(&*answer) : nullptr;
        if (cells == nullptr) {
            return;
        }
        constexpr std::size_t kCodeShown = 40;
        for (auto cell = cells->cells.rbegin(); cell != cells->cells.rend(); ++cell) {
            add(cell->id, std::string(control::to_string(cell->state)) + ": " +
                              std::string(base::utf8_prefix(cell->code, kCodeShown)));
        }
    }

    const std::vector<std::string>& words_;
    bool here_; ///< the sessions of this machine are meant
    std::vector<OptionInfo> options_;
    std::vector<Place> places_;
    bool sessions_live_only_ = false;
    bool starts_session_ = false;
    std::size_t words_only_after_ = std::numeric_limits<std::size_t>::max();

    std::vector<std::string> before_; ///< words that are no options
    std::vector<const OptionInfo*> used_;
    bool options_over_ = false;
    bool free_text_ = false;                  ///< the current word may be anything
    const OptionInfo* wants_value_ = nullptr; ///< whose value the current word is
    std::string prefix_;                      ///< of every candidate: `--size=`
    Completion result_;
};

std::string_view word_for(Files files) {
    switch (files) {
    case Files::none:
        return ":none";
    case Files::files:
        return ":files";
    case Files::directories:
        return ":directories";
    case Files::commands:
        return ":commands";
    }
    return ":none";
}

} // namespace

std::vector<Place> places(std::string_view arguments) {
    std::vector<Place> found;
    while (!arguments.empty()) {
        const char first = arguments.front();
        if (first == ' ') {
            arguments.remove_prefix(1);
            continue;
        }
        const bool bracketed = first == '[' || first == '<';
        const auto end = bracketed ? arguments.find(first == '[' ? ']' : '>') : arguments.find(' ');
        std::string_view word = arguments.substr(0, end);
        arguments.remove_prefix(
            std::min(end == std::string_view::npos ? arguments.size() : end + 1, arguments.size()));
        if (bracketed) {
            word.remove_prefix(1);
        }
        if (word == "|" || word.empty()) {
            break; // what follows is another way to say it
        }
        if (word.starts_with('-')) {
            if (!bracketed) {
                break;
            }
            continue;
        }
        if (word.find_first_of("< ") != std::string_view::npos) {
            break; // `< steps`: not a word
        }
        Place place{std::string(word), first == '[', false};
        if (place.what.ends_with("...")) {
            place.what.resize(place.what.size() - 3);
            place.many = true;
        }
        found.push_back(std::move(place));
    }
    return found;
}

Completion complete(const std::vector<std::string>& words, bool here) {
    return Line(words, here).complete();
}

int complete_command(const Verb& verb, Arguments arguments) {
    std::vector<std::string> words(arguments.begin(), arguments.end());
    bool here = true;
    // The host's own name may be what is to be completed.
    const bool names_host = words.size() > 1 && words[1].starts_with("--host");
    if (words.size() > (names_host ? 3U : 2U)) {
        if (auto errand = find_errand({words.begin() + 1, words.end()});
            errand && !errand->words.empty()) {
            here = errand->host.empty();
            errand->words.insert(errand->words.begin(), {std::string(verb.name), words.front()});
            if (const auto code = complete_elsewhere(*errand)) {
                return *code;
            }
        }
    }
    const auto completion = complete(words, here);
    out().put(word_for(completion.files));
    out().put('\n');
    for (const Candidate& candidate : completion.candidates) {
        out().put(candidate.word);
        out().put(candidate.about.empty() ? std::string() : "\t" + candidate.about);
        out().put('\n');
    }
    return 0;
}

} // namespace kept::cli
