#include "bridge/settings.h"

#include <algorithm>
#include <array>
#include <functional>
#include <utility>

#include "protocol/text/json.h"

namespace crmdav {
namespace {

/// The words of an enumeration, in the order of its values.
template <class E>
constexpr std::array<std::string_view, 0> wordsOf{};
template <>
constexpr std::array<std::string_view, 3> wordsOf<Direction>{"one-way", "two-way", "smart"};
template <>
constexpr std::array<std::string_view, 3> wordsOf<ProviderDeletes>{"cancel", "delete", "keep"};

/// Visits every setting under its name: the one place that knows them, for both ways.
template <class Visitor>
void each(CalendarSettings& s, Visitor&& visit) {
    visit("direction", s.direction);
    visit("calendars", s.calendars);
    visit("conflictCalendars", s.conflicts);
    visit("types", s.types);
    visit("saveAs", s.saveAs);
    visit("push", s.push);
    visit("includeInfo", s.includeInfo);
    visit("notifyGuests", s.notifyGuests);
    visit("skipPrivate", s.skipPrivate);
    visit("skipInternal", s.skipInternal);
    visit("aloneIsBusy", s.aloneIsBusy);
    visit("makeContacts", s.makeContacts);
    visit("defaultCalendar", s.defaultCalendar);
    visit("allowTrigger", s.allowTrigger);
    visit("providerDeletes", s.providerDeletes);
    visit("historySince", s.historySince);
}
template <class Visitor>
void each(ContactSettings& s, Visitor&& visit) {
    visit("direction", s.direction);
    visit("books", s.books);
    visit("group", s.group);
    visit("personal", s.personal);
    visit("keepPhotos", s.keepPhotos);
}

struct Write {
    JsonWriter& out;
    void operator()(std::string_view name, bool value) const { out.member(name, value); }
    void operator()(std::string_view name, const std::string& value) const { out.member(name, value); }
    void operator()(std::string_view name, const std::vector<std::string>& list) const {
        out.key(name).beginArray();
        for (const std::string& item : list) out.text(item);
        out.endArray();
    }
    template <class E>
    requires std::is_enum_v<E>
    void operator()(std::string_view name, E value) const {
        out.member(name, wordsOf<E>[static_cast<std::size_t>(value)]);
    }
};

const std::string& textOf(const std::string& name, const Json& json) {
    if (json.kind != Json::Kind::string) throw BadSetting(name, "must be text");
    if (json.string.size() > 2000) throw BadSetting(name, "is too long");
    return json.string;
}

struct Read {
    const std::string& name;
    const Json& json;
    bool& known;

    void operator()(std::string_view which, bool& value) const {
        if (!mine(which)) return;
        if (json.kind != Json::Kind::boolean) throw BadSetting(name, "must be true or false");
        value = json.boolean;
    }
    void operator()(std::string_view which, std::string& value) const {
        if (mine(which)) value = textOf(name, json);
    }
    void operator()(std::string_view which, std::vector<std::string>& list) const {
        if (!mine(which)) return;
        if (json.kind != Json::Kind::array || json.array.size() > 100) throw BadSetting(name, "must be a list");
        std::vector<std::string> read;
        for (const Json& item : json.array)
            if (std::ranges::find(read, textOf(name, item)) == read.end()) read.push_back(item.string);
        list = std::move(read);
    }
    template <class E>
    requires std::is_enum_v<E>
    void operator()(std::string_view which, E& value) const {
        if (!mine(which)) return;
        const auto at = std::ranges::find(wordsOf<E>, textOf(name, json));
        if (at == wordsOf<E>.end()) {
            std::string words;
            for (const std::string_view word : wordsOf<E>) words.append(words.empty() ? "" : ", ").append(word);
            throw BadSetting(name, "must be one of: " + words);
        }
        value = static_cast<E>(at - wordsOf<E>.begin());
    }

private:
    bool mine(std::string_view which) const {
        const bool is = which == name;
        known = known || is;
        return is;
    }
};

template <class Settings>
std::string encoded(Settings settings) {
    JsonWriter out;
    out.beginObject();
    each(settings, Write{out});
    return out.endObject().take();
}

template <class Settings>
Settings decoded(const std::string& text, Settings settings) {
    if (text.empty()) return settings;
    Json json;
    try {
        json = parseJson(text, {.bytes = 100'000, .depth = 4});
    } catch (const JsonError& error) {
        throw BadSetting("settings", error.what());
    }
    if (json.kind != Json::Kind::object) throw BadSetting("settings", "must be an object");
    for (const auto& [name, value] : json.object) {
        bool known = false;
        each(settings, Read{name, value, known});
        if (!known) throw BadSetting(name, "there is no such setting");
    }
    return settings;
}

bool isDate(const std::string& text) {
    return text.size() == 10 && text[4] == '-' && text[7] == '-' &&
           std::chrono::year_month_day(std::chrono::year(std::atoi(text.c_str())),
                                       std::chrono::month(static_cast<unsigned>(std::atoi(text.c_str() + 5))),
                                       std::chrono::day(static_cast<unsigned>(std::atoi(text.c_str() + 8))))
               .ok();
}

}  // namespace

std::string encode(const CalendarSettings& settings) { return encoded(settings); }
std::string encode(const ContactSettings& settings) { return encoded(settings); }

CalendarSettings calendarSettings(const std::string& json, const CalendarSettings& before) {
    auto settings = decoded(json, before);
    if (!settings.historySince.empty() && !isDate(settings.historySince))
        throw BadSetting("historySince", "must be a date, like 2026-01-31");
    for (const std::string& linked : settings.calendars) std::erase(settings.conflicts, linked);
    if (settings.allowTrigger && settings.defaultCalendar.empty())
        throw BadSetting("allowTrigger", "needs a default calendar, whose triggers they are");
    return settings;
}

ContactSettings contactSettings(const std::string& json, const ContactSettings& before) {
    const auto settings = decoded(json, before);
    if (settings.direction == Direction::smart) throw BadSetting("direction", "must be one of: one-way, two-way");
    return settings;
}

}  // namespace crmdav
