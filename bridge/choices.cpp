#include "bridge/choices.h"

#include <algorithm>

#include "bridge/engine/place.h"

namespace crmdav {
namespace {

using Collections = std::vector<RemoteCollection>;
using Names = std::vector<std::string>;

/// Time for conflict calendars that are in no list: their owner waits for the answer.
constexpr std::chrono::seconds patience{20};

Collections listed(const ProviderToAsk& ask, SyncKind kind, std::shared_ptr<Provider>& provider) {
    try {
        provider = ask();
        return provider->collections(kind);
    } catch (const Crowded&) {
        throw;
    } catch (const std::exception&) {
        return {};
    }
}

/// What was chosen before may be gone by now: a run tells, and other settings can be changed all the same.
Names unlisted(const Collections& all, const Names& chosen, const Names& before) {
    Names names;
    if (all.empty()) return names;
    for (const std::string& id : chosen)
        if (std::ranges::find(all, id, &RemoteCollection::id) == all.end() &&
            std::ranges::find(before, id) == before.end())
            names.push_back(id);
    return names;
}

void requireListed(const Collections& all, const Names& chosen, const Names& before, const char* setting,
                   const char* what) {
    for (const std::string& id : unlisted(all, chosen, before))
        throw BadSetting(setting, std::string("the account has no ") + what + " \"" + id + "\"");
}

void requireLinkable(const Collections& all, const Names& linked, bool pushes, const char* setting) {
    for (const std::string& id : linked) {
        const auto found = std::ranges::find(all, id, &RemoteCollection::id);
        if (found == all.end()) continue;
        if (found->busyOnly)
            throw BadSetting(setting,
                             "of \"" + found->name +
                                 "\" only busy times can be read: it can be a conflict calendar, not a linked one");
        if (pushes && id == linked.front() && !found->writable)
            throw BadSetting(setting, "\"" + found->name + "\" can only be read: what is made here can't go there");
    }
}

void requireBusyTimes(const std::shared_ptr<Provider>& provider, const Names& calendars, Instant now) {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (const std::string& id : calendars) {
        const auto refuse = [&] {
            throw BadSetting("conflictCalendars",
                             "the account has no calendar \"" + id + "\", and no busy times can be read of one");
        };
        try {
            provider->busy({id}, {now, now + std::chrono::hours(1)});
        } catch (const CollectionGone&) {
            refuse();
        } catch (const Gone&) {
            refuse();
        } catch (const Refused&) {
            refuse();
        } catch (const std::exception&) {
            return;
        }
        if (std::chrono::steady_clock::now() > until) return;
    }
}

}  // namespace

void chooseUsual(Names& chosen, const Collections& all) {
    const auto main = std::ranges::find_if(all, [](const RemoteCollection& c) { return c.main && c.writable; });
    const auto any = std::ranges::find_if(all, [](const RemoteCollection& c) { return c.writable && !c.busyOnly; });
    if (main != all.end())
        chosen.push_back(main->id);
    else if (any != all.end())
        chosen.push_back(any->id);
}

void requireThere(const CalendarSettings& settings, const CalendarSettings& before, const ProviderToAsk& ask,
                  Instant now) {
    if (settings.calendars == before.calendars && settings.conflicts == before.conflicts &&
        settings.push == before.push)
        return;
    std::shared_ptr<Provider> provider;
    const Collections all = listed(ask, SyncKind::calendar, provider);
    requireListed(all, settings.calendars, before.calendars, "calendars", "calendar");
    requireLinkable(all, settings.calendars, settings.push, "calendars");
    requireBusyTimes(provider, unlisted(all, settings.conflicts, before.conflicts), now);
}

void requireThere(const ContactSettings& settings, const ContactSettings& before, const ProviderToAsk& ask) {
    if (settings.books == before.books && settings.direction == before.direction) return;
    std::shared_ptr<Provider> provider;
    const Collections all = listed(ask, SyncKind::contacts, provider);
    requireListed(all, settings.books, before.books, "books", "address book");
    requireLinkable(all, settings.books, settings.direction == Direction::twoWay, "books");
}

}  // namespace crmdav
