#include "server/api/events.h"

#include <charconv>

#include "server/api/accounts_fields.h"
#include "server/api/answers.h"
#include "server/api/watcher.h"
#include "server/config.h"
#include "server/http/live.h"

/// GET /events: what happens, as it happens, to pages that are open (server-sent events, HTML §9.2).
namespace crmdav {
namespace {

using Steady = std::chrono::steady_clock;
constexpr std::chrono::milliseconds wakeUp{250};  ///< how late it is seen that nobody listens any more

/// One listener's stream. It asks the store only when there is something new, or whether it may still go on.
class EventStream {
public:
    EventStream(const Call& call, std::unique_ptr<Watcher::Seat> seat)
        : store_(call.store),
          config_(call.config),
          bridge_(call.bridge),
          request_(headOf(call.request)),
          who_(call.who),
          seat_(std::move(seat)) {}

    void run(LiveSink& out) {
        seen_ = seat_->wait(0, std::chrono::seconds(10));
        out.write("retry: 3000\n\n");
        tellOfMissed(out);
        beat(out);
        while (out.open() && goesOn(out)) {
        }
    }

private:
    /// All that answers are made of; the request itself may be large.
    static Request headOf(const Request& request) {
        Request head = request;
        head.body.clear();
        return head;
    }

    void beat(LiveSink& out) {
        out.flush();
        sent_ = Steady::now();
    }

    bool goesOn(LiveSink& out) {
        const Watcher::Sight now = seat_->wait(seen_.number, wakeUp);
        const bool news = now.number != seen_.number && now.number != 0,
                   quiet = Steady::now() - sent_ >= seat_->heartbeat();
        if (!news && !quiet) return true;
        if ((quiet || now.history != seen_.history) && !mayListen()) return false;
        if (news) tell(out, now);
        if (quiet) out.write(":\n\n");
        if (quiet || wrote_) beat(out);
        wrote_ = false;
        return true;
    }

    /// A session that was ended, a password that was revoked, a user that was switched off or isn't an admin any more.
    bool mayListen() {
        const auto user = store_.userById(who_.user.id);
        if (!user || !user->active) return false;
        who_.user = *user;
        if (!who_.session.empty())
            return std::ranges::count(store_.sessions(user->id), who_.session, &ConsoleSession::id) > 0;
        if (who_.passwordId.empty()) return true;
        for (const AppPassword& password : store_.appPasswords(user->id))
            if (password.id == who_.passwordId) return isGood(password);
        return false;
    }
    static bool isGood(const AppPassword& password) {
        return !password.revoked && (!password.expires || *password.expires > std::chrono::system_clock::now());
    }

    void tell(LiveSink& out, const Watcher::Sight& now) {
        if (seen_.number == 0) {  // the store couldn't be asked up to now
            seen_ = now;
            return;
        }
        for (const auto& [id, pulse] : *now.accounts) {
            if (pulse.user != who_.user.id && !who_.admin()) continue;
            const auto before = seen_.accounts->find(id);
            if (before == seen_.accounts->end() || before->second != pulse) tellOfAccount(out, id);
        }
        if (now.history > seen_.history) tellOfChange(out, seen_.history, now.history);
        seen_ = now;
    }

    void tellOfAccount(LiveSink& out, const Id& id) {
        const auto account = store_.sync().account(id);
        if (!account) return;
        const Call call{store_, config_, request_, who_, {}, Directory(store_), bridge_};
        event(out, "account", jsonOf(call, viewOf(call, *account)));
    }

    /// Only where something is new that the asker may see.
    void tellOfChange(LiveSink& out, std::int64_t since, std::int64_t last) {
        HistoryFilter filter;
        filter.seenBy = who_.user.id;
        filter.since = since;
        filter.limit = 1;
        if (store_.history(filter).empty() && !othersCalendarsChanged(since)) return;
        const std::string number = std::to_string(last);
        out.write("id: " + number + "\n");
        event(out, "change", "{\"last\":" + number + "}");
    }

    /// Others' activities as far as the asker sees them: of one that they see as busy time its times, not its subject.
    bool othersCalendarsChanged(std::int64_t since) {
        const auto entries = store_.othersActivities(who_.user.id, since, 500);
        return std::ranges::any_of(entries, [&](const HistoryEntry& entry) { return looksOtherwise(entry); });
    }
    bool looksOtherwise(const HistoryEntry& entry) {
        static constexpr std::string_view ofBusyTime[] = {"start",   "end",  "rrule",     "extraDates", "exceptions",
                                                          "privacy", "busy", "tentative", "cancelled"};
        const auto has = [&](std::string_view name) {
            return std::ranges::count(entry.fields, name, &FieldChange::field) > 0;
        };
        if (entry.deed != Deed::updated || has("hidden") || has("owner") || tookPart(entry)) return true;
        const auto shown = store_.activity(who_.user.id, entry.record);
        if (!shown) return false;
        return !shown->typeId.empty() || std::ranges::any_of(ofBusyTime, has);
    }

    /// Who isn't invited any more sees less of it.
    bool tookPart(const HistoryEntry& entry) const {
        std::vector<std::string> own = who_.user.otherEmails;
        own.push_back(who_.user.email);
        return std::ranges::any_of(entry.fields, [&](const FieldChange& change) {
            return change.field == "participants" && std::ranges::any_of(own, [&](const std::string& email) {
                       return !email.empty() && change.before.find(email) != std::string::npos;
                   });
        });
    }

    /// A browser that lost the connection says what it knew last.
    void tellOfMissed(LiveSink& out) {
        const auto header = request_.header("last-event-id");
        std::int64_t since = 0;
        const auto end = std::from_chars(header.data(), header.data() + header.size(), since).ptr;
        const bool number = !header.empty() && end == header.data() + header.size();
        if (number && since >= 0 && since < seen_.history) tellOfChange(out, since, seen_.history);
    }

    void event(LiveSink& out, std::string_view name, const std::string& json) {
        out.write("event: " + std::string(name) + "\ndata: " + json + "\n\n");
        wrote_ = true;
    }

    Store& store_;
    const Config& config_;
    Bridge* bridge_;
    const Request request_;
    Identity who_;
    std::unique_ptr<Watcher::Seat> seat_;
    Watcher::Sight seen_;
    Steady::time_point sent_{};
    bool wrote_ = false;
};

}  // namespace

Response listenToEvents(Call& call) {
    Watcher::Limits limits = eventLimits();
    limits.inAll = std::min(limits.inAll, call.config.threads / 4);  // the rest is for those who ask
    auto seat = Watcher::enter(call.store, call.user(), limits);
    if (!seat) return problemResponse(503, "too many pages listen already").with("Retry-After", "30");
    auto stream = std::make_shared<EventStream>(call, std::move(seat));
    Response response(200, "text/event-stream", {});
    response.with("Cache-Control", "no-store").with("X-Accel-Buffering", "no");  // nginx would collect it
    response.stream = [stream](Sink& out) { stream->run(dynamic_cast<LiveSink&>(out)); };
    return response;
}

}  // namespace crmdav
