#include "bridge/outbox/smtp.h"

#include <curl/curl.h>

#include <algorithm>
#include <memory>

#include "bridge/outbox/mail.h"

namespace crmdav {
namespace {

constexpr long connectSeconds = 15;
constexpr long allSeconds = 60;

struct FreeUrl {
    void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct FreeEasy {
    void operator()(CURL* easy) const noexcept { curl_easy_cleanup(easy); }
};
struct FreeList {
    void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};

std::string partOf(CURLU* url, CURLUPart part) {
    char* text = nullptr;
    if (curl_url_get(url, part, &text, CURLU_URLDECODE) != CURLUE_OK) return {};
    std::string value = text;
    curl_free(text);
    return value;
}

bool isThisMachine(const std::string& host) {
    return host == "localhost" || host.starts_with("127.") || host == "[::1]" || host == "::1";
}

struct Exchange {
    std::string_view unsent;
    const std::function<bool()>& stop;
    bool wasAsked = false;  ///< for the mail itself: its addresses were taken
};

std::size_t onSend(char* buffer, std::size_t, std::size_t room, void* exchange) {
    auto& self = *static_cast<Exchange*>(exchange);
    self.wasAsked = true;
    const std::size_t size = self.unsent.copy(buffer, room);
    self.unsent.remove_prefix(size);
    return size;
}

int onProgress(void* exchange, curl_off_t, curl_off_t, curl_off_t, curl_off_t) noexcept {
    const auto& self = *static_cast<Exchange*>(exchange);
    try {
        return self.stop && self.stop() ? 1 : 0;
    } catch (...) {
        return 1;
    }
}

/// A mail is refused when a 5xx answers its addresses or itself; who isn't let in at all may be tomorrow, when an
/// administrator has seen to it.
bool isFinal(CURLcode code, long answer, const Exchange& exchange) {
    const bool aboutLogin = answer == 530 || answer == 534 || answer == 535 || answer == 538;
    return answer / 100 == 5 && !aboutLogin && (code == CURLE_SEND_ERROR || exchange.wasAsked);
}

Delivery failed(CURLcode code, long answer, const std::string& detail, const Exchange& exchange) {
    Delivery delivery;
    delivery.outcome = isFinal(code, answer, exchange) ? Delivery::Outcome::refused : Delivery::Outcome::later;
    delivery.error = detail.empty() ? curl_easy_strerror(code) : detail;
    if (answer >= 400 && delivery.error.find(std::to_string(answer)) == std::string::npos)
        delivery.error += " (" + std::to_string(answer) + ")";
    // RCPT and DATA speak of this mail; what comes before them, of the server.
    delivery.nobodyThere = !exchange.wasAsked && code != CURLE_SEND_ERROR;
    return delivery;
}

}  // namespace

SmtpServer SmtpServer::parse(const std::string& text) {
    const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
    const bool known = text.starts_with("smtp://") || text.starts_with("smtps://");
    if (!known || curl_url_set(url.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK)
        throw std::invalid_argument("expected smtp://USER:PASSWORD@HOST:PORT?from=ADDRESS, or smtps://…");
    SmtpServer server;
    server.user = partOf(url.get(), CURLUPART_USER);
    server.password = partOf(url.get(), CURLUPART_PASSWORD);
    const std::string query = partOf(url.get(), CURLUPART_QUERY), host = partOf(url.get(), CURLUPART_HOST);
    if (!query.empty() && !query.starts_with("from="))
        throw std::invalid_argument("after the ? only from=ADDRESS is known");
    server.from = query.empty() ? (isMailAddress(server.user) ? server.user : "") : query.substr(5);
    if (!server.from.empty() && !isMailAddress(server.from))
        throw std::invalid_argument("from= takes an address, like crm@example.org");
    for (const CURLUPart part : {CURLUPART_USER, CURLUPART_PASSWORD, CURLUPART_QUERY})
        curl_url_set(url.get(), part, nullptr, 0);
    server.url = partOf(url.get(), CURLUPART_URL);
    if (text.starts_with("smtps://"))
        server.tls = Tls::required;
    else if (!isThisMachine(host))
        server.tls = server.user.empty() ? Tls::ifOffered : Tls::required;
    return server;
}

Delivery sendMail(const SmtpServer& server, const std::string& from, const std::string& to, const std::string& mail,
                  const std::function<bool()>& stop) {
    static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
    const std::unique_ptr<CURL, FreeEasy> easy(global == CURLE_OK ? curl_easy_init() : nullptr);
    const std::unique_ptr<curl_slist, FreeList> receivers(curl_slist_append(nullptr, ("<" + to + ">").c_str()));
    if (!easy || !receivers) throw std::bad_alloc();
    Exchange exchange{mail, stop};
    char detail[CURL_ERROR_SIZE] = "";
    const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy.get(), option, value); };
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    set(CURLOPT_PROXY, "");
    set(CURLOPT_URL, server.url.c_str());
    set(CURLOPT_USE_SSL, server.tls == SmtpServer::Tls::required    ? long(CURLUSESSL_ALL)
                         : server.tls == SmtpServer::Tls::ifOffered ? long(CURLUSESSL_TRY)
                                                                    : long(CURLUSESSL_NONE));
    const long checked = server.tls == SmtpServer::Tls::ifOffered ? 0 : 1;
    set(CURLOPT_SSL_VERIFYPEER, checked);
    set(CURLOPT_SSL_VERIFYHOST, 2 * checked);
    if (!server.authorities.empty()) set(CURLOPT_CAINFO, server.authorities.c_str());
    if (!server.user.empty()) {
        set(CURLOPT_USERNAME, server.user.c_str());
        set(CURLOPT_PASSWORD, server.password.c_str());
    }
    const std::string sender = "<" + from + ">";
    set(CURLOPT_MAIL_FROM, sender.c_str());
    set(CURLOPT_MAIL_RCPT, receivers.get());
    set(CURLOPT_UPLOAD, 1L);
    set(CURLOPT_READFUNCTION, onSend);
    set(CURLOPT_READDATA, &exchange);
    set(CURLOPT_XFERINFOFUNCTION, onProgress);
    set(CURLOPT_XFERINFODATA, &exchange);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_CONNECTTIMEOUT, connectSeconds);
    set(CURLOPT_TIMEOUT, allSeconds);
    set(CURLOPT_ERRORBUFFER, detail);
    const CURLcode code = curl_easy_perform(easy.get());
    if (code == CURLE_OK) return {};
    long answer = 0;
    curl_easy_getinfo(easy.get(), CURLINFO_RESPONSE_CODE, &answer);
    return failed(code, answer, detail, exchange);
}

}  // namespace crmdav
