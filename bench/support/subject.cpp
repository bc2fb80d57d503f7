#include "support/subject.h"

#include <cstdlib>
#include <unistd.h>

namespace kept::bench {

Subject::Subject(const std::string& programs, const std::string& directory)
    : programs_(programs), state_(directory + "/state") {
    for (const char* name : {"/k", "/km"}) {
        if (::access((programs_ + name).c_str(), X_OK) != 0) {
            give_up("no program " + programs_ + name + "; build first, or set KEPT_BIN");
        }
    }
    ::setenv("KEPT_DIR", (directory + "/run").c_str(), 1);
    ::setenv("KEPT_STATE", state_.c_str(), 1);
    ::unsetenv("K_SESSION");
}

Finished Subject::k(std::vector<std::string> words, Output output) const {
    words.insert(words.begin(), programs_ + "/k");
    return must_run(words, output);
}

Finished Subject::km(std::vector<std::string> words) const {
    words.insert(words.begin(), programs_ + "/km");
    return must_run(words);
}

double Subject::hello_us(const std::string& session) const {
    const auto finished = k({"run", session, "echo hello"});
    if (finished.output != "hello\n") {
        give_up("k run said '" + finished.output + "' instead of hello");
    }
    return finished.us;
}

double Subject::fire_us(const std::string& session) const {
    const auto start = Clock::now();
    const auto fired = k({"fire", session, "echo hello"});
    const std::string cell = json_value(fired.output, "cell_id");
    km({session, cell, "-1"});
    const auto polled = k({"poll", session, cell});
    const double us = elapsed_us(start);
    if (json_value(polled.output, "output") != "hello") {
        give_up("k poll said " + polled.output);
    }
    return us;
}

pid_t Subject::daemon_of(const std::string& session) const {
    const auto status = k({"status", "--json", session});
    const std::string pid = json_value(status.output, "pid");
    if (pid.empty()) {
        give_up("no pid in " + status.output);
    }
    return static_cast<pid_t>(std::stol(pid));
}

std::string json_value(const std::string& line, const std::string& key) {
    const std::string wanted = "\"" + key + "\": ";
    const std::size_t at = line.find(wanted);
    if (at == std::string::npos) {
        return {};
    }
    const std::size_t begin = at + wanted.size();
    if (line[begin] == '"') {
        return line.substr(begin + 1, line.find('"', begin + 1) - begin - 1);
    }
    return line.substr(begin, line.find_first_of(",}", begin) - begin);
}

} // namespace kept::bench
