#include "tests/standins/google_sign_in.h"

#include <openssl/sha.h>

#include <algorithm>

#include "bridge/urls.h"
#include "protocol/text/text_values.h"

namespace crmdav::standins {
namespace {

std::string challengeOf(const std::string& verifier) {
    unsigned char digest[SHA256_DIGEST_LENGTH];
    SHA256(reinterpret_cast<const unsigned char*>(verifier.data()), verifier.size(), digest);
    std::string text = base64Encode({reinterpret_cast<const char*>(digest), sizeof digest});
    while (text.ends_with('=')) text.pop_back();
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
    return text;
}

Reply failure(int status, const std::string& error, const std::string& description) {
    Reply reply = jsonReply(jsonObject({{"error", jsonText(error)}, {"error_description", jsonText(description)}}));
    reply.status = status;
    return reply;
}

}  // namespace

std::map<std::string, std::string> GoogleSignIn::agree(const std::string& address, const std::string& login,
                                                       std::string scopes) {
    Request page;
    const auto mark = address.find('?');
    page.body = mark == address.npos ? "" : address.substr(mark + 1);
    auto asked = page.form();
    if (asked["client_id"] != clientId || asked["response_type"] != "code" || asked["code_challenge_method"] != "S256")
        return {{"error", "invalid_request"}};
    const std::lock_guard lock(mutex_);
    const std::string code = "code-" + std::to_string(++made_);
    if (scopes.empty()) scopes = asked["scope"];
    codes_[code] = {login, scopes, asked["code_challenge"], asked["redirect_uri"]};
    return {{"code", code}, {"state", asked["state"]}};
}

Json GoogleSignIn::issue(const std::string& login, const std::string& scopes, const std::string& refresh, bool tell) {
    const std::string access = "ya29." + std::to_string(++made_);
    access_[access] = {login, scopes, now_() + std::chrono::seconds(expiresIn)};
    Json answer = jsonObject({{"access_token", jsonText(access)},
                              {"expires_in", jsonNumber(expiresIn)},
                              {"scope", jsonText(scopes)},
                              {"token_type", jsonText("Bearer")}});
    if (tell) set(answer, "refresh_token", jsonText(refresh));
    return answer;
}

Tokens GoogleSignIn::grant(const std::string& login, const std::string& scopes) {
    const std::lock_guard lock(mutex_);
    const std::string refresh = "1//" + std::to_string(++made_);
    grants_[refresh] = {login, scopes};
    const Json answer = issue(login, scopes, refresh, true);
    Tokens tokens;
    tokens.access = textAt(answer, "access_token");
    tokens.refresh = refresh;
    tokens.expires = now_() + std::chrono::seconds(expiresIn);
    for (std::size_t from = 0; from < scopes.size();) {
        const auto end = std::min(scopes.find(' ', from), scopes.size());
        tokens.scopes.push_back(scopes.substr(from, end - from));
        from = end + 1;
    }
    return tokens;
}

void GoogleSignIn::revoke(const std::string& login) {
    const std::lock_guard lock(mutex_);
    std::erase_if(grants_, [&](const auto& one) { return one.second.login == login; });
    std::erase_if(access_, [&](const auto& one) { return one.second.login == login; });
}

void GoogleSignIn::expireAccess() {
    const std::lock_guard lock(mutex_);
    access_.clear();
}

std::optional<GoogleSignIn::Session> GoogleSignIn::sessionOf(const std::string& access) const {
    const std::lock_guard lock(mutex_);
    const auto found = access_.find(access);
    if (found == access_.end() || found->second.until <= now_()) return std::nullopt;
    return Session{found->second.login, found->second.scopes};
}

int GoogleSignIn::refreshes() const {
    const std::lock_guard lock(mutex_);
    return refreshes_;
}

Reply GoogleSignIn::token(const Request& request) {
    auto form = request.form();
    if (form["client_id"] != clientId || form["client_secret"] != clientSecret)
        return failure(401, "invalid_client", "The OAuth client was not found.");
    if (form["grant_type"] == "authorization_code") {
        const auto code = codes_.extract(form["code"]);
        if (code.empty()) return failure(400, "invalid_grant", "Malformed auth code.");
        if (code.mapped().redirect != form["redirect_uri"]) return failure(400, "redirect_uri_mismatch", "Bad Request");
        if (code.mapped().challenge != challengeOf(form["code_verifier"]))
            return failure(400, "invalid_grant", "Invalid code verifier.");
        const std::string refresh = "1//" + std::to_string(++made_);
        grants_[refresh] = {code.mapped().login, code.mapped().scopes};
        return jsonReply(issue(code.mapped().login, code.mapped().scopes, refresh, true));
    }
    if (form["grant_type"] != "refresh_token") return failure(400, "unsupported_grant_type", "Invalid grant_type");
    std::string refresh = form["refresh_token"];
    const auto found = grants_.find(refresh);
    if (found == grants_.end()) return failure(400, "invalid_grant", "Token has been expired or revoked.");
    ++refreshes_;
    const Session session = found->second;
    if (const auto old = predecessor_.extract(refresh); !old.empty()) grants_.erase(old.mapped());
    if (rotates) {
        const std::string next = "1//" + std::to_string(++made_);
        predecessor_[next] = refresh;
        grants_[next] = session;
        refresh = next;
    }
    return jsonReply(issue(session.login, session.scopes, refresh, rotates));
}

Reply GoogleSignIn::call(const Request& request, const std::string& path) {
    if (path == "/v1/userinfo") {
        const auto session = sessionOf(request.bearer());
        if (!session) return failure(401, "invalid_request", "Invalid Credentials");
        return jsonReply(jsonObject({{"sub", jsonText("sub-" + session->login)}, {"email", jsonText(session->login)}}));
    }
    const std::lock_guard lock(mutex_);
    if (path == "/token" && request.method == "POST") return token(request);
    if (path == "/revoke" && request.method == "POST") {
        const auto grant = grants_.find(request.form()["token"]);
        if (grant == grants_.end()) return failure(400, "invalid_token", "Token expired or revoked");
        const std::string login = grant->second.login;
        std::erase_if(grants_, [&](const auto& one) { return one.second.login == login; });
        std::erase_if(access_, [&](const auto& one) { return one.second.login == login; });
        return jsonReply(jsonObject());
    }
    return failure(404, "not_found", path);
}

}  // namespace crmdav::standins
