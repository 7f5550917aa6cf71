#include "server/api/fields.h"

#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

/// `count` digits of `text` at `at`; -1: they aren't digits.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

}  // namespace

std::string checkedText(const Json& json, const std::string& path, std::size_t most) {
    if (json.kind != Json::Kind::string) throw InvalidField(path, "must be text");
    if (json.string.size() > most) throw InvalidField(path, "is longer than " + std::to_string(most) + " bytes");
    std::string text;
    text.reserve(json.string.size());
    for (std::size_t i = 0; i < json.string.size(); ++i) {
        const char c = json.string[i];
        if (c == '\r') {
            if (i + 1 == json.string.size() || json.string[i + 1] != '\n') text += '\n';
            continue;
        }
        if ((static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') || c == 0x7f)
            throw InvalidField(path, "holds a control character");
        text += c;
    }
    if (!validUtf8(text)) throw InvalidField(path, "is not UTF-8");  // \ud800 on its own
    return text;
}

std::int64_t checkedNumber(const Json& json, const std::string& path, std::int64_t least, std::int64_t most) {
    if (json.kind != Json::Kind::integer) throw InvalidField(path, "must be a whole number");
    if (json.integer < least || json.integer > most)
        throw InvalidField(path, "must be from " + std::to_string(least) + " to " + std::to_string(most));
    return json.integer;
}

const std::vector<Json>& checkedList(const Json& json, const std::string& path, std::size_t most) {
    if (json.kind != Json::Kind::array) throw InvalidField(path, "must be a list");
    if (json.array.size() > most) throw InvalidField(path, "holds more than " + std::to_string(most) + " items");
    return json.array;
}

std::string timeText(Instant at) {
    const auto day = std::chrono::floor<std::chrono::days>(at);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss time(at - day);
    char text[40];
    const int length = std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", int(date.year()),
                                     unsigned(date.month()), unsigned(date.day()), int(time.hours().count()),
                                     int(time.minutes().count()), int(time.seconds().count()));
    return {text, static_cast<std::size_t>(length)};
}

std::optional<Instant> parseInstant(std::string_view text) {
    using namespace std::chrono;
    const int y = digits(text, 0, 4), mo = digits(text, 5, 2), d = digits(text, 8, 2);
    const int h = digits(text, 11, 2), mi = digits(text, 14, 2), s = digits(text, 17, 2);
    if (y < 0 || mo < 0 || d < 0 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60) return std::nullopt;
    if (text[4] != '-' || text[7] != '-' || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const year_month_day date{year(y), month(unsigned(mo)), day(unsigned(d))};
    if (!date.ok()) return std::nullopt;
    std::size_t at = 19;
    if (at < text.size() && text[at] == '.')
        while (++at < text.size() && text[at] >= '0' && text[at] <= '9') {
        }
    const std::string_view offset = text.substr(std::min(at, text.size()));
    seconds shift{0};
    if (offset != "Z" && offset != "z") {
        const int oh = digits(offset, 1, 2), om = digits(offset, 4, 2);
        if (offset.size() != 6 || (offset[0] != '+' && offset[0] != '-') || offset[3] != ':' || oh < 0 || oh > 23 ||
            om < 0 || om > 59)
            return std::nullopt;
        shift = (offset[0] == '+' ? 1 : -1) * (hours(oh) + minutes(om));
    }
    return sys_days(date) + hours(h) + minutes(mi) + seconds(s) - shift;
}

void refuseUnknown(const std::string& path, std::string_view name, std::span<const std::string_view> known) {
    const std::string here = path.empty() ? std::string(name) : path + "." + std::string(name);
    const std::string_view close = nearest(name, known);
    throw InvalidField(here, close.empty() ? "there is no such field"
                                           : "there is no such field; did you mean " + std::string(close) + "?");
}

}  // namespace crmdav
