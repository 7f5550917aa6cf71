#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge/http_client.h"
#include "bridge/json_values.h"
#include "bridge/provider.h"
#include "bridge/token_source.h"

namespace crmdav::outlook {

/// The access token; `another`: the last one was refused. @throws ReconnectNeeded, TryLater
using AccessToken = std::function<std::string(bool another)>;
/// @param source  must outlive it
AccessToken tokensOf(TokenSource& source);

/// 2xx, or a 4xx that the caller may have an idea about.
struct Answer {
    int status = 0;
    Json json;  ///< null where the body is none
    std::string body;
    std::string code;   ///< of an error, lower case
    std::string words;  ///< of an error: for people, never decided by
    bool good() const { return status >= 200 && status < 300; }
};

/// Requests to Microsoft Graph, one at a time: ids that survive moves, one refresh of the token, errors as types.
class Calls {
public:
    /// @param base  https://graph.microsoft.com/v1.0
    Calls(HttpClient& http, std::string base, AccessToken token)
        : http_(http), base_(std::move(base)), token_(std::move(token)) {}

    struct Extra {
        std::string match;    ///< If-Match; empty: none
        int pageSize = 0;     ///< of a delta; 0: Graph's own
        bool binary = false;  ///< the answer is no JSON
    };
    /// @param place  path below the base, or an address that Graph gave
    /// @throws ReconnectNeeded, TryLater, Nonsense
    Answer ask(const std::string& method, const std::string& place, const std::string& body, const Extra&);
    Answer ask(const std::string& method, const std::string& place, const std::string& body = {}) {
        return ask(method, place, body, {});
    }
    /// What ask() gives where it is good. @throws what fail() throws else
    Json want(const std::string& method, const std::string& place, const std::string& body = {});
    /// GETs, at most mostInBatch, in one call. @returns  an answer each, in their order, with bytes as body where it is
    /// no JSON; status 0: Graph left it out
    std::vector<Answer> batch(const std::vector<std::string>& places);
    static constexpr std::size_t mostInBatch = 20;
    /// A write of what isn't to have changed: where it is refused for its version, `again` looks at it once more, and
    /// throws if it is another by now. @throws what fail() throws else
    Json write(const std::string& method, const std::string& place, RemoteItem current, const std::string& body,
               const std::function<RemoteItem()>& again);
    /// Every item of a collection, page by page.
    void each(std::string place, const std::function<void(const Json&)>& visit);

private:
    HttpResponse send(const std::string& method, const std::string& url, const std::string& body, const Extra&);

    HttpClient& http_;
    std::string base_;
    AccessToken token_;
};

/// The error of an answer that isn't good. @throws Gone, CollectionGone, Changed, CursorExpired, Refused, TryLater
[[noreturn]] void fail(const Answer&);

}  // namespace crmdav::outlook
