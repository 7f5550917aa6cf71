#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "bridge/token_source.h"
#include "protocol/text/json.h"

namespace crmdav::google {

struct Call {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> query = {};
    Json body = {};            ///< null: none
    std::string ifMatch = {};  ///< empty: unconditional
};

/// An answer that says something about what was asked, good or bad.
struct Answer {
    int status = 0;
    Json body;
    std::string reason;   ///< errors[].reason or that of an ErrorInfo; empty: none
    std::string message;  ///< Google's own words
    bool good() const { return status >= 200 && status < 300; }
};

/// Calls to Google's APIs with the account's tokens. What has to do with the account, the quota or the network throws;
/// the rest is an Answer.
class Api {
public:
    explicit Api(TokenSource& tokens) : tokens_(tokens) {}

    /// @throws ReconnectNeeded, Misconfigured, TryLater, Nonsense
    Answer call(const Call&);
    /// Every member of the arrays of that name on all pages of a list. @throws also Nonsense: it has no end
    void each(Call, std::string_view name, const std::function<void(const Json&)>& visit);

    TokenSource& tokens() noexcept { return tokens_; }

private:
    HttpResponse send(const Call&, const std::string& access);

    TokenSource& tokens_;
};

/// The record won't be taken. @throws Refused
[[noreturn]] void refuse(const Answer&);

}  // namespace crmdav::google
