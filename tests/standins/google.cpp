#include "tests/standins/google.h"

#include <algorithm>

namespace crmdav::standins {
namespace {

Instant systemNow() { return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()); }

bool allows(const std::string& scopes, const std::string& path) {
    const bool calendar = path.starts_with("/calendar/v3");
    const std::string wanted = path == "/calendar/v3/freeBusy" ? "auth/calendar.events.freebusy"
                               : calendar                      ? "auth/calendar"
                                                               : "auth/contacts";
    return scopes.find(wanted) != scopes.npos;
}

HttpRequest posted(const PushMessage& message) {
    HttpRequest request;
    request.method = "POST";
    request.url = message.address;
    request.headers = {{"X-Goog-Channel-ID", message.channel},
                       {"X-Goog-Channel-Token", message.token},
                       {"X-Goog-Resource-ID", message.resource},
                       {"X-Goog-Resource-State", message.state},
                       {"X-Goog-Message-Number", "1"}};
    return request;
}

}  // namespace

Google::Google(std::uint64_t seed, std::function<Instant()> now)
    : quirks(seed),
      faults(seed + 1),
      signInFaults(seed + 2),
      now_(now ? std::move(now) : systemNow),
      signIn_(now_),
      host_(std::make_unique<HttpHost>([this](const Request& request) { return answer(request); })) {}

OAuthClient Google::client() const {
    return googleOAuth(url() + "/auth", url() + "/token", signIn_.clientId, signIn_.clientSecret);
}

Google::World& Google::world(const std::string& login) {
    const std::lock_guard lock(mutex_);
    auto& found = worlds_[login];
    if (!found) {
        found = std::make_unique<World>(login, url(), quirks, now_);
        found->calendars.onMessage = [this](const PushMessage& message) { callbacks.later(posted(message)); };
    }
    return *found;
}

GoogleCalendars& Google::calendars(const std::string& login) { return world(login).calendars; }
GooglePeople& Google::people(const std::string& login) { return world(login).people; }

std::vector<GuestMail> Google::mails() const {
    const std::lock_guard lock(mutex_);
    std::vector<GuestMail> all;
    for (const auto& [login, one] : worlds_) std::ranges::copy(one->calendars.mails(), std::back_inserter(all));
    return all;
}

Reply Google::withFault(Fault fault, const std::function<Reply()>& work, bool people) {
    const auto failure = [&](int status, const char* reason, const char* state) {
        return GoogleError{status, reason, "made by the test's plan", people ? state : ""}.reply();
    };
    switch (fault) {
        case Fault::none: break;
        case Fault::throttled: return failure(429, "rateLimitExceeded", "RESOURCE_EXHAUSTED");
        case Fault::throttledAfter: {
            Reply reply = failure(429, "rateLimitExceeded", "RESOURCE_EXHAUSTED");
            reply.headers.emplace_back("Retry-After", "7");
            return reply;
        }
        case Fault::quota:
            return people ? failure(429, "RATE_LIMIT_EXCEEDED", "RESOURCE_EXHAUSTED")
                          : failure(403, "userRateLimitExceeded", "");
        case Fault::broken: return failure(500, "backendError", "INTERNAL");
        case Fault::gateway: return {.status = 502, .body = "<html>Bad Gateway</html>", .type = "text/html"};
        case Fault::lostBefore:
            return {.status = 200, .body = {}, .type = {}, .headers = {}, .wire = Reply::Wire::lost};
        case Fault::lostAfter:
        case Fault::cut: {
            Reply reply = work();
            reply.wire = fault == Fault::cut && reply.body.size() > 1 ? Reply::Wire::cut : Reply::Wire::lost;
            return reply;
        }
    }
    return work();
}

Reply Google::api(const Request& request) {
    const auto session = signIn_.sessionOf(request.bearer());
    if (!session) return GoogleError{401, "authError", "Invalid Credentials"}.reply();
    const bool calendar = request.path.starts_with("/calendar/v3");
    if (!allows(session->scopes, request.path))
        return calendar ? GoogleError{403, "insufficientPermissions", "Insufficient Permission"}.reply()
                        : GoogleError{403, "ACCESS_TOKEN_SCOPE_INSUFFICIENT",
                                      "Request had insufficient authentication scopes.", "PERMISSION_DENIED"}
                              .reply();
    World& own = world(session->login);
    return calendar ? own.calendars.call(request, request.path.substr(12))
                    : own.people.call(request, request.path.substr(3));
}

Reply Google::answer(const Request& request) {
    const std::string& path = request.path;
    if (path == "/token" || path == "/revoke" || path == "/v1/userinfo")
        return withFault(
            signInFaults.draw(), [&] { return signIn_.call(request, path); }, false);
    if (path.starts_with("/photos/")) {
        const std::lock_guard lock(mutex_);
        for (const auto& [login, one] : worlds_)
            if (const auto bytes = one->people.photo(path.substr(8)))
                return {.status = 200, .body = *bytes, .type = "image/png"};
        return {.status = 404, .body = {}, .type = "text/plain"};
    }
    ++requests_;
    const auto work = [&] {
        try {
            return api(request);
        } catch (const GoogleError& error) {
            return error.reply();
        }
    };
    return withFault(faults.draw(), work, !path.starts_with("/calendar/v3"));
}

}  // namespace crmdav::standins
