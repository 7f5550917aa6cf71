#include "server/feeds.h"

#include <memory>

#include "server/feed_writer.h"
#include "server/http/errors.h"
#include "store/store.h"

namespace crmdav {
namespace {

constexpr std::string_view ending = ".ics";

/// Weak comparison (RFC 9110 §13.1.2) against a list.
bool names(std::string_view list, std::string_view etag) {
    return list == "*" || list.find("\"" + std::string(etag) + "\"") != list.npos;
}

/// The secret of a feed that works, as a look-up key; nullopt: no such feed any more.
std::optional<Feed> findFeed(const Context& context, std::string_view file) {
    if (!file.ends_with(ending) || file.size() > 128) return std::nullopt;
    auto feed = context.store.feed(file.substr(0, file.size() - ending.size()));
    if (!feed || feed->revoked || feed->detail == Detail::none) return std::nullopt;
    const auto owner = context.store.userById(feed->user);
    if (!owner || !owner->active) return std::nullopt;
    return feed;
}

}  // namespace

Response serveFeed(const Context& context, const Request& request) {
    if (request.method != "GET" && request.method != "HEAD")
        return plainAnswer(405, "A feed can only be read.").with("Allow", "GET, HEAD");
    const auto feed = request.path.size() == 2 ? findFeed(context, request.path[1]) : std::nullopt;
    const auto collection = feed ? context.store.collectionById(feed->collection) : std::nullopt;
    if (!collection) return plainAnswer(404, "There is no such feed.");
    const std::string etag = collection->ctag + "-" + std::to_string(static_cast<int>(feed->detail));
    const auto dressed = [&](Response answer) {
        return std::move(answer.with("ETag", "W/\"" + etag + "\"")
                             .with("Cache-Control", "private, max-age=300")
                             .with("X-Robots-Tag", "noindex"));
    };
    if (names(request.header("if-none-match"), etag)) return dressed(Response(304));
    Response answer = dressed(Response(200));
    answer.with("Content-Type", "text/calendar; charset=utf-8");
    answer.with("Content-Disposition", "inline; filename=\"calendar.ics\"");
    answer.stream = [&store = context.store, feed = *feed, name = collection->displayName](Sink& sink) {
        FeedWriter view(feed.detail, feed.id);
        std::string piece;
        FeedWriter::begin(piece, feed.label.empty() ? name : feed.label);
        store.members(feed.collection, MemberDetail::bytes, [&](const Member&, std::string_view bytes) {
            view.add(piece, bytes);
            sink.write(piece);
            piece.clear();
        });
        FeedWriter::end(piece);
        sink.write(piece);
    };
    return answer;
}

}  // namespace crmdav
