#pragma once
#include <functional>
#include <map>
#include <string>

#include "bridge/outlook/outlook_provider.h"
#include "tests/standins/graph.h"

namespace crmdav {

/// A provider before its stand-in, and what the engine would know of one collection.
struct OutlookWorld {
    explicit OutlookWorld(standins::GraphHabits habits = {}, std::uint64_t seed = 1, OutlookOptions options = zurich())
        : graph(seed, habits), http(inner()), provider(http, graph.url(), token(), options, [this] { return now(); }) {
        graph.setClock([this] { return now(); });
    }

    static OutlookOptions zurich() { return {"Europe/Zurich", false}; }
    static HttpLimits inner() {
        HttpLimits limits;
        limits.inner = true;
        return limits;
    }
    outlook::AccessToken token() {
        return [this](bool another) {
            if (another || access.empty()) access = graph.token();
            return access;
        };
    }
    Instant now() { return start + std::chrono::seconds(ticks++); }

    /// Reads changes to their end. What isn't listed of a listing is gone, if it isn't there when asked for.
    void sync(SyncKind kind, const std::string& collection, Instant from) {
        std::map<std::string, RemoteItem> listed;
        bool listing = false;
        for (bool more = true; more;) {
            ChangePage page;
            try {
                page = provider.changes(kind, collection, cursor, from);
            } catch (const TryLater&) {
                continue;
            } catch (const CursorExpired&) {
                cursor.clear();
                continue;
            }
            if (page.first) listed.clear();
            listing = page.listing;
            for (const RemoteItem& item : page.items) {
                listed[item.id] = item;
                if (item.gone)
                    known.erase(item.id);
                else
                    known[item.id] = item;
            }
            cursor = page.cursor;
            more = page.more;
        }
        if (!listing) return;
        for (auto at = known.begin(); at != known.end();) {
            const bool here = listed.contains(at->first) || provider.read(kind, collection, at->first).has_value();
            at = here ? std::next(at) : known.erase(at);
        }
    }

    Instant start = std::chrono::sys_days{std::chrono::year{2026} / 3 / 1} + std::chrono::hours(8);
    long ticks = 0;
    std::string access;
    standins::Graph graph;
    HttpClient http;
    OutlookProvider provider;
    std::string cursor;
    std::map<std::string, RemoteItem> known;
};

}  // namespace crmdav
