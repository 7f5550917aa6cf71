#include "bridge/rules/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// What of a record is compared and how one value is taken over: the tables of fields (C1, C8, C9, D10, D11).
namespace crmdav {
namespace {

using std::chrono::hours;
using std::chrono::weeks;

/// What a change at the provider makes of the CRM's record, when nothing had changed there.
template <class R>
R taken(const R& before, const R& after) {
    const Bases bases{valuesOf(before), valuesOf(before)};
    return merge(before, before, after, &bases, {}).crm;
}

template <class R>
Elements valueOf(const R& record, const char* field) {
    return valuesOf(record).at(field);
}

// ---------------------------------------------------------------- contacts
Contact named(const std::string& display) {
    Contact c;
    c.displayName = display;
    return c;
}
Contact withPhone(const std::string& number, const std::string& label = "work") {
    Contact c = named("Ann");
    c.phones = {{label, number, false}};
    return c;
}

TEST(ContactFields, AWholeNameIsComparedAndTaken) {
    EXPECT_NE(valueOf(named("Ann"), "name"), valueOf(named("Bob"), "name")) << "where there are no parts";
    Contact ann = named("Ann Lee"), doctor = named("Dr. Ann Lee jr.");
    ann.firstName = doctor.firstName = "Ann";
    ann.lastName = doctor.lastName = "Lee";
    doctor.prefix = "Dr.";
    doctor.suffix = "jr.";
    doctor.middleName = "M.";
    const Contact now = taken(ann, doctor);
    EXPECT_EQ(now.prefix, "Dr.");
    EXPECT_EQ(now.suffix, "jr.");
    EXPECT_EQ(now.middleName, "M.");
    EXPECT_EQ(now.displayName, "Dr. Ann Lee jr.");
}

TEST(ContactFields, D10_ANumberIsItsDigits) {
    const Elements one = valueOf(withPhone("+49 170 12"), "phones");
    EXPECT_EQ(valueOf(withPhone("0049 (170) 1-2"), "phones"), one);
    EXPECT_NE(valueOf(withPhone("49 170 12"), "phones"), one);
    EXPECT_EQ(valueOf(withPhone("170+12"), "phones"), valueOf(withPhone("17012"), "phones"));
}

TEST(ContactFields, D10_ALabelIsTakenAndNoneTakesNoneAway) {
    EXPECT_EQ(taken(withPhone("1", "work"), withPhone("1", "home")).phones.at(0).label, "home");
    EXPECT_EQ(taken(withPhone("1", "work"), withPhone("1", "")).phones.at(0).label, "work");
}

TEST(ContactFields, D11_AnAddressWithoutPartsIsNone) {
    Contact ann = named("Ann");
    ann.addresses.emplace_back().label = "home";
    EXPECT_TRUE(valueOf(ann, "addresses").empty());
    ann.addresses[0].locality = "Berlin";
    EXPECT_EQ(valueOf(ann, "addresses").size(), 1U);
}

TEST(ContactFields, D11_AnotherOrganisationIsAnotherCompany) {
    Contact ann = named("Ann"), moved = named("Ann");
    ann.companyName = "Old";
    ann.companyId = "c1";
    moved.companyName = "New";
    EXPECT_EQ(taken(ann, moved).companyName, "New");
    EXPECT_FALSE(taken(ann, moved).companyId) << "its company is looked for";
}

TEST(ContactFields, C1_BlanksAreNoDifference) {
    const auto notes = [](const std::string& text) {
        Contact c = named("Ann");
        c.notes = text;
        return valueOf(c, "notes");
    };
    EXPECT_EQ(notes("a  b\xc2\xa0"
                    "c\r\nd \n\n"),
              notes("a b c\nd"));
    EXPECT_EQ(notes("\r\na"), notes("a"));
    EXPECT_NE(notes("a\nb"), notes("a b"));
    EXPECT_EQ(notes("a\n  b"), notes("a\nb"));
    const auto title = [](const std::string& text) {
        Contact c = named("Ann");
        c.jobTitle = text;
        return valueOf(c, "jobTitle");
    };
    EXPECT_EQ(title("a\nb"), title(" a b"));
}

// ---------------------------------------------------------------- activities
When at(int hour, const std::string& zone = "Europe/Berlin") {
    return {When::Kind::zoned, std::chrono::local_days(std::chrono::year(2027) / 3 / 1) + hours(hour), zone};
}
Activity meeting(int hour = 10, const std::string& zone = "Europe/Berlin") {
    Activity a;
    a.subject = "Plan";
    a.start = at(hour, zone);
    a.end = at(hour + 1, zone);
    return a;
}
Activity weekly(int hour = 10) {
    Activity a = meeting(hour);
    a.rrule = "FREQ=WEEKLY";
    return a;
}
/// Of the second week.
Exception occurrence(const Activity& series, int laterBy) {
    Exception e;
    e.original = e.start = e.end = series.start;
    e.original.local += weeks(1);
    e.start.local = e.original.local + hours(laterBy);
    e.end.local = e.start.local + hours(1);
    e.subject = series.subject;
    return e;
}

TEST(ActivityFields, C9_AZoneIsKnownByItsFamilyAndKeepsItsName) {
    const Activity berlin = meeting(), vienna = meeting(10, "Europe/Vienna"), tokyo = meeting(10, "Asia/Tokyo");
    EXPECT_EQ(valuesOf(berlin), valuesOf(vienna));
    EXPECT_NE(valuesOf(berlin), valuesOf(tokyo));
    EXPECT_EQ(taken(berlin, meeting(12, "Europe/Vienna")).start, at(12)) << "its own name for it";
    EXPECT_EQ(taken(berlin, tokyo).start, at(10, "Asia/Tokyo"));
    Activity utc = meeting(10, "Etc/UTC"), plain = utc;
    plain.start = {When::Kind::utc, utc.start.local, {}};
    plain.end = {When::Kind::utc, utc.end.local, {}};
    EXPECT_EQ(valuesOf(utc), valuesOf(plain));
}

TEST(ActivityFields, C1_ARuleIsItsPartsAndItsDates) {
    Activity a = weekly(), b = weekly();
    b.rrule = "freq=weekly";
    EXPECT_EQ(valueOf(a, "recurrence"), valueOf(b, "recurrence"));
    a.extraDates = {at(34), at(58)};
    EXPECT_NE(valueOf(a, "recurrence"), valueOf(b, "recurrence"));
    b.extraDates = {at(58, "Europe/Vienna"), at(34, "Europe/Vienna")};
    EXPECT_EQ(valueOf(a, "recurrence"), valueOf(b, "recurrence")) << "in any order";
    EXPECT_EQ(taken(weekly(), b).extraDates, (std::vector{at(58), at(34)})) << "C9: by the zone's name here";
}

TEST(ActivityFields, C8_AnExceptionIsWhatItChanges) {
    const auto text = [](const Exception& e) {
        Activity a = weekly();
        a.exceptions = {e};
        return valueOf(a, "exceptions");
    };
    const Exception usual = occurrence(weekly(), 0);
    Exception longer = usual, cancelled = usual, called = usual;
    longer.end.local += hours(1);
    EXPECT_NE(text(usual), text(longer));
    EXPECT_NE(text(usual), text(occurrence(weekly(), 2)));
    cancelled.cancelled = called.cancelled = true;
    called.subject = "Another";
    EXPECT_NE(text(usual), text(cancelled));
    EXPECT_EQ(text(called), text(cancelled)) << "of what doesn't take place nothing else counts";
}

TEST(ActivityFields, C8_ASeriesThatMovesTakesItsExceptionsAlong) {
    Activity before = weekly(), after = weekly(14);
    before.exceptions = {occurrence(before, 0)};
    before.exceptions[0].subject = "Another";
    after.exceptions = {occurrence(after, 0)};
    after.exceptions[0].subject = "Another";
    EXPECT_EQ(valueOf(before, "exceptions"), valueOf(after, "exceptions"));
    Activity floating = after;
    floating.exceptions[0].original = {When::Kind::date, floor<std::chrono::days>(at(0).local + weeks(1)), {}};
    EXPECT_NE(valueOf(floating, "exceptions"), valueOf(after, "exceptions")) << "of another form: by its own time";
}

TEST(ActivityFields, C8_AnExceptionFindsItsPlaceInASeriesThatMovedElsewhere) {
    Activity crm = weekly(14), provider = weekly(10);
    const Bases bases{valuesOf(weekly()), valuesOf(weekly())};
    for (const int laterBy : {0, 2}) {
        Exception changed = occurrence(provider, laterBy);
        changed.location = "Room 2";
        provider.exceptions = {changed};
        const Activity merged = merge(crm, crm, provider, &bases, {}).crm;
        ASSERT_EQ(merged.exceptions.size(), 1U);
        EXPECT_EQ(merged.exceptions[0].original.local, crm.start.local + weeks(1));
        EXPECT_EQ(merged.exceptions[0].start.local, (laterBy ? at(12) : at(14)).local + weeks(1))
            << "a moved one stays at its time";
        EXPECT_EQ(merged.exceptions[0].location, "Room 2");
    }
}

TEST(ActivityFields, C9_AnExceptionHasTheSeriesNameOfTheZone) {
    Activity provider = weekly();
    Exception moved = occurrence(provider, 2);
    moved.start.zone = moved.end.zone = "Europe/Vienna";
    provider.exceptions = {moved};
    EXPECT_EQ(taken(weekly(), provider).exceptions.at(0).start.zone, "Europe/Berlin");
}

TEST(ActivityFields, C1_WhatIsCancelledTakesNoTime) {
    Activity cancelled = meeting(), free = meeting();
    cancelled.cancelled = true;
    free.busy = false;
    EXPECT_EQ(valueOf(cancelled, "busy"), valueOf(free, "busy"));
    EXPECT_NE(valueOf(cancelled, "busy"), valueOf(meeting(), "busy"));
    EXPECT_TRUE(taken(meeting(), cancelled).cancelled);
    EXPECT_TRUE(taken(meeting(), cancelled).busy) << "it is what it was, should it take place after all";
}

TEST(ActivityFields, C1_AnAnswerIsAChangeAndSoIsPrivacy) {
    Activity asked = meeting();
    asked.participants.emplace_back().email = "bob@else.org";
    Activity answered = asked, organised = asked, hidden = asked;
    answered.participants[0].response = "accepted";
    EXPECT_EQ(taken(asked, answered).participants[0].response, "accepted");
    organised.participants[0].organizer = true;
    EXPECT_TRUE(taken(asked, organised).participants[0].organizer);
    hidden.privacy = Privacy::confidential;
    EXPECT_EQ(taken(asked, hidden).privacy, Privacy::confidential);
}

}  // namespace
}  // namespace crmdav
