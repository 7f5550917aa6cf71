#include "bridge/google/api.h"

#include <algorithm>

#include "bridge/json_values.h"
#include "bridge/urls.h"
#include "protocol/text/text_values.h"
#include "store/records/normalise.h"

namespace crmdav::google {
namespace {

using std::chrono::seconds;

/// What a 403 means that isn't about the record (google-calendar §7).
enum class Trouble { slower, pause, scope, setup };
struct Sign {
    std::string_view reason;
    Trouble trouble;
};
constexpr Sign signs[] = {
    {"rateLimitExceeded", Trouble::slower},
    {"userRateLimitExceeded", Trouble::slower},
    {"RATE_LIMIT_EXCEEDED", Trouble::slower},
    {"quotaExceeded", Trouble::pause},
    {"dailyLimitExceeded", Trouble::pause},
    {"insufficientPermissions", Trouble::scope},
    {"ACCESS_TOKEN_SCOPE_INSUFFICIENT", Trouble::scope},
    {"accessNotConfigured", Trouble::setup},
    {"SERVICE_DISABLED", Trouble::setup},
};

[[noreturn]] void later(const std::string& why, std::optional<seconds> after) {
    TryLater error(why);
    error.after = after;
    throw error;
}

std::string reasonOf(const Json& error) {
    for (const Json& detail : at(error, "details").array)
        if (const auto reason = textAt(detail, "reason"); !reason.empty()) return std::string(reason);
    for (const Json& one : at(error, "errors").array)
        if (const auto reason = textAt(one, "reason"); !reason.empty()) return std::string(reason);
    return std::string(textAt(error, "status"));
}

Answer answerOf(const HttpResponse& response) {
    Answer answer;
    answer.status = response.status;
    try {
        if (!response.body.empty()) answer.body = parseJson(response.body, pageLimits);
    } catch (const JsonError& error) {
        if (answer.good()) throw Nonsense(std::string("Google's answer can't be read: ") + error.what());
    }
    if (answer.good()) return answer;
    const Json& error = at(answer.body, "error");
    answer.reason = reasonOf(error);
    answer.message = cleanText(textAt(error, "message").substr(0, 300));
    return answer;
}

/// Throws what isn't about the record that was asked for.
void requireService(const HttpResponse& response, const Answer& answer) {
    const int status = answer.status;
    if (status == 429 || status == 408 || status >= 500)
        later("Google asks for a pause (status " + std::to_string(status) + ")", response.retryAfter());
    if (status == 403) {
        const auto* sign = std::ranges::find(signs, answer.reason, &Sign::reason);
        const auto pause = std::max(response.retryAfter().value_or(seconds(0)), seconds(3600));
        if (answer.reason.empty()) later("Google doesn't let us in just now (status 403)", response.retryAfter());
        if (sign != std::end(signs)) switch (sign->trouble) {
                case Trouble::slower: later("Google asks for a pause: " + answer.reason, response.retryAfter());
                case Trouble::pause: later("Google's quota is used up: " + answer.message, pause);
                case Trouble::scope:
                    throw ReconnectNeeded(
                        "Google says that crmdav may not use this. Please sign in again and tick all permissions.");
                case Trouble::setup:
                    throw Misconfigured("an API isn't switched on for crmdav at Google: " + answer.message);
            }
    }
    if (status == 409 && answer.reason == "conflict") later("somebody else changes this at Google just now", {});
    if (status < 200 || (status >= 300 && status < 400))
        throw Nonsense("Google answers with status " + std::to_string(status));
}

}  // namespace

HttpResponse Api::send(const Call& call, const std::string& access) {
    HttpRequest request;
    request.method = call.method;
    request.url = call.query.empty() ? call.url : call.url + "?" + formEncoded(call.query);
    request.headers = {{"Accept", "application/json"}, {"User-Agent", "crmdav/" CRMDAV_VERSION " (gzip)"}};
    if (!call.ifMatch.empty()) request.headers.emplace_back("If-Match", call.ifMatch);
    if (!call.body.isNull()) {
        request.headers.emplace_back("Content-Type", "application/json; charset=UTF-8");
        request.body = toText(call.body);
    }
    request.bearer = access;
    try {
        return tokens_.http().send(request);
    } catch (const HttpFailure& failure) {
        later(std::string("Google doesn't answer: ") + failure.what(), {});
    } catch (const HttpRefused& refused) {
        throw Nonsense(std::string("Google's answer can't be taken: ") + refused.what());
    }
}

Answer Api::call(const Call& call) {
    std::string access = tokens_.access();
    HttpResponse response = send(call, access);
    Answer answer = answerOf(response);
    if (answer.status == 401 && !answer.reason.starts_with("push.")) {
        access = tokens_.instead(access);
        response = send(call, access);
        answer = answerOf(response);
        if (answer.status == 401 && !answer.reason.starts_with("push."))
            throw ReconnectNeeded("Google doesn't accept our sign-in any more. Please sign in again.");
    }
    requireService(response, answer);
    return answer;
}

void Api::each(Call list, std::string_view name, const std::function<void(const Json&)>& visit) {
    constexpr std::size_t mostPages = 1000, mostItems = 200'000;
    const auto plain = list.query.size();
    for (std::size_t pages = 0, items = 0; pages < mostPages && items < mostItems; ++pages) {
        const Answer answer = call(list);
        if (!answer.good()) throw Nonsense("Google doesn't list the " + std::string(name) + ": " + answer.message);
        const auto& page = at(answer.body, name).array;
        items += page.size();
        for (const Json& item : page) visit(item);
        const auto next = textAt(answer.body, "nextPageToken");
        if (next.empty()) return;
        list.query.resize(plain);
        list.query.emplace_back("pageToken", next);
    }
    throw Nonsense("Google's list of " + std::string(name) + " has no end");
}

void refuse(const Answer& answer) {
    throw Refused("Google refuses it: " +
                  (answer.message.empty() ? "status " + std::to_string(answer.status) : answer.message));
}

}  // namespace crmdav::google
