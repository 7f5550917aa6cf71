#include "server/api/people_fields.h"

#include <algorithm>

/// Fields of users, the organisation, app passwords and feeds.
namespace crmdav {

template <>
std::span<const EnumName<Role>> namesOf() {
    static constexpr EnumName<Role> names[] = {{Role::member, "member"}, {Role::admin, "admin"}};
    return names;
}

template <>
std::span<const EnumName<Detail>> namesOf() {
    static constexpr EnumName<Detail> names[] = {{Detail::none, "none"},
                                                 {Detail::busy, "busy"},
                                                 {Detail::subject, "subject"},
                                                 {Detail::everything, "everything"}};
    return names;
}

/// A team is no user, so its kind has no name here.
template <>
std::span<const EnumName<UserKind>> namesOf() {
    static constexpr EnumName<UserKind> names[] = {
        {UserKind::person, "person"}, {UserKind::room, "room"}, {UserKind::resource, "resource"}};
    return names;
}

template <>
std::span<const Field<User>> fieldsOf() {
    using T = User;
    static const Field<T> rows[] = {
        {"login", "[a-z0-9._-], fixed from the first day; part of addresses.",
         [] { return std::string(R"({"type":"string"})"); },
         [](const Call&, JsonWriter& out, const T& user) { out.text(user.login); },
         [](const Call&, T& user, const Json& json, const std::string& path) {
             const std::string login = checkedText(json, path, 64);
             if (user.id != 0 && login != user.login) throw InvalidField(path, "can't be changed any more");
             user.login = login;
         }},
        field<T, &T::kind>("kind",
                           "person; or room, resource: can be invited, can't sign in. Fixed from the first day."),
        field<T, &T::name>("name", "Full name."),
        field<T, &T::email>("email", "Address: meetings with it are this user's."),
        field<T, &T::otherEmails>("otherEmails", "Further addresses of this user."),
        field<T, &T::role>("role", "member, or admin."),
        field<T, &T::active>("active", "false: switched off. Nothing works any more, the records stay."),
        field<T, &T::zone>("zone", "IANA; empty: the organisation's."),
        field<T, &T::visibility>("visibility", "What others see of this user's activities."),
        field<T, &T::calendarPerType>("calendarPerType",
                                      "A calendar for each activity type; activities/ is the default type's."),
    };
    return rows;
}

template <>
std::span<const Field<Colleague>> fieldsOf() {
    using T = Colleague;
    static const Field<T> rows[] = {field<T, &T::login>("login", "As in `owner` of records."),
                                    field<T, &T::name>("name", "Full name.")};
    return rows;
}

template <>
std::span<const Field<Team>> fieldsOf() {
    using T = Team;
    static const Field<T> rows[] = {
        {"key", "[a-z0-9._-], fixed from the first day; part of addresses. No user has it as login.",
         [] { return std::string(R"({"type":"string"})"); },
         [](const Call&, JsonWriter& out, const T& team) { out.text(team.key); },
         [](const Call&, T& team, const Json& json, const std::string& path) {
             const std::string key = checkedText(json, path, 64);
             if (team.id != 0 && key != team.key) throw InvalidField(path, "can't be changed any more");
             team.key = key;
         }},
        field<T, &T::name>("name", "Name."),
        field<T, &T::members>("members", "Logins of users and keys of other teams."),
    };
    return rows;
}

template <>
std::span<const Field<Organisation>> fieldsOf() {
    using T = Organisation;
    static const Field<T> rows[] = {
        field<T, &T::name>("name", "Name."),
        field<T, &T::domains>("domains", "Own mail domains, lower-case."),
        field<T, &T::zone>("zone", "IANA."),
        field<T, &T::region>("region", "ISO 3166 country: default for phone numbers."),
        {"logo", "Version of the picture at /organisation/logo; null: there is none.", Codec<std::string>::schema,
         [](const Call& call, JsonWriter& out, const T&) {
             const std::string version = logoVersion(call);
             version.empty() ? out.null() : out.text(version);
         },
         nullptr},
        {"fixed", "Fields that the configuration file says: they can't be changed here.",
         Codec<std::vector<std::string>>::schema,
         [](const Call& call, JsonWriter& out, const T&) {
             Codec<std::vector<std::string>>::write(call, out, fixedFields(call.config));
         },
         nullptr},
    };
    return rows;
}

template <>
std::span<const Field<HandOver>> fieldsOf() {
    static const Field<HandOver> rows[] = {
        field<HandOver, &HandOver::heir>("heir", "Login of who gets the records."),
    };
    return rows;
}

template <>
std::span<const Field<ScopeView>> fieldsOf() {
    using T = ScopeView;
    static const Field<T> rows[] = {
        field<T, &T::caldav>("caldav", "Opens calendars."),
        field<T, &T::carddav>("carddav", "Opens address books."),
        field<T, &T::api>("api", "Opens this API."),
        field<T, &T::readOnly>("readOnly", "Can't change anything."),
        field<T, &T::collection>("collection", "Opens nothing but this: calendars/NAME or addressbooks/NAME."),
    };
    return rows;
}

template <>
std::span<const Field<AppPasswordView>> fieldsOf() {
    using T = AppPasswordView;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "UUID."),
        field<T, &T::label>("label", "Which device or program it is for."),
        field<T, &T::scope>("scope", "What it opens."),
        field<T, &T::expires>("expires", "No longer valid from then on."),
        readOnly<T, &T::created>("created", "When it was made."),
        readOnly<T, &T::lastUsed>("lastUsed", "When it was last used."),
        readOnly<T, &T::lastAddress>("lastAddress", "From which address."),
        readOnly<T, &T::lastAgent>("lastAgent", "By which program."),
        readOnly<T, &T::revoked>("revoked", "When it was revoked."),
        readOnly<T, &T::secret>("secret", "The password itself: in the answer that makes it, never again."),
    };
    return rows;
}

template <>
std::span<const Field<FeedView>> fieldsOf() {
    using T = FeedView;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "UUID."),
        field<T, &T::calendar>("calendar", "Name of one's calendar: activities."),
        field<T, &T::detail>("detail", "How much whoever has the address sees."),
        field<T, &T::label>("label", "What it is for."),
        readOnly<T, &T::created>("created", "When it was made."),
        readOnly<T, &T::revoked>("revoked", "When it was revoked."),
        {"url", "The secret address: in the answer that makes it, never again.", Codec<std::string>::schema,
         [](const Call&, JsonWriter& out, const T& feed) { feed.url.empty() ? out.null() : out.text(feed.url); },
         nullptr},
    };
    return rows;
}

template <>
std::span<const Field<NewSecret>> fieldsOf() {
    using T = NewSecret;
    static const Field<T> rows[] = {
        field<T, &T::current>("current", "One's password until now; admins leave it out for others."),
        field<T, &T::password>("password", "The new one, at least 10 characters."),
    };
    return rows;
}

}  // namespace crmdav
