#include "bridge/outlook/calls.h"

#include <algorithm>
#include <optional>

#include "bridge/outlook/values.h"
#include "bridge/urls.h"
#include "protocol/text/text_values.h"

namespace crmdav::outlook {
namespace {

[[noreturn]] void later(const std::string& why, std::optional<std::chrono::seconds> after = std::nullopt) {
    TryLater error(why);
    error.after = after;
    throw error;
}

constexpr const char* lastingIds = "IdType=\"ImmutableId\"";

bool isBusy(int status) { return status >= 500 || status == 429 || status == 408 || status == 423; }

void readError(Answer& answer) {
    answer.code = lowerAscii(textAt(answer.json, {"error", "code"}));
    answer.words = std::string(textAt(answer.json, {"error", "message"}).substr(0, 200));
}

Answer read(const HttpResponse& response, bool binary) {
    Answer answer;
    answer.status = response.status;
    answer.body = response.body;
    if (answer.body.empty() || (answer.good() && binary)) return answer;
    try {
        answer.json = parse(answer.body);
    } catch (const Nonsense&) {
        if (answer.good()) throw;
    }
    readError(answer);
    return answer;
}

/// A part of a batch's answer: JSON, or bytes in base64.
Answer readPart(const Json& part) {
    Answer answer;
    answer.status = static_cast<int>(numberAt(part, "status"));
    const Json& body = at(part, "body");
    if (body.kind == Json::Kind::string)
        answer.body = base64Decode(body.string).value_or(std::string());
    else
        answer.json = body;
    readError(answer);
    return answer;
}

}  // namespace

AccessToken tokensOf(TokenSource& source) {
    return [&source, last = std::string()](bool another) mutable {
        return last = another ? source.instead(last) : source.access();
    };
}

HttpResponse Calls::send(const std::string& method, const std::string& url, const std::string& body,
                         const Extra& extra) {
    HttpRequest request{
        .method = method, .url = url, .headers = {}, .body = body, .user = {}, .password = {}, .bearer = {}};
    std::string prefer = lastingIds;
    if (extra.pageSize > 0) prefer += ", odata.maxpagesize=" + std::to_string(extra.pageSize);
    request.headers.emplace_back("Prefer", prefer);
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    if (!extra.match.empty()) request.headers.emplace_back("If-Match", extra.match);
    try {
        request.bearer = token_(false);
        HttpResponse answer = http_.send(request);
        if (answer.status != 401 || answer.header("WWW-Authenticate").find("insufficient_claims") != std::string::npos)
            return answer;
        request.bearer = token_(true);
        return http_.send(request);
    } catch (const HttpFailure& failure) {
        later(std::string("Outlook can't be reached: ") + failure.what());
    } catch (const HttpRefused& refused) {
        throw Nonsense(std::string("Outlook's answer can't be taken: ") + refused.what());
    }
}

Answer Calls::ask(const std::string& method, const std::string& place, const std::string& body, const Extra& extra) {
    const std::string url = place.starts_with('/') ? base_ + place : place;
    // Addresses that Graph gives get the token too: they must be Graph's own.
    if (!(originOf(url) == originOf(base_))) throw Nonsense("Outlook pointed to another server");
    const HttpResponse response = send(method, url, body, extra);
    if (response.status == 401) throw ReconnectNeeded("Outlook doesn't accept the login any more");
    if (isBusy(response.status))
        later("Outlook is busy (" + std::to_string(response.status) + ")", response.retryAfter());
    if (response.status < 200 || (response.status >= 300 && response.status < 400))
        throw Nonsense("Outlook answered " + std::to_string(response.status));
    Answer answer = read(response, extra.binary);
    if (answer.code == "mailboxnotenabledforrestapi" || answer.code == "errornonexistentmailbox")
        throw CollectionGone("This login has no mailbox at Outlook");
    return answer;
}

Json Calls::want(const std::string& method, const std::string& place, const std::string& body) {
    Answer answer = ask(method, place, body);
    if (!answer.good()) fail(answer);
    return std::move(answer.json);
}

std::vector<Answer> Calls::batch(const std::vector<std::string>& places) {
    JsonWriter out;
    out.beginObject().key("requests").beginArray();
    for (std::size_t i = 0; i < places.size(); ++i) {
        out.beginObject().member("id", std::to_string(i)).member("method", "GET").member("url", places[i]);
        out.key("headers").beginObject().member("Prefer", lastingIds).endObject().endObject();
    }
    const Json answered = want("POST", "/$batch", out.endArray().endObject().take());
    std::vector<Answer> answers(places.size());
    for (const Json& part : at(answered, "responses").array)
        for (std::size_t i = 0; i < places.size(); ++i)
            if (textAt(part, "id") == std::to_string(i)) answers[i] = readPart(part);
    return answers;
}

Json Calls::write(const std::string& method, const std::string& place, RemoteItem current, const std::string& body,
                  const std::function<RemoteItem()>& again) {
    constexpr int mostTries = 3;
    for (int tries = 1;; ++tries) {
        Answer answer = ask(method, place, body, {.match = current.version, .pageSize = 0, .binary = false});
        if (answer.good()) return std::move(answer.json);
        const bool unclear = answer.status == 412 || (method == "DELETE" && answer.status == 400);
        if (!unclear || tries == mostTries) fail(answer);
        current = again();
    }
}

void Calls::each(std::string place, const std::function<void(const Json&)>& visit) {
    constexpr std::size_t mostPages = 1000, mostItems = 200'000;
    for (std::size_t pages = 0, items = 0; pages < mostPages && items < mostItems; ++pages) {
        const Json answer = want("GET", place);
        const auto& page = at(answer, "value").array;
        items += page.size();
        for (const Json& item : page) visit(item);
        place = textAt(answer, "@odata.nextLink");
        if (place.empty()) return;
    }
    throw Nonsense("Outlook's list has no end");
}

void fail(const Answer& answer) {
    const std::string said = answer.code.empty() ? "HTTP " + std::to_string(answer.status)
                                                 : std::string(textAt(answer.json, {"error", "code"}));
    switch (answer.status) {
        case 403: throw CollectionGone("Outlook gives no right to do this (" + said + ")");
        case 404:
            if (answer.code == "errorfoldernotfound" || answer.code == "errorcalendarfoldernotfound")
                throw CollectionGone("Outlook has no such folder any more");
            throw Gone("Outlook doesn't have it any more");
        case 409: later("Outlook is at work on it (" + said + ")");
        case 410: throw CursorExpired("Outlook wants to be read anew");
        case 412: throw Changed("It was changed at Outlook");
        default: break;
    }
    if (answer.code == "errorquotaexceeded") later("The mailbox at Outlook is full");
    throw Refused("Outlook won't take it: " + said + (answer.words.empty() ? "" : ", " + answer.words));
}

}  // namespace crmdav::outlook
