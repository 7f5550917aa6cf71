#include "tests/standins/graph.h"

#include <algorithm>
#include <random>

#include "protocol/text/text_values.h"
#include "protocol/text/zones.h"
#include "tests/standins/graph_mailbox.h"

namespace crmdav::standins {
namespace {

using namespace std::chrono;

constexpr int mostAtATime = 4;

/// Segments, of which each may hold an encoded slash.
std::vector<std::string> segmentsOf(const std::string& path) {
    std::vector<std::string> all;
    std::size_t from = 1;
    while (from <= path.size() && path.size() > 1) {
        const auto end = std::min(path.find('/', from), path.size());
        all.push_back(percentDecoded(path.substr(from, end - from)));
        from = end + 1;
    }
    return all;
}

Reply errorReply(const Problem& problem) {
    Json error = jsonObject({{"code", jsonText(problem.code)}, {"message", jsonText(problem.message)}});
    if (!problem.existing.empty()) set(error, "@event.existingEventId", jsonText(problem.existing));
    return jsonReply(jsonObject({{"error", std::move(error)}}), problem.status);
}

Reply throttled(bool after) {
    Reply reply = errorReply({429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit."});
    if (after) reply.headers.emplace_back("Retry-After", "2");
    return reply;
}

}  // namespace

Reply jsonReply(const Json& json, int status) { return {.status = status, .body = toText(json)}; }

std::string dateOf(local_days day) {
    const std::string text = DateTime::ofDate(day).text();
    return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6);
}

local_seconds clockOf(std::string_view text) {
    const std::string time(text.substr(0, std::min<std::size_t>(19, text.size())));
    const auto instant = parseInstant(time.size() == 10 ? time + "T00:00:00Z" : time + "Z");
    if (!instant) throw Problem{400, "ErrorInvalidRequest", "no time: " + std::string(text)};
    return local_seconds{instant->time_since_epoch()};
}

Instant utcOf(local_seconds local, const std::string& zone) { return findZone(zone)->toUtc(local); }

Json timeJson(local_seconds local, const std::string& zone) {
    std::string text = timeText(utcOf(local, zone));
    text.back() = '.';
    return jsonObject({{"dateTime", jsonText(text + "0000000")}, {"timeZone", jsonText("UTC")}});
}

GraphHabits GraphHabits::random(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto coin = [&] { return random() % 2 == 0; };
    GraphHabits habits;
    for (bool* habit :
         {&habits.duplicateIs409, &habits.duplicateGivesEvent, &habits.duplicateNamesEvent, &habits.mastersInDelta,
          &habits.allOccurrences, &habits.cancellationTraced, &habits.originalStartGiven, &habits.ruleDropsExceptions,
          &habits.foreignUid, &habits.emptyAddressClears, &habits.emptyIsNull, &habits.eachCalendarWatched,
          &habits.deletedAgainIs400, &habits.nonBreakingSpaces, &habits.laterVersion})
        *habit = coin();
    habits.exceptionLists = static_cast<int>(random() % 3);
    habits.pageSize = 3 + static_cast<unsigned>(random() % 60);
    habits.emptyPages = static_cast<unsigned>(random() % 30);
    habits.repeated = static_cast<unsigned>(random() % 20);
    habits.spurious412 = static_cast<unsigned>(random() % 10);
    return habits;
}

// ---------------------------------------------------------------- the mailbox

Graph::Mailbox::Mailbox(GraphHabits& ways, Faults& plan, Callbacks& calls, std::string url)
    : habits(ways), faults(plan), callbacks(calls), base(std::move(url)) {
    clock = [this] { return Instant{sys_days{year{2026} / March / 1}} + hours(8) + seconds(ticks++); };
    main = newId('K');
    calendarList[main] = {"Calendar", true};
}

/// Case counts, and characters that have to be encoded in paths.
std::string Graph::Mailbox::newId(char kind) {
    const auto number = std::to_string(++ids);
    return std::string("AAMk") + kind + (ids % 2 == 0 ? "a" : "A") + "/-_+" + number + "==";
}

std::string Graph::Mailbox::etag(std::int64_t version) const { return "W/\"ck" + std::to_string(version) + "==\""; }

// ---------------------------------------------------------------- requests

Graph::Graph(std::uint64_t seed, GraphHabits habits) : faults_(seed), habits_(habits) {
    host_ = std::make_unique<HttpHost>([this](const Request& request) { return answer(request); });
    mailbox_ = std::make_unique<Mailbox>(habits_, faults_, callbacks_, host_->url());
}
Graph::~Graph() { host_.reset(); }

std::string Graph::url() const { return host_->url() + "/v1.0"; }

std::string Graph::refusal(const Request& request) const {
    if (request.header("Prefer").find("IdType=\"ImmutableId\"") == std::string::npos) return "ids that don't last";
    if (!request.body.empty() && request.header("Content-Type").find("application/json") == std::string::npos)
        return "a body of no type";
    return {};
}

Reply Graph::carryOut(const Request& request) {
    const std::lock_guard lock(mutex_);
    requests_.push_back(request.method + " " + request.path);
    if (const std::string why = refusal(request); !why.empty() && request.path != "/oidc/userinfo") violations_.push_back(requests_.back() + ": " + why);
    if (revoked_ || request.bearer() != "token-" + std::to_string(tokens_))
        return errorReply({401, "InvalidAuthenticationToken", "Lifetime validation failed, the token is expired."});
    if (request.path == "/oidc/userinfo")
        return jsonReply(jsonObject({{"sub", jsonText("sub-ann")}, {"email", jsonText(login)}}));
    return request.path == "/v1.0/$batch" ? batch(request) : route(request);
}

Reply Graph::route(const Request& request) {
    try {
        std::vector<std::string> path = segmentsOf(request.path);
        const auto is = [&](std::size_t place, std::string_view name) {
            return path.size() > place && path[place] == name;
        };
        const auto rest = [&](std::size_t from) {
            return std::vector<std::string>(path.begin() + static_cast<std::ptrdiff_t>(std::min(from, path.size())),
                                            path.end());
        };
        if (is(1, "subscriptions")) return mailbox_->subscribe(request, rest(2));
        if (!is(0, "v1.0") || !is(1, "me")) throw Problem{404, "ResourceNotFound", "no such resource"};
        if (is(2, "calendars")) return mailbox_->calendars(request, rest(3));
        if (is(2, "events")) return mailbox_->events(request, rest(3));
        if (is(2, "contactFolders")) return mailbox_->contactFolders(request, rest(3));
        if (is(2, "contacts")) return mailbox_->contacts(request, rest(3));
        if (is(2, "mailboxSettings")) return jsonReply(jsonObject({{"timeZone", jsonText("W. Europe Standard Time")}}));
        if (path.size() == 2)
            return jsonReply(jsonObject({{"id", jsonText("me-1")},
                                         {"mail", jsonText("Ann@contoso.example")},
                                         {"userPrincipalName", jsonText("ann@contoso.onmicrosoft.example")}}));
        throw Problem{400, "BadRequest", "no such resource"};
    } catch (const Problem& problem) {
        return errorReply(problem);
    } catch (const JsonError& error) {
        return errorReply({400, "UnableToDeserializePostBody", error.what()});
    }
}

/// At most twenty GETs, each with headers of its own; their answers in any order, bytes in base64.
Reply Graph::batch(const Request& request) {
    const Json asked = parseJson(request.body);
    const auto& parts = at(asked, "requests").array;
    if (parts.size() > 20) return errorReply({400, "BadRequest", "Number of batch requests exceeds 20."});
    Json answers = jsonArray();
    for (const Json& part : parts) {
        Request inner = requestFor(std::string(textAt(part, "method")), "/v1.0" + std::string(textAt(part, "url")));
        for (const auto& [name, value] : at(part, "headers").object) inner.headers.emplace_back(name, value.string);
        if (const std::string why = refusal(inner); !why.empty()) violations_.push_back("in a batch: " + why);
        const bool busy = faults_.draw() != Fault::none;
        const Reply reply = busy ? throttled(true) : route(inner);
        Json body = reply.type.starts_with("image/") ? jsonText(base64Encode(reply.body)) : parseJson(reply.body);
        answers.array.insert(answers.array.begin(), jsonObject({{"id", jsonText(textAt(part, "id"))},
                                                                {"status", jsonNumber(reply.status)},
                                                                {"body", std::move(body)}}));
    }
    return jsonReply(jsonObject({{"responses", std::move(answers)}}));
}

Reply Graph::answer(const Request& request) {
    struct Counted {
        explicit Counted(std::atomic<int>& number) : running(number), now(++running) {}
        ~Counted() { --running; }
        std::atomic<int>& running;
        int now;
    } counted(running_);
    {
        const std::lock_guard lock(mutex_);
        mostAtOnce_ = std::max(mostAtOnce_, counted.now);
    }
    if (counted.now > mostAtATime) return throttled(true);
    const Fault fault = faults_.draw();
    switch (fault) {
        case Fault::throttled: return throttled(false);
        case Fault::throttledAfter: return throttled(true);
        case Fault::quota:
            return errorReply({503, "ErrorServerBusy", "The server cannot service this request right now."});
        case Fault::broken: return errorReply({500, "UnknownError", ""});
        case Fault::gateway: return {.status = 502, .body = "<html>Bad Gateway</html>", .type = "text/html"};
        case Fault::lostBefore: return {.status = 500, .body = {}, .wire = Reply::Wire::lost};
        default: break;
    }
    Reply reply = carryOut(request);
    if (fault == Fault::lostAfter) reply.wire = Reply::Wire::lost;
    if (fault == Fault::cut) reply.wire = reply.body.empty() ? Reply::Wire::lost : Reply::Wire::cut;
    return reply;
}

}  // namespace crmdav::standins
