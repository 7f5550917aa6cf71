#include <cstdlib>
#include <random>

#include "tests/bridge/google_world.h"

/// People at Google and the bridge write at the same time, answers get lost, tokens end, and what is read page by page
/// has to be what there is. CRMDAV_TEST_SEEDS: how many runs (10).
namespace crmdav {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

constexpr local_days monday{2026y / March / 2};

int seeds() {
    const char* given = std::getenv("CRMDAV_TEST_SEEDS");
    return given ? std::atoi(given) : 10;
}

struct GoogleRandom : GoogleWorld {
    explicit GoogleRandom(std::uint64_t seed) : GoogleWorld(seed), random(seed) { google.faults.rate(15); }

    std::size_t pick(std::size_t count) { return random() % count; }

    /// Does it in spite of what goes wrong. @returns false: it was refused, or met another's edit
    bool persist(const std::function<void()>& work) {
        for (int tries = 0; tries < 300; ++tries) try {
                work();
                return true;
            } catch (const TryLater&) {
                now += 11min;  // lists know by then
            } catch (const Changed&) {
                return false;
            } catch (const Gone&) {
                return false;
            }
        throw std::runtime_error("it doesn't end");
    }

    /// What has been read, as an engine keeps it.
    struct Mirror {
        std::string cursor;
        std::map<std::string, RemoteItem> items;
        std::set<std::string> listed;
    };
    void read(SyncKind kind, const std::string& collection, Mirror& mirror) {
        for (ChangePage page{{}, {}, true, false, false}; page.more;) {
            bool expired = false;
            persist([&] {
                try {
                    page = provider->changes(kind, collection, mirror.cursor, {});
                } catch (const CursorExpired&) {
                    expired = true;
                }
            });
            if (expired) {
                mirror.cursor.clear();
                page.more = true;
                continue;
            }
            if (page.first) mirror.listed.clear();
            for (RemoteItem& item : page.items) {
                mirror.listed.insert(item.id);
                for (const std::string& former : item.formerly) mirror.items.erase(former);
                if (item.gone)
                    mirror.items.erase(item.id);
                else
                    mirror.items[item.id] = item;
            }
            mirror.cursor = page.cursor;
            if (page.listing && !page.more)
                std::erase_if(mirror.items, [&](const auto& one) { return !mirror.listed.contains(one.first); });
        }
    }

    std::mt19937_64 random;
};

// ---------------------------------------------------------------- calendar

struct RandomCalendar : GoogleRandom {
    using GoogleRandom::GoogleRandom;

    static Json pointAt(local_seconds local) {
        const auto zone = findZone("Europe/Zurich");
        return jsonObject(
            {{"dateTime", jsonText(timeText(zone->toUtc(local)))}, {"timeZone", jsonText("Europe/Zurich")}});
    }
    When when(local_seconds local) { return {When::Kind::zoned, local, "Europe/Zurich"}; }
    local_seconds someTime() { return monday + days(pick(14)) + hours(8 + pick(8)); }

    std::vector<std::string> ids() {
        std::vector<std::string> found;
        for (const Json& event : calendars().live(login))
            if (!event.find("recurringEventId")) found.emplace_back(textAt(event, "id"));
        return found;
    }

    void user() {
        const auto all = ids();
        const local_seconds start = someTime();
        const std::string word = "U" + std::to_string(random() % 1000);
        if (all.empty() || pick(4) == 0) {
            Json event =
                jsonObject({{"summary", jsonText(word)}, {"start", pointAt(start)}, {"end", pointAt(start + 1h)}});
            if (pick(2) == 0) set(event, "recurrence", jsonArray({jsonText("RRULE:FREQ=DAILY;COUNT=6")}));
            calendars().insert(login, event);
            return;
        }
        const std::string id = all[pick(all.size())];
        const Json event = *calendars().find(login, id);
        const auto begins = parseInstant(textAt(event, {"start", "dateTime"}));
        const bool series = event.find("recurrence") && begins;
        try {
            const std::string occurrence = series ? id + "_" + utcText(*begins + days(pick(6))) : id;
            switch (pick(6)) {
                case 0: calendars().erase(login, id); break;
                case 1: calendars().erase(login, occurrence); break;
                case 2: calendars().edit(login, occurrence, jsonObject({{"summary", jsonText(word)}})); break;
                case 3:
                    calendars().edit(login, id, jsonObject({{"start", pointAt(start)}, {"end", pointAt(start + 2h)}}));
                    break;
                case 4: calendars().edit(login, id, jsonObject({{"recurrence", Json()}})); break;
                default: calendars().edit(login, id, jsonObject({{"location", jsonText(word)}}));
            }
        } catch (const standins::GoogleError&) {  // gone, or no such occurrence
        }
    }

    Activity someActivity() {
        Activity made;
        made.subject = "B" + std::to_string(random() % 1000);
        made.start = when(someTime());
        made.end = when(made.start.local + 1h);
        if (pick(2) == 0) return made;
        made.rrule = "FREQ=DAILY;COUNT=6";
        for (int i = 0; i < 3; ++i)
            if (pick(2) == 0) {
                Exception exception;
                exception.original = when(made.start.local + days(i));
                exception.cancelled = pick(2) == 0;
                if (!exception.cancelled) {
                    exception.subject = "E";
                    exception.start = when(exception.original.local + 2h);
                    exception.end = when(exception.original.local + 3h);
                }
                made.exceptions.push_back(exception);
            }
        return made;
    }

    /// What was written without anybody else in between is there as it was meant.
    void bridge(const Mirror& mirror) {
        if (mirror.items.empty() || pick(3) == 0) {
            const Id link = key();
            const Activity wanted = someActivity();
            RemoteItem made;
            ASSERT_TRUE(persist([&] {
                const Written written = provider->create(SyncKind::calendar, login, link, wanted);
                made = written.item;
                if (written.existed)  // a try that broke off made it, perhaps without its exceptions
                    made = provider->update(SyncKind::calendar, login, made, activity(made), wanted).item;
            }));
            Activity held = std::get<Activity>(provider->held(wanted)), there = activity(made);
            held.uid = there.uid;
            EXPECT_EQ(there, held);
            return;
        }
        const RemoteItem base =
            std::next(mirror.items.begin(), static_cast<std::ptrdiff_t>(pick(mirror.items.size())))->second;
        if (pick(4) == 0) {
            persist([&] { provider->remove(SyncKind::calendar, login, base); });
            return;
        }
        Activity after = activity(base);
        after.notes = "note " + std::to_string(random() % 1000);
        if (!after.rrule.empty() && !after.exceptions.empty()) after.exceptions.pop_back();
        RemoteItem written;
        if (persist([&] { written = provider->update(SyncKind::calendar, login, base, activity(base), after).item; })) {
            EXPECT_EQ(activity(written).notes, after.notes);
        }
    }
};

TEST(GoogleRandomly, WhatIsReadOfACalendarIsWhatIsThere) {
    for (int seed = 1; seed <= seeds(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RandomCalendar world(static_cast<std::uint64_t>(seed));
        RandomCalendar::Mirror mirror;
        for (int step = 0; step < 60; ++step) {
            switch (world.pick(8)) {
                case 0: world.read(SyncKind::calendar, world.login, mirror); break;
                case 1: world.bridge(mirror); break;
                case 2:
                    if (world.pick(6) == 0) world.calendars().expireTokens(world.login);
                    break;
                case 3:
                    if (world.pick(4) == 0) world.google.signIn().expireAccess();
                    break;
                default: world.user();
            }
        }
        world.google.faults.rate(0);
        world.read(SyncKind::calendar, world.login, mirror);
        const auto ids = world.ids();
        ASSERT_EQ(mirror.items.size(), ids.size());
        for (const std::string& id : ids) {
            ASSERT_TRUE(mirror.items.contains(id));
            const RemoteItem there = world.provider->read(SyncKind::calendar, world.login, id).value();
            EXPECT_EQ(world.activity(mirror.items.at(id)), world.activity(there));
            EXPECT_EQ(mirror.items.at(id).version, there.version);
        }
        EXPECT_TRUE(world.google.mails().empty());
    }
}

// ---------------------------------------------------------------- contacts

struct RandomContacts : GoogleRandom {
    using GoogleRandom::GoogleRandom;
    const std::string book = "people/me";
    std::size_t made = 0;

    Json fields() {
        return jsonObject(
            {{"names", jsonArray({jsonObject({{"givenName", jsonText("U" + std::to_string(random() % 1000))}})})},
             {"emailAddresses",
              jsonArray({jsonObject({{"value", jsonText("u" + std::to_string(random() % 9) + "@x.org")},
                                     {"type", jsonText("work")}})})}});
    }
    void user() {
        const auto all = people().live();
        if (all.empty() || pick(3) == 0) {
            people().insert(fields());
            ++made;
            return;
        }
        const std::string name(textAt(all[pick(all.size())], "resourceName"));
        switch (pick(5)) {
            case 0:
                people().erase(name);
                --made;
                break;
            case 1: people().setPhoto(name, "png"); break;
            case 2: people().rename(name); break;
            default: people().edit(name, fields());
        }
    }
    void bridge(const Mirror& mirror) {
        if (mirror.items.empty() || pick(2) == 0) {
            Contact contact;
            contact.firstName = "B" + std::to_string(random() % 1000);
            contact.phones = {{"mobile", "+4179" + std::to_string(random() % 1000), false}};
            const Id link = key();
            persist([&] {
                people().settle();  // by the time of another try
                EXPECT_EQ(this->contact(provider->create(SyncKind::contacts, book, link, contact).item), contact);
            });
            ++made;
            return;
        }
        const RemoteItem base =
            std::next(mirror.items.begin(), static_cast<std::ptrdiff_t>(pick(mirror.items.size())))->second;
        Contact after = contact(base);
        after.jobTitle = "J" + std::to_string(random() % 1000);
        RemoteItem written;
        if (persist([&] { written = provider->update(SyncKind::contacts, book, base, contact(base), after).item; })) {
            after.hasPhoto = contact(written).hasPhoto;  // of a photo that came meanwhile
            EXPECT_EQ(contact(written), after);
        }
    }
};

TEST(GoogleRandomly, WhatIsReadOfContactsIsWhatIsThere) {
    for (int seed = 1; seed <= seeds(); ++seed) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        RandomContacts world(static_cast<std::uint64_t>(seed));
        RandomContacts::Mirror mirror;
        for (int step = 0; step < 80; ++step) {
            switch (world.pick(8)) {
                case 0: world.read(SyncKind::contacts, world.book, mirror); break;
                case 1: world.bridge(mirror); break;
                case 2:
                    if (world.pick(6) == 0) world.people().expireTokens();
                    break;
                default: world.user();
            }
        }
        world.google.faults.rate(0);
        world.people().settle();
        world.read(SyncKind::contacts, world.book, mirror);
        const auto all = world.people().live();
        EXPECT_EQ(all.size(), world.made) << "I1: none twice, none lost";
        ASSERT_EQ(mirror.items.size(), all.size());
        for (const Json& person : all) {
            const std::string name(textAt(person, "resourceName"));
            ASSERT_TRUE(mirror.items.contains(name));
            const RemoteItem there = world.provider->read(SyncKind::contacts, world.book, name).value();
            EXPECT_EQ(world.contact(mirror.items.at(name)), world.contact(there));
            EXPECT_EQ(mirror.items.at(name).version, there.version);
        }
    }
}

}  // namespace
}  // namespace crmdav
