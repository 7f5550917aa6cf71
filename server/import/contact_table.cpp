#include <algorithm>
#include <map>
#include <stdexcept>

#include "protocol/text/content_lines.h"
#include "server/import/contact_columns.h"
#include "server/import/csv.h"
#include "server/import/readers.h"

/// Tables of contacts, a row a card. What has no place of its own goes into the notes, so that nothing is lost
/// silently.
namespace crmdav {
namespace {

struct Row {
    std::map<CardPart, std::string> texts;
    std::map<std::pair<CardPart, int>, std::string> values, labels;
    std::string rest;  ///< columns that nobody knows
};

bool isAddressPart(CardPart part) { return part >= CardPart::street && part <= CardPart::country; }

Row sorted(const std::vector<Column>& columns, const std::vector<std::string>& fields) {
    Row row;
    std::map<std::string, int> used;
    for (std::size_t i = 0; i < std::min(columns.size(), fields.size()); ++i) {
        const Column& column = columns[i];
        const std::string value(trim(fields[i]));
        if (value.empty()) continue;
        if (column.unknown) {
            row.rest.append(row.rest.empty() ? "" : "\n").append(column.header).append(": ").append(value);
        } else if (column.isLabel) {
            row.labels[{isAddressPart(column.part) ? CardPart::wholeAddress : column.part, column.slot}] = value;
        } else if (column.part == CardPart::email || column.part == CardPart::phone || column.part == CardPart::url ||
                   isAddressPart(column.part)) {
            std::pair key{column.part, column.slot};
            while (!isAddressPart(column.part) && row.values.contains(key)) ++key.second;
            row.values[key] = value;
            if (!column.label.empty())
                row.labels.emplace(
                    std::pair{isAddressPart(column.part) ? CardPart::wholeAddress : column.part, key.second},
                    column.label);
        } else if (column.part != CardPart::ignore) {
            row.texts.emplace(column.part, value);
        }
    }
    return row;
}

/// Google's "* Work" and Outlook's words as TYPE; anything else is a label of its own.
std::string typeOf(std::string label) {
    if (label.starts_with("* ")) label.erase(0, 2);
    label = lowerAscii(label);
    if (label == "mobile") return "cell";
    if (label == "work fax" || label == "home fax") return "fax";
    static constexpr std::string_view known[] = {"home", "work", "cell", "fax", "pager", "main", "other"};
    return std::ranges::find(known, label) == std::end(known) || label == "other" ? std::string() : label;
}

class CardWriter {
public:
    explicit CardWriter(const Row& row) : row_(row) {}

    std::string bytes(const std::string& uid, const std::string& name) {
        card_.setValue("VERSION", "3.0");
        card_.setValue("UID", uid);
        const std::vector<std::vector<std::string>> parts = {{text(CardPart::last)},
                                                             {text(CardPart::first)},
                                                             {text(CardPart::middle)},
                                                             {text(CardPart::prefix)},
                                                             {text(CardPart::suffix)}};
        card_.setValue("N", joinStructured(parts));
        card_.setText("FN", name);
        const std::vector<std::string> organisation = {text(CardPart::company), text(CardPart::department)};
        if (!organisation[0].empty() || !organisation[1].empty())
            card_.setValue("ORG", joinTexts(std::span(organisation).first(organisation[1].empty() ? 1 : 2), ';'));
        plain(CardPart::nickname, "NICKNAME");
        plain(CardPart::title, "TITLE");
        list(CardPart::email, "EMAIL");
        list(CardPart::phone, "TEL");
        list(CardPart::url, "URL");
        addresses();
        std::string notes = text(CardPart::notes);
        if (!row_.rest.empty()) notes.append(notes.empty() ? "" : "\n").append(row_.rest);
        date(CardPart::birthday, "BDAY", "Birthday", notes);
        date(CardPart::anniversary, "X-ANNIVERSARY", "Anniversary", notes);
        tags();
        if (!notes.empty()) card_.setText("NOTE", notes);
        return Document(std::move(card_)).bytes();
    }

private:
    std::string text(CardPart part) const {
        const auto found = row_.texts.find(part);
        return found == row_.texts.end() ? std::string() : found->second;
    }

    void plain(CardPart part, std::string_view property) {
        if (const std::string value = text(part); !value.empty()) card_.setText(property, value);
    }

    void label(Property& property, CardPart part, int slot) {
        const auto found = row_.labels.find({part, slot});
        const std::string type = found == row_.labels.end() ? std::string() : typeOf(found->second);
        if (!type.empty()) property.setParameter("TYPE", type);
    }

    /// Google puts several values into one field, with ` ::: ` between.
    void list(CardPart part, std::string_view name) {
        for (const auto& [key, value] : row_.values) {
            if (key.first != part) continue;
            for (std::string_view rest = value; !rest.empty();) {
                const auto cut = rest.find(" ::: ");
                Property property = part == CardPart::url ? Property(name, rest.substr(0, cut))
                                                          : Property::ofText(name, rest.substr(0, cut));
                label(property, part, key.second);
                card_.add(std::move(property));
                rest = cut == std::string_view::npos ? std::string_view{} : rest.substr(cut + 5);
            }
        }
    }

    void addresses() {
        for (int slot = 1; slot <= 9; ++slot) {
            std::vector<std::vector<std::string>> parts;
            bool any = false;
            for (const CardPart part : {CardPart::poBox, CardPart::extended, CardPart::street, CardPart::city,
                                        CardPart::region, CardPart::postcode, CardPart::country}) {
                const auto found = row_.values.find({part, slot});
                parts.push_back({found == row_.values.end() ? std::string() : found->second});
                any = any || !parts.back()[0].empty();
            }
            if (!any) continue;
            Property property("ADR", joinStructured(parts));
            label(property, CardPart::wholeAddress, slot);
            card_.add(std::move(property));
        }
    }

    /// ISO, or D.M.YYYY as German tables have it; 5/6/1980 could be either day, so it is left to people to read.
    void date(CardPart part, std::string_view property, std::string_view name, std::string& notes) {
        const std::string value = text(part);
        if (value.empty() || value.starts_with("0/0/")) return;  // Outlook's "none"
        int day = 0, month = 0, year = 0;
        char end = 0, iso[40];
        const bool known = std::sscanf(value.c_str(), "%4d-%2d-%2d%c", &year, &month, &day, &end) == 3 ||
                           std::sscanf(value.c_str(), "%2d.%2d.%4d%c", &day, &month, &year, &end) == 3;
        if (!known || month < 1 || month > 12 || day < 1 || day > 31 || year < 1800) {
            notes.append(notes.empty() ? "" : "\n").append(name).append(": ").append(value);
            return;
        }
        std::snprintf(iso, sizeof iso, "%04d-%02d-%02d", year, month, day);
        card_.setValue(property, iso);
    }

    void tags() {
        std::string all = text(CardPart::tags);
        if (all.empty()) return;
        std::vector<std::string> items;
        for (std::string_view rest = all; !rest.empty();) {
            const bool google = all.find(" ::: ") != std::string::npos;
            const auto cut = google ? rest.find(" ::: ") : rest.find(';');
            std::string item(trim(rest.substr(0, cut)));
            if (item.starts_with("* ")) item.clear();  // Google's own groups: myContacts, starred
            if (!item.empty()) items.push_back(std::move(item));
            rest = cut == std::string_view::npos ? std::string_view{} : rest.substr(cut + (google ? 5 : 1));
        }
        if (!items.empty()) card_.setValue("CATEGORIES", joinTexts(items, ','));
    }

    const Row& row_;
    Component card_{"VCARD"};
};

std::string joinedName(const Row& row) {
    const auto part = [&](CardPart which) {
        const auto found = row.texts.find(which);
        return found == row.texts.end() ? std::string() : found->second;
    };
    if (const std::string full = part(CardPart::fullName); !full.empty()) return full;
    std::string name;
    for (const CardPart which : {CardPart::first, CardPart::middle, CardPart::last})
        if (const std::string text = part(which); !text.empty()) name.append(name.empty() ? "" : " ").append(text);
    if (name.empty()) name = part(CardPart::company);
    if (name.empty() && row.values.contains({CardPart::email, 1})) name = row.values.at({CardPart::email, 1});
    return name;
}

}  // namespace

void readContactTable(std::string_view bytes, const TakeIncoming& take) {
    CsvReader reader(bytes);
    const bool legacy = !validUtf8(bytes);
    std::string converted;
    std::vector<std::string> fields;
    const auto next = [&] {
        const bool found = reader.next(fields);
        if (found && legacy)
            for (std::string& field : fields) field = std::string(asUtf8(field, converted));
        return found;
    };
    if (!next()) return;
    std::vector<Column> columns;
    for (const std::string& header : fields) columns.push_back(columnOf(header));
    if (std::ranges::none_of(columns, [](const Column& c) { return c.part != CardPart::ignore; }))
        throw std::runtime_error("its first line names no column of a contact (Name, E-mail, Phone …)");
    while (next()) {
        const Row row = sorted(columns, fields);
        Incoming incoming;
        incoming.target = Becomes::contact;
        incoming.line = reader.line();
        incoming.offset = reader.offset();
        incoming.title = joinedName(row);
        if (incoming.title.empty()) {
            incoming.error = "has neither a name nor an email address";
        } else {
            const auto email = row.values.find({CardPart::email, 1});
            const auto uid = row.texts.find(CardPart::uid);
            incoming.uid = uid != row.texts.end()
                               ? uid->second
                               : uidOf("contact\n" + lowerAscii(email == row.values.end() ? "" : email->second) + "\n" +
                                       lowerAscii(incoming.title));
            incoming.bytes = CardWriter(row).bytes(incoming.uid, incoming.title);
        }
        take(std::move(incoming));
    }
}

}  // namespace crmdav
