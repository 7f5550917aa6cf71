#include "tests/bench/bridge_far.h"

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <memory>
#include <stdexcept>
#include <vector>

#include "tests/standins/google.h"
#include "tests/standins/graph.h"
#include "tests/standins/icloud.h"

namespace crmdav::bench {
namespace {

using namespace std::chrono;

const std::string notes(300, 'n');

Instant startOf(int event) { return floor<days>(system_clock::now()) + days(10 + event % 400) + hours(8 + event % 9); }

/// What a stand-in has to do for the bench.
class Side {
public:
    virtual ~Side() = default;
    virtual std::string url() = 0;
    virtual std::string secret() = 0;
    virtual int pageSize(SyncKind) = 0;  ///< as the bridge asks for them
    virtual void put(SyncKind, int record, int revision) = 0;
    virtual int calls() = 0;
};

class GoogleSide : public Side {
public:
    GoogleSide() {
        google_.quirks.pageSize = 1000;
        google_.quirks.emptyPages = false;
        google_.quirks.delay = 0;
    }
    std::string url() override { return google_.url(); }
    std::string secret() override { return google_.signIn().grant(login, google_.client().scope).text(); }
    int pageSize(SyncKind kind) override { return kind == SyncKind::calendar ? 250 : 500; }
    int calls() override { return static_cast<int>(google_.requests()); }
    void put(SyncKind kind, int i, int revision) override {
        const auto index = static_cast<std::size_t>(i);
        const std::string rev = std::to_string(revision);
        if (kind == SyncKind::contacts) {
            auto& people = google_.people(login);
            const std::string person =
                R"({"names":[{"givenName":")" + firstNameOf(i) + R"(","familyName":")" + lastNameOf(i) +
                R"("}],"emailAddresses":[{"value":")" + emailOf(i) +
                R"(","type":"work"}],"phoneNumbers":[{"value":"+49 170 )" + std::to_string(1'000'000 + i) +
                R"(","type":"mobile"}],"organizations":[{"name":"Company )" + std::to_string(i % 500) +
                R"(","title":"Title )" + rev + R"("}],"biographies":[{"value":")" + notes + "\"}]}";
            if (revision > 0) return void(people.edit(names_.at(index), parseJson(person)));
            names_.push_back(std::string(textAt(people.insert(parseJson(person)), "resourceName")));
        } else {
            auto& calendars = google_.calendars(login);
            const std::string rule = i % 20 == 0 ? R"("recurrence":["RRULE:FREQ=WEEKLY;COUNT=10"],)" : "";
            const std::string event = R"({"summary":"Event )" + std::to_string(i) + " rev " + rev +
                                      R"(","description":")" + notes + R"(",)" + rule + R"("start":{"dateTime":")" +
                                      timeText(startOf(i)) + R"(","timeZone":"Europe/Zurich"},"end":{"dateTime":")" +
                                      timeText(startOf(i) + hours(1)) + R"(","timeZone":"Europe/Zurich"}})";
            if (revision > 0) return void(calendars.edit(login, names_.at(index), parseJson(event)));
            names_.push_back(std::string(textAt(calendars.insert(login, parseJson(event)), "id")));
        }
    }

private:
    static constexpr const char* login = "me@example.com";
    standins::Google google_{1};
    std::vector<std::string> names_;
};

class OutlookSide : public Side {
public:
    OutlookSide() { graph_.habits().pageSize = 200; }
    std::string url() override { return graph_.url(); }
    std::string secret() override { return graph_.token(); }
    int pageSize(SyncKind) override { return 200; }
    int calls() override { return static_cast<int>(graph_.requests().size()); }
    void put(SyncKind kind, int i, int revision) override {
        const auto index = static_cast<std::size_t>(i);
        const std::string rev = std::to_string(revision);
        if (kind == SyncKind::contacts) {
            const std::string contact = R"({"givenName":")" + firstNameOf(i) + R"(","surname":")" + lastNameOf(i) +
                                        R"(","displayName":")" + firstNameOf(i) + " " + lastNameOf(i) +
                                        R"(","emailAddresses":[{"name":"x","address":")" + emailOf(i) +
                                        R"("}],"companyName":"Company )" + std::to_string(i % 500) +
                                        R"(","jobTitle":"Title )" + rev + R"(","personalNotes":")" + notes + "\"}";
            if (revision > 0) return graph_.editContact(names_.at(index), contact);
            names_.push_back(graph_.addContact(contact));
        } else {
            const std::string at = timeText(startOf(i)), until = timeText(startOf(i) + hours(1));
            const std::string event = R"({"subject":"Event )" + std::to_string(i) + " rev " + rev +
                                      R"(","body":{"contentType":"text","content":")" + notes +
                                      R"("},"start":{"dateTime":")" + at.substr(0, 19) +
                                      R"(","timeZone":"UTC"},"end":{"dateTime":")" + until.substr(0, 19) +
                                      R"(","timeZone":"UTC"}})";
            if (revision > 0) return graph_.editEvent(names_.at(index), event);
            names_.push_back(graph_.addEvent(graph_.mainCalendar(), event));
        }
    }

private:
    standins::Graph graph_{1};
    std::vector<std::string> names_;
};

class ICloudSide : public Side {
public:
    explicit ICloudSide(bool tokens) {
        standins::ICloud::Ways ways;
        ways.tokens = tokens;
        icloud_.set(ways);
    }
    std::string url() override { return icloud_.url(); }
    std::string secret() override { return standins::ICloud::password; }
    int pageSize(SyncKind) override { return 50; }  // of a multiget
    int calls() override { return made_ += static_cast<int>(icloud_.asked().size()); }
    void put(SyncKind kind, int i, int revision) override {
        const std::string number = std::to_string(100'000 + i), rev = std::to_string(revision);
        const std::string name = number + "AB-CDEF-4123-8ABC-123456" + number;  // as long as a UUID
        if (kind == SyncKind::contacts)
            icloud_.put(standins::ICloud::book + name + ".vcf",
                        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + name + "\r\nN:" + lastNameOf(i) + ";" + firstNameOf(i) +
                            ";;;\r\nFN:" + firstNameOf(i) + " " + lastNameOf(i) + "\r\nEMAIL;TYPE=WORK:" + emailOf(i) +
                            "\r\nTEL;TYPE=CELL:+49 170 " + std::to_string(1'000'000 + i) + "\r\nORG:Company " +
                            std::to_string(i % 500) + "\r\nTITLE:Title " + rev + "\r\nNOTE:" + notes +
                            "\r\nEND:VCARD\r\n");
        else
            icloud_.put(standins::ICloud::calendar + name + ".ics",
                        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Apple//EN\r\nBEGIN:VEVENT\r\nUID:" + name +
                            "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:" + utcText(startOf(i)) +
                            "\r\nDTEND:" + utcText(startOf(i) + hours(1)) + "\r\nSUMMARY:Event " + name + " rev " +
                            rev + "\r\nDESCRIPTION:" + notes + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    }

private:
    standins::ICloud icloud_;
    int made_ = 0;
};

std::unique_ptr<Side> sideOf(const std::string& name) {
    if (name == "google") return std::make_unique<GoogleSide>();
    if (name == "outlook") return std::make_unique<OutlookSide>();
    if (name == "icloud" || name == "caldav") return std::make_unique<ICloudSide>(name == "icloud");
    throw std::runtime_error("no stand-in " + name);
}

std::string lineFrom(FILE* file) {
    std::string line;
    for (int c = 0; (c = std::fgetc(file)) != EOF && c != '\n';) line += static_cast<char>(c);
    return line;
}

void say(FILE* file, const std::string& line) {
    std::fprintf(file, "%s\n", line.c_str());
    std::fflush(file);
}

[[noreturn]] void serve(const std::string& name, SyncKind kind, int records, FILE* in, FILE* out) {
    const auto side = sideOf(name);
    for (int i = 0; i < records; ++i) side->put(kind, i, 0);
    for (const std::string& line : {side->url(), side->secret(), std::to_string(side->pageSize(kind))}) say(out, line);
    int told = side->calls(), revision = 0;
    for (std::string line = lineFrom(in); !line.empty(); line = lineFrom(in)) {
        if (line == "calls") {
            const int now = side->calls();
            say(out, std::to_string(now - std::exchange(told, now)));
        } else {
            ++revision;
            for (int i = 0, n = std::stoi(line); i < n; ++i)
                side->put(kind, i * (records / n) / 20 * 20 + i % 20, revision);
            say(out, "done");
        }
    }
    ::_exit(0);
}

}  // namespace

std::string firstNameOf(int contact) { return "First" + std::to_string(contact % 1000); }
std::string lastNameOf(int contact) { return "Last" + std::to_string(contact); }
std::string emailOf(int contact) { return "p" + std::to_string(contact) + "@mail.example"; }

Far::Far(const std::string& name, SyncKind kind, int records) {
    int down[2], up[2];
    if (::pipe(down) != 0 || ::pipe(up) != 0) throw std::runtime_error("no pipe");
    child_ = ::fork();
    if (child_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        ::close(down[1]);
        ::close(up[0]);
        serve(name, kind, records, ::fdopen(down[0], "r"), ::fdopen(up[1], "w"));
    }
    ::close(down[0]);
    ::close(up[1]);
    to_ = ::fdopen(down[1], "w");
    from_ = ::fdopen(up[0], "r");
    url_ = lineFrom(from_);
    secret_ = lineFrom(from_);
    const std::string size = lineFrom(from_);
    if (size.empty()) throw std::runtime_error("the stand-in ended");
    pageSize_ = std::stoi(size);
}

Far::~Far() {
    std::fclose(to_);
    std::fclose(from_);
    ::waitpid(child_, nullptr, 0);
}

std::string Far::ask(const std::string& line) {
    say(to_, line);
    return lineFrom(from_);
}

void Far::change(int records) { ask(std::to_string(records)); }
int Far::calls() { return std::stoi(ask("calls")); }

}  // namespace crmdav::bench
