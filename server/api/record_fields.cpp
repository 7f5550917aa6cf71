#include "server/api/fields.h"

/// Fields of contacts, companies and deals.
namespace crmdav {
namespace {

template <class T>
std::vector<Field<T>> cardLists() {
    return {field<T, &T::emails>("emails", "Email addresses, the first is the primary one."),
            field<T, &T::phones>("phones", "Phone numbers, as written."),
            field<T, &T::urls>("urls", "Websites."),
            field<T, &T::addresses>("addresses", "Postal addresses."),
            field<T, &T::notes>("notes", "Free text."),
            field<T, &T::custom>("custom", "Fields of your own: name and text."),
            field<T, &T::uid>("uid", "vCard UID; made when left out, fixed from then on.")};
}

template <class T>
std::vector<T> joined(std::vector<T> head, std::vector<T> tail) {
    head.insert(head.end(), tail.begin(), tail.end());
    return head;
}

}  // namespace

template <>
std::span<const Field<LabelledValue>> fieldsOf() {
    using T = LabelledValue;
    static const Field<T> rows[] = {
        field<T, &T::label>("label", "home, work, mobile, fax, pager, main, other, or a text of your own."),
        field<T, &T::value>("value", "The address, number or date itself."),
        field<T, &T::preferred>("preferred", "The one to use first."),
    };
    return rows;
}

template <>
std::span<const Field<PostalAddress>> fieldsOf() {
    using T = PostalAddress;
    static const Field<T> rows[] = {
        field<T, &T::label>("label", "home, work, other, or a text of your own."),
        field<T, &T::poBox>("poBox", "Post office box."),
        field<T, &T::extended>("extended", "Flat, floor, care of."),
        field<T, &T::street>("street", "Street and number; may have several lines."),
        field<T, &T::locality>("city", "Town."),
        field<T, &T::region>("region", "State or province."),
        field<T, &T::postcode>("postcode", "Postal code."),
        field<T, &T::country>("country", "Country, by name."),
        field<T, &T::preferred>("preferred", "The one to use first."),
    };
    return rows;
}

template <>
std::span<const Field<Contact>> fieldsOf() {
    using T = Contact;
    static const auto rows = withHead<T>(joined<Field<T>>(
        {field<T, &T::displayName>("displayName", "Full name; made from the parts when left out."),
         field<T, &T::prefix>("prefix", "Dr. and the like."), field<T, &T::firstName>("firstName", "Given name."),
         field<T, &T::middleName>("middleName", "Middle names."), field<T, &T::lastName>("lastName", "Family name."),
         field<T, &T::suffix>("suffix", "Jr. and the like."), field<T, &T::nickname>("nickname", "Nickname."),
         field<T, &T::companyId>("company", "Id of the company this person works for."),
         field<T, &T::companyName>("companyName", "Name of the organisation, as on the card."),
         field<T, &T::department>("department", "Department."), field<T, &T::jobTitle>("jobTitle", "Job title."),
         field<T, &T::birthday>("birthday", "YYYY-MM-DD."),
         field<T, &T::dates>("dates", "Other dates (YYYY-MM-DD) by label: anniversary and others."),
         field<T, &T::ims>("ims", "Chat addresses, as URIs."),
         field<T, &T::tags>("tags", "Tags (CATEGORIES on the card)."),
         readOnly<T, &T::hasPhoto>("hasPhoto", "There is a photo at …/photo.")},
        cardLists<T>()));
    return rows;
}

template <>
std::span<const Field<Company>> fieldsOf() {
    using T = Company;
    static const auto rows =
        withHead<T>(joined<Field<T>>({field<T, &T::name>("name", "Name."),
                                      field<T, &T::domains>("domains", "Mail domains of its people, lower-case.")},
                                     cardLists<T>()));
    return rows;
}

template <>
std::span<const Field<Deal>> fieldsOf() {
    using T = Deal;
    static const auto rows = withHead<T>({
        field<T, &T::title>("title", "Title."),
        field<T, &T::stage>("stage", "lead, qualified, proposal, won, lost, or a stage of your own."),
        field<T, &T::valueCents>("valueCents", "Value in hundredths of the currency."),
        field<T, &T::currency>("currency", "ISO 4217."),
        field<T, &T::companyId>("company", "Id of the company."),
        field<T, &T::contactIds>("contacts", "Ids of the people involved."),
        field<T, &T::notes>("notes", "Free text."),
        field<T, &T::custom>("custom", "Fields of your own: name and text."),
    });
    return rows;
}

template <>
std::span<const Field<ActivityType>> fieldsOf() {
    using T = ActivityType;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "UUID."),
        readOnly<T, &T::version>("etag", "Version, for If-Match."),
        field<T, &T::key>("key", "[a-z0-9-]+, for programs."),
        field<T, &T::name>("name", "For people, and in calendars (CATEGORIES)."),
        field<T, &T::color>("color", "#rrggbb."),
        field<T, &T::isDefault>("isDefault", "What events without a known type get."),
    };
    return rows;
}

}  // namespace crmdav
