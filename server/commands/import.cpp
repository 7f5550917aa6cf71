#include "server/import/import.h"

#include <unistd.h>

#include <ostream>

#include "protocol/text/json.h"
#include "server/commands/command.h"

namespace crmdav {
namespace {

/// One line that is written over, where somebody looks at it.
class ProgressLine {
public:
    ProgressLine(std::ostream& out, std::string file)
        : out_(out), file_(std::move(file)), shown_(isatty(STDERR_FILENO) == 1) {}
    ~ProgressLine() {
        if (shown_ && last_ >= 0) out_ << "\r\x1b[K" << std::flush;
    }
    void operator()(std::uint64_t done, std::uint64_t all) {
        const int percent = all == 0 ? 100 : static_cast<int>(done * 100 / all);
        if (!shown_ || percent == last_) return;
        last_ = percent;
        out_ << '\r' << file_ << ": " << percent << " %" << std::flush;
    }

private:
    std::ostream& out_;
    std::string file_;
    bool shown_;
    int last_ = -1;
};

void printText(std::ostream& out, const std::string& file, const ImportReport& report, bool dryRun) {
    out << file << ": " << report.created << (dryRun ? " would be new, " : " new, ") << report.updated << " changed, "
        << report.unchanged << " as before, " << report.leftOut.size() << " left out\n";
    for (const LeftOut& item : report.leftOut)
        out << file << ":" << item.line << ": left out" << (item.what.empty() ? "" : " \"" + item.what + "\"") << ": "
            << item.why << "\n";
}

void writeJson(JsonWriter& out, const std::string& file, const ImportReport& report) {
    const auto number = [](std::size_t value) { return static_cast<std::int64_t>(value); };
    out.beginObject().member("file", file).member("created", number(report.created));
    out.member("updated", number(report.updated)).member("unchanged", number(report.unchanged));
    out.key("leftOut").beginArray();
    for (const LeftOut& item : report.leftOut)
        out.beginObject()
            .member("line", number(item.line))
            .member("what", item.what)
            .member("why", item.why)
            .endObject();
    out.endArray().endObject();
}

int runImport(const Invocation& call) {
    const auto store = call.store();
    const User user = Invocation::user(*store, call.arguments.at(0));
    const bool json = call.has("json"), dryRun = call.has("dry-run");
    JsonWriter all;
    all.beginArray();
    int status = 0;
    for (std::size_t i = 1; i < call.arguments.size(); ++i) {
        const std::string& file = call.arguments[i];
        try {
            ProgressLine progress(call.err, file);
            ImportOptions options{call.option("calendar"), call.option("book"), dryRun, std::ref(progress)};
            const ImportReport report = importFile(*store, Invocation::actor(), user, file, options);
            json ? writeJson(all, file, report) : printText(call.out, file, report, dryRun);
        } catch (const StoreError&) {
            throw;
        } catch (const std::runtime_error& error) {
            call.err << file << ": " << error.what() << "\n";
            status = 1;
        }
    }
    if (json) call.out << all.endArray().take() << "\n";
    return status;
}

int runExport(const Invocation& call) {
    const auto store = call.store();
    const User user = Invocation::user(*store, call.arguments.at(0));
    const std::size_t count = exportAll(*store, user, call.arguments.at(1));
    call.out << count << " objects written to " << call.arguments[1] << "\n";
    return 0;
}

constexpr Option importOptions[] = {
    {"calendar", "NAME", "calendar that events and tasks go to (else activities and tasks)"},
    {"book", "NAME", "address book that cards go to (else contacts)"},
    {"dry-run", "", "read and check everything, write nothing"},
    {"json", "", "report as JSON"},
};

constexpr Command commands[] = {
    {"import", "LOGIN FILE…",
     "Takes calendars (.ics), cards (.vcf) or tables of contacts (.csv) into a user's collections.",
     "crmdav import alice calendar.ics contacts.vcf\ncrmdav import alice --book private friends.csv --dry-run",
     importOptions, runImport},
    {"export",
     "LOGIN DIR",
     "Writes everything in a user's collections into a new folder.",
     "crmdav export alice alice-backup",
     {},
     runExport},
};

}  // namespace

std::span<const Command> importCommands() { return commands; }

}  // namespace crmdav
