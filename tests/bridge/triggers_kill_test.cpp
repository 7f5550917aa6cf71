// Triggers and reminders of appointments (rules E3, E4) are told once, whenever the process dies.
#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <mutex>

#include "bridge/outbox/outbox.h"
#include "bridge/secrets.h"
#include "store/booking.h"
#include "tests/standins/http_host.h"
#include "tests/support/store_place.h"

namespace crmdav {
namespace {

using namespace std::chrono;
using testing::ElementsAre;

int pointsLeft = 0;  // of the process that is going to be killed

/// Before a transaction begins and before it is committed: between these nothing lasts.
int killAtPoint(unsigned, void*, void*, void* text) {
    const std::string_view sql = static_cast<const char*>(text);
    if ((sql.starts_with("BEGIN") || sql.starts_with("COMMIT")) && --pointsLeft == 0) raise(SIGKILL);
    return 0;
}

int watchPoints(sqlite3* connection, char**, const sqlite3_api_routines*) {
    return sqlite3_trace_v2(connection, SQLITE_TRACE_STMT, killAtPoint, nullptr);
}

/// Another program, which does everything once: it knows an event again by its id.
class Consumer {
public:
    std::string url() const { return host_.url() + "/events"; }
    std::vector<std::string> done() const {
        const std::lock_guard lock(mutex_);
        return done_;
    }

private:
    standins::Reply take(const standins::Request& request) {
        const std::lock_guard lock(mutex_);
        if (known_.insert(request.header("Crmdav-Id")).second) done_.push_back(request.header("Crmdav-Event"));
        return {.status = 204};
    }
    mutable std::mutex mutex_;
    std::set<std::string> known_;
    std::vector<std::string> done_;
    standins::HttpHost host_{[this](const standins::Request& request) { return take(request); }};
};

const Instant monday{sys_days(2026y / 1 / 5)};

/// One life of a server, with its clock.
class Life {
public:
    Life(const std::string& file, const std::string& key, std::string holder) : holder_(std::move(holder)) {
        StoreOptions options;
        options.url = "sqlite:" + file;
        options.readers = 1;
        options.now = [this] { return now; };
        store = Store::open(options);
        secrets = std::make_unique<Secrets>(key);
    }
    void send() {
        OutboxOptions options;
        options.webhooks.inner = true;
        Outbox(*store, *secrets, options, holder_, Clock{[this] { return now; }}).sendDue();
    }
    /// A customer books, moves it, is reminded, and cancels; each of these may have been done already.
    void story() {
        BookingStore& booking = store->booking();
        const Actor visitor{.user = 0, .via = "booking", .device = {}, .agent = {}, .address = {}, .request = {}};
        const Id calendar = booking.calendar("intro")->id;
        const Id id =
            booking.book(visitor, calendar, {monday + 34h, "Zoe", "zoe@neu.example", {}, {}, "drawn once", {}}).id;
        if (!booking.booking(id)->cancelled) booking.moveBooking(visitor, id, monday + 35h);
        send();
        now = monday + 34h;
        send();
        booking.cancelBooking(visitor, id);
        for (int i = 0; i < 5; ++i, now += 1h) send();
    }

    Instant now = monday + 1h;
    std::unique_ptr<Store> store;
    std::unique_ptr<Secrets> secrets;

private:
    std::string holder_;
};

class TriggersKilled : public testing::Test {
protected:
    void SetUp() override {
        SQLITE_ONLY("it tells its statements");
        Life life(place_ / "before", key(), "first");
        life.store->addUser(
            {}, {.login = "anna", .name = "Anna", .email = "anna@firm.example", .otherEmails = {}, .zone = "UTC"});
        AppointmentCalendar calendar;
        calendar.key = "intro";
        calendar.name = "Intro";
        calendar.members = {"anna"};
        calendar.rules.zone = "UTC";
        calendar.triggers = true;
        ReminderStep step;
        step.channel = "webhook";
        calendar.reminders = {step};
        life.store->booking().saveCalendar({}, calendar, {});
        Webhook wanted;
        wanted.url = "http://127.0.0.1:1/";
        hook_ = Webhooks(*life.store, *life.secrets, true).add(wanted).first;
    }
    std::string key() const { return place_ / "secrets.key"; }

    /// Forked while there is one thread only; goes on when the consumer is there.
    /// @returns whether it came to its end
    bool killedAt(const std::string& file, int point, const std::function<void()>& meanwhile) {
        int ready[2];
        if (pipe(ready) != 0) throw std::runtime_error("no pipe");
        const pid_t child = fork();
        if (child == 0) {
            char go = 0;
            if (read(ready[0], &go, 1) != 1) _exit(2);
            pointsLeft = point;
            sqlite3_auto_extension(reinterpret_cast<void (*)()>(watchPoints));
            Life(file, key(), "killed").story();
            _exit(0);
        }
        meanwhile();
        EXPECT_EQ(write(ready[1], "g", 1), 1);
        int status = 0;
        waitpid(child, &status, 0);
        close(ready[0]);
        close(ready[1]);
        if (!WIFSIGNALED(status)) {
            EXPECT_EQ(WEXITSTATUS(status), 0);
            return true;
        }
        EXPECT_EQ(WTERMSIG(status), SIGKILL);
        return false;
    }

    StorePlace place_{StorePlace::Holds::nothing};
    Webhook hook_;
};

TEST_F(TriggersKilled, E3_E4_AtAnyPointAConsumerSeesEachEventOnceAndInOrder) {
    int kills = 0;
    for (bool ended = false; !ended; ++kills) {
        const std::string file = place_ / ("killed-" + std::to_string(kills));
        std::filesystem::copy(place_ / "before", file);
        std::unique_ptr<Consumer> consumer;
        ended = killedAt(file, kills + 1, [&] {
            consumer = std::make_unique<Consumer>();
            Life life(file, key(), "between");
            hook_.url = consumer->url();
            life.store->sync().saveWebhook(hook_, {});
        });
        Life life(file, key(), "next");
        life.story();
        EXPECT_THAT(consumer->done(),
                    ElementsAre("appointment.created", "appointment.customer_booked", "appointment.updated",
                                "appointment.reminder", "appointment.cancelled"))
            << "killed at point " << kills + 1;
        EXPECT_THAT(life.store->sync().posted({}), testing::SizeIs(5));
    }
    EXPECT_GT(kills, 25);
}

}  // namespace
}  // namespace crmdav
