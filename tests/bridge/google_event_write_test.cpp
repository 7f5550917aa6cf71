#include "bridge/google/event.h"
#include "bridge/json_values.h"

/// What is written of an event.
namespace crmdav::google {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;
using testing::IsEmpty;

const EventOptions options{"Europe/Zurich", "me@example.com"};
constexpr local_days tuesday{2026y / March / 3};
constexpr const char* times =
    R"("start":{"dateTime":"2026-03-03T10:00:00+01:00","timeZone":"Europe/Zurich"},"end":{"dateTime":"2026-03-03T11:00:00+01:00","timeZone":"Europe/Zurich"})";

When zoned(local_days day, seconds time) { return {When::Kind::zoned, day + time, "Europe/Zurich"}; }
When date(local_days day) { return {When::Kind::date, day, {}}; }
Json json(const std::string& text) { return parseJson(text); }

Activity meeting() {
    Activity activity;
    activity.uid = "u@crm";
    activity.subject = "Demo Acme";
    activity.start = zoned(tuesday, 10h);
    activity.end = zoned(tuesday, 11h);
    return activity;
}

Json master(const std::string& members) {
    return json(R"({"id":"e1","etag":"\"1\"","iCalUID":"e1@google.com",)" + members + "}");
}

// C2, C3: a PATCH says what differs, and nothing else.
TEST(GoogleEventWritten, APatchHoldsWhatDiffers) {
    const Json base = master(std::string(times) + R"(,"summary":"Demo Acme","colorId":"5")");
    const auto patch = [&](auto change) {
        const Activity before = std::get<Activity>(readEvent(rawOf(base, {}), options).record);
        Activity after = before;
        change(after);
        return toText(changedEvent(base, before, after, options));
    };
    EXPECT_EQ(patch([](Activity&) {}), "{}");
    EXPECT_EQ(patch([](Activity& a) { a.subject = "New"; }), R"({"summary":"New"})");
    EXPECT_EQ(patch([](Activity& a) { a.subject = ""; }), R"({"summary":null})");
    EXPECT_EQ(patch([](Activity& a) { a.privacy = Privacy::confidential; }), R"({"visibility":"private"})");
    EXPECT_EQ(patch([](Activity& a) { a.busy = false; }), R"({"transparency":"transparent"})");
    EXPECT_EQ(patch([](Activity& a) {
                  a.reminders = {{10, "display"}};
              }),
              R"({"reminders":{"useDefault":false,"overrides":[{"method":"popup","minutes":10}]}})");
    EXPECT_EQ(patch([](Activity& a) { a.end = zoned(tuesday, 12h); }),
              R"({"start":{"dateTime":"2026-03-03T10:00:00+01:00","timeZone":"Europe/Zurich"},)"
              R"("end":{"dateTime":"2026-03-03T12:00:00+01:00","timeZone":"Europe/Zurich"}})");
    EXPECT_EQ(patch([](Activity& a) { a.start = date(tuesday), a.end = date(tuesday + days(1)); }),
              R"({"start":{"date":"2026-03-03","dateTime":null,"timeZone":null},)"
              R"("end":{"date":"2026-03-04","dateTime":null,"timeZone":null}})");
    EXPECT_EQ(patch([](Activity& a) { a.rrule = "FREQ=DAILY"; }), R"({"recurrence":["RRULE:FREQ=DAILY"]})");
    EXPECT_EQ(patch([](Activity& a) { a.priority = 1, a.done = true; }), "{}");
    EXPECT_EQ(patch([](Activity& a) { a.cancelled = true; }), R"({"transparency":"transparent"})");
}

TEST(GoogleEventWritten, APatchOfGuestsKeepsWhatIsKnownOfThem) {
    const Json base = master(std::string(times) + R"(,"organizer":{"email":"me@example.com","self":true},"attendees":[
        {"email":"ann@acme.com","comment":"late","responseStatus":"accepted"},{"email":"bob@acme.com"}])");
    const Activity before = std::get<Activity>(readEvent(rawOf(base, {}), options).record);
    Activity after = before;
    std::erase_if(after.participants, [](const Participant& p) { return p.email == "bob@acme.com"; });
    Participant carl;
    carl.email = "carl@acme.com";
    after.participants.push_back(carl);
    EXPECT_EQ(toText(changedEvent(base, before, after, options)),
              R"({"attendees":[{"email":"ann@acme.com","comment":"late","responseStatus":"accepted"},)"
              R"({"email":"carl@acme.com","responseStatus":"needsAction"}]})");
    Json omitted = base;
    set(omitted, "attendeesOmitted", jsonFlag(true));
    EXPECT_EQ(toText(changedEvent(omitted, before, after, options)), "{}") << "half a list must not be written back";
}

// C12: a guest changes their own answer, reminders and colours, not the meeting.
TEST(GoogleEventWritten, AGuestWritesOnlyWhatIsTheirOwn) {
    const Json base = master(std::string(times) + R"(,"organizer":{"email":"boss@acme.com"},"attendees":[
        {"email":"me@example.com","self":true,"responseStatus":"needsAction"},{"email":"boss@acme.com","organizer":true}])");
    const Activity before = std::get<Activity>(readEvent(rawOf(base, {}), options).record);
    Activity after = before;
    after.participants[0].response = "accepted";
    after.reminders = {{5, "display"}};
    EXPECT_EQ(toText(changedEvent(base, before, after, options)),
              R"({"reminders":{"useDefault":false,"overrides":[{"method":"popup","minutes":5}]},)"
              R"("attendees":[{"email":"me@example.com","responseStatus":"accepted"}]})");
    after.subject = "Mine now";
    EXPECT_THROW(changedEvent(base, before, after, options), Refused);
}

// C8: one occurrence is written by itself, the others aren't touched.
TEST(GoogleEventWritten, OccurrencesAreChangedOneByOne) {
    Activity now = meeting();
    now.rrule = "FREQ=WEEKLY";
    Exception gone;
    gone.original = zoned(tuesday + days(7), 10h);
    gone.cancelled = true;
    now.exceptions = {gone};
    Activity after = now;
    Exception moved{zoned(tuesday + days(14), 10h), false, "Demo Acme", "", "", zoned(tuesday + days(14), 12h),
                    zoned(tuesday + days(14), 13h)};
    after.exceptions = {moved};
    const auto changes = occurrenceChanges(now, after, options);
    ASSERT_EQ(changes.size(), 2u);
    const Json fresh = json(R"({"id":"i","status":"confirmed","summary":"Demo Acme",
        "start":{"dateTime":"2026-03-17T10:00:00+01:00","timeZone":"Europe/Zurich"},"end":{"dateTime":"2026-03-17T11:00:00+01:00","timeZone":"Europe/Zurich"}})");
    EXPECT_EQ(toText(changedOccurrence(fresh, changes[0], options)),
              R"({"start":{"dateTime":"2026-03-17T12:00:00+01:00","timeZone":"Europe/Zurich"},)"
              R"("end":{"dateTime":"2026-03-17T13:00:00+01:00","timeZone":"Europe/Zurich"}})");
    EXPECT_EQ(changes[1].original, gone.original);
    EXPECT_FALSE(changes[1].cancel) << "it takes place again";
    const Json cancelled = json(R"({"id":"i","status":"cancelled","summary":"Demo Acme",
        "start":{"dateTime":"2026-03-10T10:00:00+01:00","timeZone":"Europe/Zurich"},"end":{"dateTime":"2026-03-10T11:00:00+01:00","timeZone":"Europe/Zurich"}})");
    EXPECT_EQ(toText(changedOccurrence(cancelled, changes[1], options)), R"({"status":"confirmed"})");
    EXPECT_THAT(occurrenceChanges(after, after, options), IsEmpty());
}

TEST(GoogleEventWritten, AVersionChangesWithEveryException) {
    const Json series =
        json(R"({"id":"s","etag":"\"1\"","recurrence":["RRULE:FREQ=DAILY"],"start":{"date":"2026-03-03"}})");
    const Json one = json(R"({"id":"s_1","etag":"\"2\"","originalStartTime":{"date":"2026-03-04"}})");
    EXPECT_EQ(itemOf(series, {}).version, "\"1\"");
    EXPECT_NE(itemOf(series, {one}).version, itemOf(series, {}).version);
    Json later = one;
    set(later, "etag", jsonText("\"3\""));
    EXPECT_NE(itemOf(series, {one}).version, itemOf(series, {later}).version);
}

}  // namespace
}  // namespace crmdav::google
