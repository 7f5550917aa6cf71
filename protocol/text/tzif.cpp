#include "protocol/text/tzif.h"

#include <algorithm>
#include <array>
#include <optional>

namespace crmdav {
namespace {

using namespace std::chrono;
using Transition = Zone::Transition;

// Reads big-endian numbers and the fields of a POSIX TZ text; anything missing makes `ok` false.
struct Reader {
    std::string_view rest;
    bool ok = true;

    std::string_view take(std::size_t size) {
        if (size > rest.size()) {
            ok = false;
            return {};
        }
        const auto taken = rest.substr(0, size);
        rest.remove_prefix(size);
        return taken;
    }
    std::int64_t big(std::size_t size) {
        std::uint64_t value = 0;
        const auto bytes = take(size);
        if (!bytes.empty() && size == 4 && (bytes[0] & 0x80) != 0) value = ~std::uint64_t{0};
        for (const char c : bytes) value = (value << 8U) | static_cast<unsigned char>(c);
        return static_cast<std::int64_t>(value);
    }

    bool accept(char c) {
        if (!rest.starts_with(c)) return false;
        rest.remove_prefix(1);
        return true;
    }
    int digits() {
        int value = 0;
        std::size_t n = 0;
        for (; n < rest.size() && n < 4 && rest[n] >= '0' && rest[n] <= '9'; ++n) value = value * 10 + (rest[n] - '0');
        if (n == 0) ok = false;
        rest.remove_prefix(n);
        return value;
    }
    // [+-]hh[:mm[:ss]]
    std::int32_t clock() {
        const int sign = accept('-') ? -1 : (accept('+'), 1);
        int value = digits() * 3600;
        if (accept(':')) value += digits() * 60;
        if (accept(':')) value += digits();
        return sign * value;
    }
    std::string name() {
        const bool quoted = accept('<');
        std::size_t n = 0;
        while (n < rest.size() && (quoted ? rest[n] != '>' : isalpha(static_cast<unsigned char>(rest[n])) != 0)) ++n;
        if (n == 0) ok = false;
        std::string found(take(n));
        if (quoted) accept('>');
        return found;
    }
};

// The day of a change in each year: Mm.w.d, Jn or n (POSIX TZ).
struct ChangeDay {
    char form = 'M';
    int month = 0, week = 0, day = 0;
    std::int32_t clock = 7200;

    static ChangeDay read(Reader& in) {
        ChangeDay change;
        if (in.accept('M')) {
            change.month = in.digits();
            in.accept('.');
            change.week = in.digits();
            in.accept('.');
        } else {
            change.form = in.accept('J') ? 'J' : 'n';
        }
        change.day = in.digits();
        if (in.accept('/')) change.clock = in.clock();
        if (change.form == 'M' &&
            (change.month < 1 || change.month > 12 || change.week < 1 || change.week > 5 || change.day > 6))
            in.ok = false;
        return change;
    }

    // Wall clock of the change, as seconds since 1970.
    std::int64_t in(year y) const { return (dayIn(y).time_since_epoch() + days{0}).count() * 86400LL + clock; }

private:
    sys_days dayIn(year y) const {
        if (form == 'n') return sys_days{y / 1 / 1} + days{day};
        if (form == 'J') return sys_days{y / 1 / 1} + days{day - 1 + (y.is_leap() && day >= 60 ? 1 : 0)};
        const weekday wanted{static_cast<unsigned>(day)};
        const auto m = y / std::chrono::month{static_cast<unsigned>(month)};
        return week == 5 ? sys_days{m / wanted[last]} : sys_days{m / wanted[static_cast<unsigned>(week)]};
    }
};

// Continues `transitions` by the footer's rule for one Gregorian cycle, which then repeats for ever.
bool addTail(std::string_view footer, std::vector<Transition>& transitions, std::vector<std::string>& names) {
    Reader in{footer};
    const auto indexOf = [&names](std::string name) {
        const auto found = std::find(names.begin(), names.end(), name);
        if (found != names.end()) return static_cast<std::uint8_t>(found - names.begin());
        names.push_back(std::move(name));
        return static_cast<std::uint8_t>(names.size() - 1);
    };
    const auto standardName = indexOf(in.name());
    const std::int32_t standard = -in.clock();
    if (!in.ok) return false;
    if (in.rest.empty()) {
        if (transitions.empty()) transitions.push_back({Instant::min(), standard, false, standardName});
        return false;
    }
    const auto daylightName = indexOf(in.name());
    const std::int32_t daylight = in.rest.starts_with(',') ? standard + 3600 : -in.clock();
    in.accept(',');
    const ChangeDay begin = ChangeDay::read(in);
    in.accept(',');
    const ChangeDay end = ChangeDay::read(in);
    if (!in.ok) return false;

    const Instant known = transitions.empty() ? Instant{} : transitions.back().at;
    const year from = year_month_day{floor<days>(std::max(known, Instant{}))}.year();
    for (year y = from; y <= from + years{401}; ++y) {
        std::array<Transition, 2> both{Transition{Instant{seconds{begin.in(y)-standard}}, daylight, true, daylightName},
                                       Transition{Instant{seconds{end.in(y)-daylight}}, standard, false, standardName}};
        if (both[1].at < both[0].at) std::swap(both[0], both[1]);
        for (const auto& change : both)
            if (change.at > known) transitions.push_back(change);
    }
    return true;
}

}  // namespace

ZonePtr readTzif(std::string id, std::string_view bytes) {
    Reader in{bytes};
    const auto header = [&in](std::array<std::size_t, 6>& counts) {
        const bool magic = in.take(4) == "TZif";
        const auto version = in.take(1);
        in.take(15);
        for (auto& count : counts) count = static_cast<std::size_t>(in.big(4));
        return magic && in.ok && version >= "2" &&
               std::all_of(counts.begin(), counts.end(), [](auto n) { return n < 10'000; });
    };
    std::array<std::size_t, 6> counts{};  // isut, isstd, leap, time, type, char
    if (!header(counts)) return nullptr;
    in.take(counts[3] * 5 + counts[4] * 6 + counts[5] + counts[2] * 8 + counts[1] + counts[0]);
    if (!header(counts)) return nullptr;
    Reader times{in.take(counts[3] * 8)}, indices{in.take(counts[3])}, types{in.take(counts[4] * 6)};
    const auto names = in.take(counts[5]);
    in.take(counts[2] * 12 + counts[1] + counts[0]);
    if (!in.ok || counts[4] == 0) return nullptr;

    struct Type {
        std::int32_t offset;
        bool daylight;
        std::uint8_t name;
    };
    std::vector<std::string> abbreviations;
    std::vector<Type> typeTable;
    for (std::size_t i = 0; i < counts[4]; ++i) {
        const auto offset = static_cast<std::int32_t>(types.big(4));
        const bool daylight = types.big(1) != 0;
        const auto at = static_cast<std::size_t>(types.big(1));
        std::string name(at < names.size() ? names.substr(at, names.find('\0', at) - at) : std::string_view{});
        auto found = std::find(abbreviations.begin(), abbreviations.end(), name);
        if (found == abbreviations.end()) found = abbreviations.insert(found, std::move(name));
        typeTable.push_back({offset, daylight, static_cast<std::uint8_t>(found - abbreviations.begin())});
    }

    std::vector<Transition> transitions;
    const auto push = [&](Instant at, const Type& type) {
        transitions.push_back({at, type.offset, type.daylight, type.name});
    };
    push(Instant::min(), typeTable[0]);
    for (std::size_t i = 0; i < counts[3]; ++i) {
        const Instant at{seconds{times.big(8)}};
        const auto type = static_cast<std::size_t>(indices.big(1));
        if (type >= typeTable.size()) return nullptr;
        if (at > transitions.back().at) push(at, typeTable[type]);
    }
    bool repeats = false;
    if (in.accept('\n')) repeats = addTail(in.rest.substr(0, in.rest.find('\n')), transitions, abbreviations);
    return std::make_shared<const Zone>(std::move(id), std::move(transitions), repeats, std::move(abbreviations));
}

}  // namespace crmdav
