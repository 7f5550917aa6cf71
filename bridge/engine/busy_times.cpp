#include "bridge/engine/busy_times.h"

#include "protocol/text/datetime.h"
#include "protocol/text/digest.h"

namespace crmdav {
namespace {

using namespace std::chrono;

constexpr std::string_view mark = "busy ";  ///< cursors of providers are JSON
constexpr std::string_view tentatively = " tentative";
/// A quarter of an hour each, all year long, are more than that.
constexpr std::size_t mostPeriods = 20'000;

std::string idOf(const BusyPeriod& period) {
    std::string id(mark);
    id.append(utcText(period.start)).append(" ").append(utcText(period.end));
    return period.kind == Busy::tentative ? id.append(tentatively) : id;
}

std::string markOfToday(const SyncSession& s) {
    return std::string(mark) + utcText(floor<days>(s.facts.now)).substr(0, 8) + " ";
}

/// Its ends move once a month: a time that they cut has another id from then on.
TimeRange horizon(const SyncSession& s) {
    const year_month_day today(floor<days>(s.facts.now));
    const auto month = today.year() / today.month() / 1;
    return {sys_days(month), sys_days(month + years(1))};
}

When utc(Instant at) { return {When::Kind::utc, local_seconds(at.time_since_epoch()), {}}; }

std::vector<BusyPeriod> ask(const SyncSession& s, const std::string& calendar) {
    try {
        return s.provider.busy({calendar}, horizon(s));
    } catch (const Gone& gone) {
        throw CollectionGone(gone.what());
    } catch (const Refused& refused) {
        throw CollectionGone(refused.what());
    }
}

}  // namespace

bool isOfBusyTimes(const std::string& cursor) { return cursor.starts_with(mark); }
bool isOfToday(const SyncSession& s, const std::string& cursor) { return cursor.starts_with(markOfToday(s)); }

void readBusyTimes(SyncSession& s, const std::string& calendar, const std::string& cursor) {
    const std::vector<BusyPeriod> periods = ask(s, calendar);
    if (periods.size() > mostPeriods) throw Nonsense("the provider tells more busy times than a year can have");
    s.busyOnly.insert(calendar);
    std::vector<Staged> rows;
    std::string all;
    for (const BusyPeriod& period : periods) {
        Staged row;
        row.collection = calendar;
        row.remote = row.version = row.raw = idOf(period);
        row.listed = true;
        all += row.remote;
        rows.push_back(std::move(row));
    }
    const std::string digest = hexOf(sha256(all)), now = markOfToday(s) + digest;
    if (cursor == now) return;
    const bool same = isOfBusyTimes(cursor) && cursor.ends_with(digest);
    s.guarded([&] {
        if (same) return s.sync.stageRemote(s.scope, {}, {calendar, now}, false);
        s.sync.beginListing(s.scope, calendar);
        s.sync.stageRemote(s.scope, rows, {calendar, now}, true);
        s.sync.endListing(s.scope, calendar);
    });
}

std::optional<Remote> busyTimeOf(const RemoteItem& item) {
    if (!item.raw.starts_with(mark)) return std::nullopt;
    constexpr std::size_t length = 16;  // of 20270301T100000Z
    const std::string_view text = std::string_view(item.raw).substr(mark.size());
    const auto start = parseUtc(text.substr(0, length));
    const auto end = text.size() > length ? parseUtc(text.substr(length + 1, length)) : std::nullopt;
    if (!start || !end) return std::nullopt;
    Activity activity;
    activity.subject = "Busy";
    activity.start = utc(*start);
    activity.end = utc(*end);
    activity.tentative = text.ends_with(tentatively);
    Remote remote;
    remote.record = std::move(activity);
    remote.use = Use::busy;
    return remote;
}

}  // namespace crmdav
