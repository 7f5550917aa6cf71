#pragma once
#include <map>

#include "protocol/text/json.h"
#include "store/booking.h"
#include "store/records/uuid.h"
#include "store/sync.h"
#include "tests/store/record_fixture.h"

namespace crmdav {

/// A calendar of Anna's that may fire, a webhook that is told everything, and a customer.
class TriggerStore : public RecordStore {
protected:
    TriggerStore() {
        Organisation own = store->organisation();
        own.zone = "UTC";
        own.domains = {"firm.example"};
        store->saveOrganisation(system, own);
        User open = *store->userById(anna.id);
        open.visibility = Detail::everything;
        store->saveUser(system, open);
        hook = makeHook({});
        Contact contact;
        contact.displayName = "Zoe Neu";
        contact.firstName = "Zoe";
        contact.lastName = "Neu";
        contact.emails = {{"work", "zoe@neu.example", true}};
        zoe = store->saveContact(byAnna, contact, {}).id;
        intro = make("intro").id;
    }
    AppointmentCalendar make(const std::string& key, bool triggers = true) {
        AppointmentCalendar c;
        c.key = key;
        c.name = "Intro call";
        c.members = {"anna"};
        c.rules.zone = "UTC";
        c.triggers = triggers;
        return store->booking().saveCalendar(system, c, {});
    }
    Id makeHook(std::vector<std::string> events) {
        Webhook wanted;
        wanted.id = newId();
        wanted.url = "https://example.org/" + wanted.id;
        wanted.events = std::move(events);
        return store->sync().saveWebhook(wanted, "sealed").id;
    }
    void campaign(std::vector<ReminderStep> steps, const std::string& key = "intro") {
        AppointmentCalendar c = *store->booking().calendar(key);
        c.reminders = std::move(steps);
        store->booking().saveCalendar(system, c, {});
    }
    static ReminderStep mailed(int minutes, const std::string& subject = "Reminder") {
        ReminderStep step;
        step.minutes = minutes;
        step.subject = subject;
        step.text = "Hello {{contact.firstName}}, {{appointment.subject}}: {{appointment.when}}";
        return step;
    }
    /// Anna's, with Zoe.
    Activity meeting(const Id& calendar, Instant start) {
        Activity a;
        a.subject = "Call";
        a.location = "Room 1";
        a.start = at(start);
        a.end = at(start + std::chrono::minutes(30));
        a.calendar = calendar;
        Participant guest;
        guest.email = "zoe@neu.example";
        guest.name = "Zoe Neu";
        guest.response = "accepted";
        a.participants = {guest};
        return a;
    }
    static When at(Instant start) {
        return {When::Kind::utc, std::chrono::local_seconds(start.time_since_epoch()), {}};
    }
    Activity save(const Activity& a) { return store->saveActivity(byAnna, a, {}); }
    Activity read(const Id& id) { return *store->activity(0, id); }
    Booking book(Instant start, const std::string& key = {}) {
        return store->booking().book(visitor, intro,
                                     {start, "Zoe Neu", "zoe@neu.example", "Europe/Berlin", {}, key, "de"});
    }
    /// What fires until then, looking every ten minutes.
    void until(Instant then) {
        for (; now < then; now += std::min<std::chrono::seconds>(std::chrono::minutes(10), then - now)) tick();
        tick();
    }
    void tick() {
        while (store->booking().postReminders()) {
        }
    }
    std::vector<OutboxItem> out(const std::string& channel) {
        OutboxFilter filter;
        filter.channel = channel;
        auto items = store->sync().posted(filter);
        std::ranges::reverse(items);
        return items;
    }
    /// The webhook's, in order.
    std::vector<std::string> events(const Id& of = {}) {
        std::vector<std::string> names;
        for (const OutboxItem& item : out("webhook"))
            if (item.target == (of.empty() ? hook : of)) names.push_back(item.subject);
        return names;
    }
    std::vector<std::string> mails() {
        std::vector<std::string> subjects;
        for (const OutboxItem& item : out("mail")) subjects.push_back(item.subject);
        return subjects;
    }

    Actor visitor{.user = 0, .via = "booking", .device = {}, .agent = "test", .address = "::1", .request = {}};
    Id hook, zoe, intro;
    const Instant tomorrow{std::chrono::sys_days(std::chrono::year(2026) / 1 / 6) + std::chrono::hours(10)};
};

}  // namespace crmdav
