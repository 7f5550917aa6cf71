#include <algorithm>
#include <optional>

#include "protocol/text/content_lines.h"
#include "protocol/text/legacy_text.h"
#include "protocol/text/recurrence.h"
#include "server/import/readers.h"
#include "server/import/vcalendar_zone.h"

/// vCalendar 1.0 (versit, 1996), as old phones and organisers wrote it.
namespace crmdav {
namespace {

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> all;
    while (!(text = trim(text)).empty()) {
        const auto space = std::min(text.find(' '), text.size());
        all.emplace_back(text.substr(0, space));
        text.remove_prefix(space);
    }
    return all;
}

bool isNumber(std::string_view text) {
    return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

void appendPart(std::string& rule, std::string_view name, const std::string& list) {
    if (!list.empty()) rule.append(";").append(name).append("=").append(list);
}

struct Lists {
    std::string days, monthDays, months, yearDays;
};

void appendTo(std::string& list, const std::string& item) { list.append(list.empty() ? "" : ",").append(item); }

/// "1+" is the first, "1-" the last.
std::string signedOrdinal(std::string_view text) {
    const bool last = text.back() == '-';
    if (text.back() == '+' || last) text.remove_suffix(1);
    return (last ? "-" : "") + std::string(text);
}

bool isWeekday(std::string_view word) {
    static constexpr std::string_view days[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};
    return std::ranges::find(days, word) != std::end(days);
}

/// Sorts the words between frequency and end into BY… lists.
void sortWords(const std::vector<std::string>& parts, char kind, Lists& lists) {
    std::string ordinal;
    for (const std::string& word : parts) {
        if (isWeekday(word))
            appendTo(lists.days, ordinal + word);
        else if (word == "LD")
            appendTo(lists.monthDays, "-1");
        else if (word.find_first_not_of("0123456789+-") != std::string::npos)
            continue;  // times of the day
        else if (kind == 'P')
            ordinal = signedOrdinal(word);
        else if (kind == 'D')
            appendTo(lists.monthDays, signedOrdinal(word));
        else if (kind == 'M')
            appendTo(lists.months, word);
        else if (kind == 'Y')
            appendTo(lists.yearDays, word);
    }
}

/// `W2 MO WE #10` → `FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10`; nullopt: not understood.
std::optional<std::string> modernRule(std::string_view old) {
    struct Form {
        std::string_view prefix, frequency;
        char kind;
    };
    static constexpr Form forms[] = {{"MP", "MONTHLY", 'P'}, {"MD", "MONTHLY", 'D'}, {"YM", "YEARLY", 'M'},
                                     {"YD", "YEARLY", 'Y'},  {"D", "DAILY", '-'},    {"W", "WEEKLY", 'W'}};
    auto parts = words(upperAscii(old));
    if (parts.empty()) return std::nullopt;
    const auto form = std::ranges::find_if(forms, [&](const Form& f) { return parts[0].starts_with(f.prefix); });
    if (form == std::end(forms)) return std::nullopt;
    const std::string interval = parts[0].substr(form->prefix.size());
    if (!isNumber(interval)) return std::nullopt;
    std::string count, until;
    if (parts.size() > 1 && parts.back().starts_with('#'))
        count = parts.back().substr(1);
    else if (parts.size() > 1 && parts.back().size() >= 8 && isNumber(parts.back().substr(0, 8)))
        until = parts.back();
    else
        count = "2";  // the default of the specification
    Lists lists;
    sortWords({parts.begin() + 1, parts.end() - (until.empty() ? 0 : 1)}, form->kind, lists);
    std::string modern = "FREQ=" + std::string(form->frequency);
    if (interval != "1") modern += ";INTERVAL=" + interval;
    appendPart(modern, "BYMONTH", lists.months);
    appendPart(modern, "BYYEARDAY", lists.yearDays);
    appendPart(modern, "BYMONTHDAY", lists.monthDays);
    appendPart(modern, "BYDAY", lists.days);
    if (!until.empty())
        modern += ";UNTIL=" + until;
    else if (count != "0")
        modern += ";COUNT=" + count;  // #0: for ever
    try {
        Rule::parse(modern);
    } catch (const RuleError&) {
        return std::nullopt;
    }
    return modern;
}

/// AALARM and DALARM: time;snooze;repeat;text
std::optional<Component> modernAlarm(const Property& old, const Zone* zone) {
    auto parts = splitTexts(old.value(), ';');
    if (zone) parts[0] = inUtc(parts[0], *zone);
    if (parts[0].size() != 16 || parts[0].back() != 'Z') return std::nullopt;  // RFC 5545 §3.8.6.3: only UTC
    Component alarm("VALARM");
    alarm.setText("ACTION", "DISPLAY");
    Property trigger("TRIGGER", parts[0]);
    trigger.setParameter("VALUE", "DATE-TIME");
    alarm.add(std::move(trigger));
    alarm.setText("DESCRIPTION", parts.size() > 3 && !parts[3].empty() ? parts[3] : "Reminder");
    return alarm;
}

struct Mapping {
    std::string_view property, old, modern;
};
constexpr Mapping values[] = {
    {"TRANSP", "0", "OPAQUE"},
    {"TRANSP", "1", "TRANSPARENT"},
    {"TRANSP", "2", "TRANSPARENT"},
    {"STATUS", "ACCEPTED", "CONFIRMED"},
    {"STATUS", "SENT", "CONFIRMED"},
    {"STATUS", "DECLINED", "CANCELLED"},
    {"STATUS", "NEEDS ACTION", "NEEDS-ACTION"},
    {"STATUS", "DELEGATED", "CONFIRMED"},
};

void modernValue(Property& property) {
    for (const Mapping& row : values)
        if (property.is(row.property) && equalsIgnoreCase(trim(property.value()), row.old))
            return property.setValue(row.modern);
}

/// `ATTENDEE;STATUS=ACCEPTED;ROLE=ORGANIZER:Ann Example <ann@firm.example>`
void modernAttendee(Property& property) {
    const std::string text = property.text();
    const auto open = text.rfind('<'), close = text.rfind('>');
    const bool angled = open != std::string::npos && close != std::string::npos && open < close;
    const std::string email = angled ? text.substr(open + 1, close - open - 1) : text;
    if (angled && open > 0) property.setParameter("CN", trim(std::string_view(text).substr(0, open)));
    const std::string status = upperAscii(property.parameter("STATUS"));
    property.removeParameter("STATUS");
    if (!status.empty())
        property.setParameter("PARTSTAT", status == "NEEDS ACTION" || status == "SENT" ? "NEEDS-ACTION"
                                          : status == "CONFIRMED"                      ? "ACCEPTED"
                                                                                       : status);
    property.removeParameter("ROLE");
    property.removeParameter("EXPECT");
    property.setValue((startsWithIgnoreCase(email, "mailto:") ? "" : "mailto:") + email);
}

void replaceSeparator(Property& property, char from) {
    std::vector<std::string> items = splitTexts(property.value(), from);
    for (std::string& item : items) item = std::string(trim(item));
    property.setTexts(items);
}

/// @param zone  of the calendar; null: it says none
void modernise(Component& component, const Zone* zone) {
    std::vector<Component> alarms;
    component.removeIf([&](const Property& property) {
        if (!property.is("AALARM") && !property.is("DALARM") && !property.is("MALARM") && !property.is("PALARM"))
            return false;
        if (auto alarm = modernAlarm(property, zone); alarm && alarms.empty()) alarms.push_back(*std::move(alarm));
        return true;
    });
    for (Component& alarm : alarms) component.addComponent(std::move(alarm));
    component.removeIf([](const Property& property) { return property.is("RNUM"); });
    component.removeIf([](Property const& property) {
        return property.is("RRULE") && !property.value().starts_with("FREQ=") && !modernRule(property.value());
    });
    for (Property& property : component.properties()) {
        if (property.is("RRULE") && !property.value().starts_with("FREQ="))
            property.setValue(*modernRule(property.value()));
        else if (property.is("EXDATE") || property.is("RDATE") || property.is("CATEGORIES") || property.is("RESOURCES"))
            replaceSeparator(property, ';');
        else if (property.is("ATTENDEE"))
            modernAttendee(property);
        else
            modernValue(property);
    }
}

}  // namespace

std::string fromVCalendar10(std::string bytes) {
    if (auto decoded = decodeLegacy(bytes)) bytes = *std::move(decoded);
    Document document = Document::parse(std::move(bytes));
    Component& calendar = document.root();
    calendar.setValue("VERSION", "2.0");
    const auto definition = zoneOfOld(calendar);
    const ZonePtr zone = definition ? zoneOf(*definition) : nullptr;
    calendar.removeIf([](const Property& p) { return p.is("TZ") || p.is("DAYLIGHT") || p.is("GEO"); });
    bool named = false;
    for (Component& component : calendar.components()) {
        modernise(component, zone.get());
        if (zone) named |= moveIntoZone(component, *definition, *zone);
    }
    if (named) calendar.addComponent(*definition);
    return document.bytes();
}

}  // namespace crmdav
