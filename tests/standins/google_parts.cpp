#include "tests/standins/google_parts.h"

#include <atomic>
#include <cstdio>
#include <random>

namespace crmdav::standins {

GoogleQuirks::GoogleQuirks(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    const auto coin = [&] { return random() % 2 == 0; };
    constexpr std::size_t sizes[] = {2, 3, 10, 250, 2500};
    pageSize = sizes[random() % 5];
    emptyPages = coin();
    order = random();
    exceptionsFollow = coin();
    bareTombstones = coin();
    exceptionsEnd = coin();
    undelete = coin();
    deletedIsChanged = coin();
    offsetsOfCalendar = coin();
    confidentialIsPrivate = coin();
    delay = static_cast<unsigned>(random() % 4);
    listEtagsCount = coin();
    splitsNames = coin();
    expiredShape = static_cast<int>(random() % 3);
}

Reply GoogleError::reply() const {
    Json error = jsonObject({{"code", jsonNumber(status)}, {"message", jsonText(message)}});
    if (state.empty())
        set(error, "errors",
            jsonArray({jsonObject(
                {{"domain", jsonText("global")}, {"reason", jsonText(reason)}, {"message", jsonText(message)}})}));
    else {
        set(error, "status", jsonText(state));
        if (!reason.empty())
            set(error, "details",
                jsonArray({jsonObject({{"@type", jsonText("type.googleapis.com/google.rpc.ErrorInfo")},
                                       {"reason", jsonText(reason)},
                                       {"domain", jsonText("people.googleapis.com")}})}));
    }
    Reply answer = jsonReply(jsonObject({{"error", std::move(error)}}));
    answer.status = status;
    return answer;
}

Reply jsonReply(const Json& json) { return {.status = 200, .body = toText(json)}; }

std::string stamp(Instant now) {
    static std::atomic<unsigned> count{0};
    std::string text = timeText(now);
    char fraction[8];
    std::snprintf(fraction, sizeof fraction, ".%03uZ", count++ % 1000);
    text.pop_back();
    return text + fraction;
}

std::uint64_t hashOf(std::string_view text, std::uint64_t seed) {
    std::uint64_t hash = 1469598103934665603ULL ^ seed;
    for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
    return hash;
}

}  // namespace crmdav::standins
