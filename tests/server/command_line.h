#pragma once
#include <fstream>
#include <sstream>

#include "server/commands/command.h"
#include "tests/server/temp_store.h"

namespace crmdav {

/// Commands with a store of their own, as they are typed.
class CommandLine : public testing::Test {
protected:
    CommandLine() { std::ofstream(place / "crmdav.properties") << "store.url = " << place.url() << "\n"; }

    int run(std::vector<std::string> words, const std::string& input = {}) {
        if (!words.empty() && !words[0].starts_with("--"))
            words.insert(words.end(), {"--config", place / "crmdav.properties"});
        std::istringstream in(input);
        std::ostringstream taken, errors;
        const int status = runCommand(words, in, taken, errors);
        out = taken.str();
        err = errors.str();
        return status;
    }

    StorePlace place;
    std::string out, err;
};

}  // namespace crmdav
