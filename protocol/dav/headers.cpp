#include "protocol/dav/headers.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <utility>
#include <vector>

#include "protocol/dav/errors.h"
#include "protocol/text/text_values.h"

namespace crmdav {

namespace {

/// Up to the next separator that isn't inside quotes; takes it and the separator off `rest`.
std::string_view takePart(std::string_view& rest, char separator) {
    bool quoted = false;
    std::size_t end = 0;
    for (; end < rest.size() && (quoted || rest[end] != separator); ++end) {
        if (rest[end] == '"')
            quoted = !quoted;
        else if (quoted && rest[end] == '\\' && end + 1 < rest.size())
            ++end;
    }
    const std::string_view part = trim(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    return part;
}

std::string unquote(std::string_view text) {
    if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
    std::string out;
    for (std::size_t i = 1; i + 1 < text.size(); ++i) {
        if (text[i] == '\\' && i + 2 < text.size()) ++i;
        out += text[i];
    }
    return out;
}

/// `name=value` or `name`.
std::pair<std::string_view, std::string> splitPair(std::string_view part) {
    const auto equals = part.find('=');
    if (equals == part.npos) return {part, {}};
    return {trim(part.substr(0, equals)), unquote(trim(part.substr(equals + 1)))};
}

/// Thousandths; what can't be read is 0, as RFC 7231 §5.3.1 has at most three digits.
int quality(std::string_view text) {
    if (text.starts_with('1')) return 1000;
    if (!text.starts_with("0.")) return 0;
    int value = 0, unit = 100;
    for (char c : text.substr(2, 3)) {
        if (c < '0' || c > '9') return 0;
        value += (c - '0') * unit;
        unit /= 10;
    }
    return value;
}

struct MediaRange {
    std::string type, version;
    int q = 1000;

    /// 0: doesn't cover the offer; more: the more specific.
    int covers(const MediaType& offer) const {
        if (type == "*/*" || type == "*") return 1;
        if (type.ends_with("/*"))
            return offer.type.starts_with(std::string_view(type).substr(0, type.size() - 1)) ? 2 : 0;
        if (type != offer.type) return 0;
        if (version.empty()) return 3;
        return version == offer.version ? 4 : 0;
    }
};

std::vector<MediaRange> parseAccept(std::string_view accept) {
    std::vector<MediaRange> ranges;
    while (!accept.empty() && ranges.size() < 50) {
        std::string_view part = takePart(accept, ',');
        if (part.empty()) continue;
        MediaRange range;
        range.type = lowerAscii(takePart(part, ';'));
        while (!part.empty()) {
            const auto [name, value] = splitPair(takePart(part, ';'));
            if (equalsIgnoreCase(name, "q")) range.q = quality(value);
            if (equalsIgnoreCase(name, "version")) range.version = value;
        }
        ranges.push_back(std::move(range));
    }
    return ranges;
}

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

std::optional<int> number(std::string_view text) {
    text = trim(text);
    int value = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (fault != std::errc() || end != text.data() + text.size() || text.empty() || value < 0) return std::nullopt;
    return value;
}

std::optional<std::chrono::sys_seconds> compose(std::string_view day, std::string_view month, std::string_view year,
                                                std::string_view time) {
    if (time.size() != 8 || time[2] != ':' || time[5] != ':') return std::nullopt;
    const auto* name = std::find_if(months.begin(), months.end(),
                                    [&](std::string_view known) { return equalsIgnoreCase(known, month); });
    const auto d = number(day), y = number(year);
    const auto hour = number(time.substr(0, 2)), minute = number(time.substr(3, 2)), second = number(time.substr(6));
    if (name == months.end() || !d || !y || !hour || !minute || !second) return std::nullopt;
    if (*hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    int fullYear = *y;
    if (year.size() == 2) fullYear += *y < 70 ? 2000 : 1900;  // RFC 850 form
    const std::chrono::year_month_day date{std::chrono::year(fullYear),
                                           std::chrono::month(static_cast<unsigned>(name - months.begin()) + 1),
                                           std::chrono::day(static_cast<unsigned>(*d))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::sys_days(date) + std::chrono::hours(*hour) + std::chrono::minutes(*minute) +
           std::chrono::seconds(*second);
}

std::vector<std::string_view> words(std::string_view text, std::string_view separators) {
    std::vector<std::string_view> found;
    while (true) {
        text.remove_prefix(std::min(text.find_first_not_of(separators), text.size()));
        if (text.empty() || found.size() > 8) return found;
        found.push_back(text.substr(0, text.find_first_of(separators)));
        text.remove_prefix(found.back().size());
    }
}

struct Broken {
    std::chrono::year_month_day date;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;
    unsigned weekday;
};
Broken breakDown(std::chrono::sys_seconds time) {
    const auto days = std::chrono::floor<std::chrono::days>(time);
    return {days, std::chrono::hh_mm_ss<std::chrono::seconds>(time - days), std::chrono::weekday(days).c_encoding()};
}

}  // namespace

Depth parseDepth(std::string_view header, Depth otherwise) {
    const std::string_view depth = trim(header);
    if (depth.empty()) return otherwise;
    if (depth == "0") return Depth::zero;
    if (depth == "1") return Depth::one;
    if (equalsIgnoreCase(depth, "infinity")) return Depth::infinity;
    throw DavError(400, "Depth is none of 0, 1, infinity");
}

bool parseOverwrite(std::string_view header) {
    const std::string_view value = trim(header);
    if (value.empty() || equalsIgnoreCase(value, "T")) return true;
    if (equalsIgnoreCase(value, "F")) return false;
    throw DavError(400, "Overwrite is neither T nor F");
}

std::string Prefer::applied() const {
    std::string all;
    const auto add = [&](bool given, std::string_view name) {
        if (given) (all += all.empty() ? "" : ", ") += name;
    };
    add(minimal, "return=minimal");
    add(representation, "return=representation");
    add(depthNoroot, "depth-noroot");
    return all;
}

Prefer parsePrefer(std::string_view prefer, std::string_view brief) {
    Prefer found;
    found.minimal = equalsIgnoreCase(trim(brief), "t");
    bool returnSeen = false;
    while (!prefer.empty()) {
        std::string_view part = takePart(prefer, ',');
        const auto [name, value] = splitPair(takePart(part, ';'));
        if (equalsIgnoreCase(name, "depth-noroot")) found.depthNoroot = true;
        if (equalsIgnoreCase(name, "return-minimal")) found.minimal = true;  // drafts of RFC 7240
        if (equalsIgnoreCase(name, "return-representation")) found.representation = true;
        if (!equalsIgnoreCase(name, "return") || std::exchange(returnSeen, true)) continue;
        if (equalsIgnoreCase(value, "minimal")) found.minimal = true;
        if (equalsIgnoreCase(value, "representation")) found.representation = true;
    }
    return found;
}

std::optional<std::size_t> negotiate(std::string_view accept, std::span<const MediaType> offers) {
    const auto ranges = parseAccept(accept);
    if (ranges.empty()) return offers.empty() ? std::nullopt : std::optional<std::size_t>(0);
    std::optional<std::size_t> best;
    int bestQuality = 0;
    for (std::size_t i = 0; i < offers.size(); ++i) {
        int specific = 0, q = 0;
        for (const MediaRange& range : ranges)
            if (const int covers = range.covers(offers[i]); covers > specific) specific = covers, q = range.q;
        if (q > bestQuality) best = i, bestQuality = q;
    }
    return best;
}

ContentType parseContentType(std::string_view header) {
    ContentType found;
    found.type = lowerAscii(takePart(header, ';'));
    while (!header.empty()) {
        auto [name, value] = splitPair(takePart(header, ';'));
        if (equalsIgnoreCase(name, "charset")) found.charset = lowerAscii(value);
        if (equalsIgnoreCase(name, "component"))
            found.component = std::move(value);
        else if (equalsIgnoreCase(name, "version"))
            found.version = std::move(value);
    }
    return found;
}

std::optional<std::chrono::seconds> parseTimeout(std::string_view header) {
    while (!header.empty()) {
        const std::string_view part = takePart(header, ',');
        if (!startsWithIgnoreCase(part, "second-")) continue;
        if (const auto seconds = number(part.substr(7))) return std::chrono::seconds(*seconds);
    }
    return std::nullopt;
}

std::string httpDate(std::chrono::sys_seconds time) {
    const Broken b = breakDown(time);
    char text[48];
    std::snprintf(text, sizeof text, "%s, %02u %s %04d %02d:%02d:%02d GMT", weekdays[b.weekday].data(),
                  static_cast<unsigned>(b.date.day()), months[static_cast<unsigned>(b.date.month()) - 1].data(),
                  static_cast<int>(b.date.year()), static_cast<int>(b.time.hours().count()),
                  static_cast<int>(b.time.minutes().count()), static_cast<int>(b.time.seconds().count()));
    return text;
}

std::string isoDate(std::chrono::sys_seconds time) {
    const Broken b = breakDown(time);
    char text[48];
    std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(b.date.year()),
                  static_cast<unsigned>(b.date.month()), static_cast<unsigned>(b.date.day()),
                  static_cast<int>(b.time.hours().count()), static_cast<int>(b.time.minutes().count()),
                  static_cast<int>(b.time.seconds().count()));
    return text;
}

std::optional<std::chrono::sys_seconds> parseHttpDate(std::string_view text) {
    const auto part = words(text, ", \t");
    if (part.size() == 6 && part[5] == "GMT") return compose(part[1], part[2], part[3], part[4]);
    if (part.size() == 5 && part[4].size() == 4) return compose(part[2], part[1], part[4], part[3]);  // asctime
    if (part.size() == 4 && part[3] == "GMT") {                                                       // RFC 850
        const auto date = words(part[1], "-");
        if (date.size() == 3) return compose(date[0], date[1], date[2], part[2]);
    }
    return std::nullopt;
}

}  // namespace crmdav
