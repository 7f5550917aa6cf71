#include "server/dav/home_state.h"

#include <algorithm>
#include <charconv>

#include "protocol/dav/hrefs.h"

namespace crmdav {

namespace {

constexpr std::string_view scheme = "data:,home/";

/// `…/<epoch>/<collection>/<counter>`: a sync token of the store, from which the epoch is taken.
std::string epochOf(const Collection& collection) {
    std::string_view rest = collection.syncToken;
    for (int i = 0; i < 2; ++i) rest = rest.substr(0, std::min(rest.rfind('/'), rest.size()));
    return std::string(rest.substr(rest.rfind('/') + 1));
}

bool takeNumber(std::string_view& rest, std::int64_t& number) {
    const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    return error == std::errc{};
}

bool take(std::string_view& rest, char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
}

}  // namespace

std::int64_t HomeState::propertiesOf(const Collection& c) {
    return c.updated.time_since_epoch().count() + std::max<std::int64_t>(0, c.mounted);
}

HomeState HomeState::of(const std::vector<Collection>& collections) {
    HomeState state;
    for (const Collection& c : collections) {
        state.collections[c.id] = {c.counter, 0, 0, propertiesOf(c), c.name, Sight(c).veiled};
        state.epoch = epochOf(c);
    }
    return state;
}

std::string HomeState::token() const {
    std::string out(scheme);
    appendSegment(out, epoch);
    for (const auto& [id, entry] : collections) {
        out += (entry.veiled ? "/r" : "/") + std::to_string(id) + '-' + std::to_string(entry.counter);
        if (entry.told) out += '.' + std::to_string(entry.begun) + '.' + std::to_string(entry.told);
        out += '-' + std::to_string(entry.updated) + '-';
        appendSegment(out, entry.name);
    }
    return out;
}

std::optional<HomeState> HomeState::parse(std::string_view token) {
    if (!token.starts_with(scheme)) return std::nullopt;
    token.remove_prefix(scheme.size());
    HomeState state;
    const auto part = [&] {
        const auto end = std::min(token.find('/'), token.size());
        const auto text = token.substr(0, end);
        token.remove_prefix(std::min(end + 1, token.size()));
        return text;
    };
    const auto epoch = decodePercent(part());
    if (!epoch) return std::nullopt;
    state.epoch = *epoch;
    while (!token.empty()) {
        auto entry = part();
        CollectionId id = 0;
        Entry value;
        value.veiled = take(entry, 'r');
        if (!takeNumber(entry, id) || !take(entry, '-') || !takeNumber(entry, value.counter)) return std::nullopt;
        const bool underWay = take(entry, '.');
        if (underWay && (!takeNumber(entry, value.begun) || !take(entry, '.') || !takeNumber(entry, value.told)))
            return std::nullopt;
        if (!take(entry, '-') || !takeNumber(entry, value.updated) || !take(entry, '-')) return std::nullopt;
        auto name = decodePercent(entry);
        if (!name) return std::nullopt;
        value.name = *std::move(name);
        state.collections[id] = std::move(value);
    }
    return state;
}

std::string stateOf(const Dav& dav, const Resource& home) {
    return HomeState::of(visibleCollections(dav, home.home())).token();
}

std::string tokenAt(const Collection& collection, const HomeState::Entry& state) {
    std::string token = collection.syncToken.substr(0, collection.syncToken.rfind('/') + 1);
    token += std::to_string(state.counter);
    if (state.begun) token += '-' + std::to_string(state.begun);
    return token;
}

void setContent(HomeState::Entry& state, std::string_view token) {
    token.remove_prefix(token.rfind('/') + 1);
    takeNumber(token, state.counter);
    state.begun = 0;
    if (take(token, '-')) takeNumber(token, state.begun);
}

}  // namespace crmdav
