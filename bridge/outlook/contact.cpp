#include "bridge/outlook/contact.h"

#include <algorithm>
#include <array>

#include "bridge/html_text.h"
#include "bridge/outlook/event.h"
#include "bridge/outlook/slots.h"
#include "bridge/outlook/values.h"
#include "store/records/contact_vcard.h"
#include "store/records/normalise.h"

namespace crmdav::outlook {
namespace {

struct TextField {
    std::string_view graph;
    std::string Contact::*ours;
};
constexpr std::array<TextField, 9> textFields{{{"title", &Contact::prefix},
                                               {"givenName", &Contact::firstName},
                                               {"middleName", &Contact::middleName},
                                               {"surname", &Contact::lastName},
                                               {"generation", &Contact::suffix},
                                               {"nickName", &Contact::nickname},
                                               {"companyName", &Contact::companyName},
                                               {"department", &Contact::department},
                                               {"jobTitle", &Contact::jobTitle}}};

/// Year 1604 says that the year isn't known: no birthday for us (D11).
std::string readBirthday(const Json& contact) {
    const std::string date(textAt(contact, "birthday").substr(0, 10));
    return !readDate(date) || date.starts_with("1604") || date < "1601" ? std::string() : date;
}

bool isFullDate(const std::string& date) { return date.size() == 10 && readDate(date) && date >= "1605"; }

void writeBirthday(JsonWriter& out, const std::string& date) {
    out.key("birthday");
    if (date.empty())
        out.null();
    else
        out.text(date + "T00:00:00Z");
}

void writeText(JsonWriter& out, std::string_view name, const std::string& value) {
    out.key(name);
    if (value.empty())
        out.null();
    else
        out.text(value);
}

void writeTexts(JsonWriter& out, std::string_view name, const std::vector<LabelledValue>& values) {
    out.key(name).beginArray();
    for (const LabelledValue& value : values) out.text(value.value);
    out.endArray();
}

std::string_view firstUrl(const Contact& contact) {
    return contact.urls.empty() ? std::string_view{} : std::string_view(contact.urls.front().value);
}

void writeLists(JsonWriter& out, const Json& base, const Contact& before, const Contact& wanted) {
    if (before.emails != wanted.emails) writeEmails(out, base, wanted.emails);
    if (before.phones != wanted.phones) writePhones(out, base, wanted.phones);
    if (before.addresses != wanted.addresses) writeAddresses(out, base, before.addresses, wanted.addresses);
    if (before.urls != wanted.urls) writeText(out, "businessHomePage", std::string(firstUrl(wanted)));
    if (before.ims != wanted.ims) writeTexts(out, "imAddresses", wanted.ims);
}

}  // namespace

Remote readContact(const std::string& raw) {
    const Json json = parse(raw);
    Contact contact;
    for (const TextField& field : textFields) contact.*field.ours = oneLine(textAt(json, field.graph));
    contact.displayName = oneLine(textAt(json, "displayName"));
    contact.emails = readEmails(json);
    contact.phones = readPhones(json);
    contact.addresses = readAddresses(json);
    if (std::string page = oneLine(textAt(json, "businessHomePage")); !page.empty())
        contact.urls.push_back({"", std::move(page), false});
    for (const Json& im : at(json, "imAddresses").array)
        if (std::string value = oneLine(im.string); !value.empty())
            contact.ims.push_back({"", std::move(value), false});
    contact.birthday = readBirthday(json);
    contact.notes = normalText(textAt(json, "personalNotes"));
    Remote remote;
    remote.modified = readInstant(textAt(json, "lastModifiedDateTime"));
    remote.mark = markOf(json);
    remote.hasPhoto = true;  // only asking for it tells
    remote.record = std::move(contact);
    return remote;
}

Contact heldContact(const Contact& contact) {
    Contact kept;
    for (const TextField& field : textFields) kept.*field.ours = oneLine(contact.*field.ours);
    kept.displayName = oneLine(contact.displayName.empty() ? composedName(contact) : contact.displayName);
    kept.emails = heldEmails(contact.emails);
    kept.phones = heldPhones(contact.phones);
    kept.addresses = heldAddresses(contact.addresses);
    if (!contact.urls.empty()) kept.urls = {{"", oneLine(contact.urls.front().value), false}};
    for (const LabelledValue& im : contact.ims)
        if (kept.ims.size() < mostOfAKind) kept.ims.push_back({"", oneLine(im.value), false});
    if (isFullDate(contact.birthday)) kept.birthday = contact.birthday;
    kept.notes = normalText(contact.notes);
    return kept;
}

std::string newContact(const Contact& contact, std::string_view key) {
    const Contact wanted = heldContact(contact);
    const Json nothing;
    JsonWriter out;
    out.beginObject();
    if (!key.empty()) {
        out.key("singleValueExtendedProperties").beginArray().beginObject();
        out.member("id", linkProperty).member("value", key).endObject().endArray();
    }
    out.member("displayName", wanted.displayName);
    for (const TextField& field : textFields)
        if (!(wanted.*field.ours).empty()) out.member(field.graph, wanted.*field.ours);
    writeLists(out, nothing, {}, wanted);
    if (!wanted.birthday.empty()) writeBirthday(out, wanted.birthday);
    if (!wanted.notes.empty()) out.member("personalNotes", wanted.notes);
    out.endObject();
    return out.take();
}

std::string changedContact(const std::string& base, const Contact& before, const Contact& after) {
    const Json json = parse(base);
    const Contact wanted = heldContact(after);
    JsonWriter out;
    out.beginObject().member("displayName", wanted.displayName);
    const std::string unchanged = JsonWriter(out).endObject().take();
    for (const TextField& field : textFields)
        if (before.*field.ours != wanted.*field.ours) writeText(out, field.graph, wanted.*field.ours);
    writeLists(out, json, before, wanted);
    if (before.birthday != wanted.birthday) writeBirthday(out, wanted.birthday);
    if (before.notes != wanted.notes) writeText(out, "personalNotes", wanted.notes);
    out.endObject();
    std::string body = out.take();
    return body == unchanged && before.displayName == wanted.displayName ? std::string() : body;
}

}  // namespace crmdav::outlook
