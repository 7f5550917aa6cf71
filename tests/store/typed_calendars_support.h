#pragma once
#include "tests/store/record_fixture.h"

namespace crmdav {

inline constexpr const char* meeting = "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:Review\r\n";
inline constexpr const char* call =
    "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:Review\r\nCATEGORIES:Big,Call\r\n";
inline constexpr const char* lunch =
    "DTSTART:20260110T100000Z\r\nDTEND:20260110T110000Z\r\nSUMMARY:Review\r\nCATEGORIES:Big,Lunch\r\n";
inline constexpr const char* withBen = "ORGANIZER:mailto:anna@firm.example\r\nATTENDEE:mailto:ben@firm.example\r\n";

/// product.md: one calendar per activity type instead of activities/ if the user prefers that.
class TypedCalendars : public RecordStore {
protected:
    void prefer(User user, bool on) {
        user.calendarPerType = on;
        store->saveUser(system, user);
    }
    std::vector<std::string> calendars(const std::string& login) const {
        std::vector<std::string> all;
        for (const Collection& c : store->home(login, Home::calendars))
            if (c.purpose == Purpose::activities || c.purpose == Purpose::typed) all.push_back(c.name);
        return all;
    }
    /// Where each object of the user is: calendar/name.
    std::vector<std::string> lying(const std::string& login) const {
        std::vector<std::string> all;
        for (const std::string& name : calendars(login))
            for (const std::string& member : names(calendar(login, name))) all.push_back(name + "/" + member);
        return all;
    }
    Id type(const std::string& key) const {
        for (const ActivityType& each : store->activityTypes())
            if (each.key == key) return each.id;
        return {};
    }
    std::string typeOf(const Id& record) const {
        const auto activity = store->activity(0, record);
        for (const ActivityType& each : store->activityTypes())
            if (activity && each.id == activity->typeId) return each.key;
        return {};
    }
    void setType(const Id& record, const std::string& key) {
        Activity activity = *store->activity(0, record);
        activity.typeId = type(key);
        store->saveActivity(byAnna, activity, "");
    }
    std::string token(const std::string& login, const std::string& name) const {
        return store->collection(login, Home::calendars, name)->syncToken;
    }
    /// What a client that synced at `since` is told: +name, -name.
    std::vector<std::string> told(const std::string& login, const std::string& name, const std::string& since) const {
        std::vector<std::string> all;
        const auto reached = store->changesSince(calendar(login, name), since, 0, MemberDetail::rows,
                                                 [&](const Change& change, std::string_view) {
                                                     all.push_back((change.deleted ? "-" : "+") + change.member.name);
                                                 });
        if (!reached) all.push_back("?");
        return all;
    }
    void expectSound() const { EXPECT_THAT(store->check({}), testing::IsEmpty()); }
};

}  // namespace crmdav
