#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "bridge/rules/plan.h"

/// What the tests of both plans share: a pair as it is told to the rules, by values alone.
namespace crmdav {

/// @param day  counted from the first start of the sync
inline Instant planTime(int day, int hour = 9) {
    return std::chrono::sys_days(std::chrono::year(2027) / 3 / 1) + std::chrono::days(day) + std::chrono::hours(hour);
}

/// @tparam R  Activity, Contact
template <class R>
class PlanWorld : public testing::Test {
protected:
    PlanWorld() {
        facts.now = facts.started = planTime(0);
        facts.domains = {"example.com"};
        facts.emails = {"anna@example.com"};
        facts.held = [](const Record& record) { return record; };
    }

    /// @returns the record, to be changed
    R& inCrm(const R& record) {
        pair.crm.emplace().record = record;
        return std::get<R>(pair.crm->record);
    }
    R& atProvider(const R& record) {
        pair.provider.emplace().remote.record = record;
        return std::get<R>(pair.provider->remote.record);
    }
    R& there() { return std::get<R>(pair.provider->remote.record); }
    Remote& remote() { return pair.provider->remote; }
    void goneInCrm(std::optional<Instant> when = {}) {
        pair.crm.emplace().record = R{};
        pair.crm->deleted = true;
        pair.crm->deletedAt = when;
    }
    void goneAtProvider() { pair.provider.emplace().gone = true; }
    /// Both sides were this when they last agreed.
    Link& linked(Origin origin, const R& agreed) {
        link.origin = origin;
        link.state = LinkState::linked;
        link.remote = "e1";
        link.baseLocal = link.baseRemote = encodeValues(valuesOf(agreed));
        pair.link = &link;
        return link;
    }
    void beingMade(const R& wanted) {
        linked(Origin::crm, wanted).state = LinkState::creating;
        link.remote.clear();
    }

    Facts facts;
    Pair pair;
    Link link;
};

/// A meeting of that day, of an hour, which was made after the start.
class EventPlanWorld : public PlanWorld<Activity> {
protected:
    EventPlanWorld() {
        settings.direction = Direction::twoWay;
        settings.calendars = {"work"};
        settings.types = {"meeting"};
        settings.saveAs = "meeting";
    }
    Action plan() const { return planEvent(pair, settings, facts); }
    void oneWay() { settings.direction = Direction::oneWay; }

    static When at(int day, int hour) {
        return {When::Kind::utc, std::chrono::local_seconds(planTime(day, hour).time_since_epoch()), {}};
    }
    static Activity event(int day = 1) {
        Activity a;
        a.subject = "Plan";
        a.typeId = "meeting";
        a.start = at(day, 10);
        a.end = at(day, 11);
        a.created = a.updated = planTime(0, 10);
        return a;
    }
    static Activity edited(Activity a, const std::string& place = "Elsewhere") {
        a.location = place;
        return a;
    }
    static Participant guest(const std::string& email, const std::string& kind = "individual") {
        Participant p;
        p.email = email;
        p.kind = kind;
        return p;
    }
    static Participant organizer(const std::string& email) {
        Participant p = guest(email);
        p.organizer = true;
        return p;
    }

    CalendarSettings settings;
};

}  // namespace crmdav
