#include "bridge/http_client.h"

#include <curl/curl.h>
#include <sys/socket.h>

#include <algorithm>
#include <charconv>
#include <exception>

#include "bridge/public_address.h"
#include "bridge/urls.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

constexpr long idleSeconds = 30;  ///< a connection that rested longer has probably been closed by the server

bool isClean(std::string_view text) {
    return std::none_of(text.begin(), text.end(), [](unsigned char c) { return c < ' ' || c == 127; });
}

/// Header lines for curl, freed with it.
class HeaderList {
public:
    HeaderList() = default;
    ~HeaderList() { curl_slist_free_all(list_); }
    HeaderList(const HeaderList&) = delete;
    HeaderList& operator=(const HeaderList&) = delete;

    void add(const std::string& name, const std::string& value) {
        if (!isClean(name) || !isClean(value)) throw HttpRefused("a header with control characters");
        addLine(value.empty() ? name + ";" : name + ": " + value);
    }
    /// Keeps curl from sending one of its own.
    void drop(const std::string& name) { addLine(name + ":"); }
    curl_slist* get() const { return list_; }

private:
    void addLine(const std::string& line) {
        curl_slist* grown = curl_slist_append(list_, line.c_str());
        if (!grown) throw std::bad_alloc();
        list_ = grown;
    }
    curl_slist* list_ = nullptr;
};

/// One request under way: what curl's callbacks work on.
struct Exchange {
    CURL* easy;
    const HttpLimits& limits;
    const std::function<bool()>& stop;
    const std::function<bool(int, std::string_view)>& take;
    std::string_view unsent;  ///< of the body
    HttpResponse answer = {};
    std::size_t headerBytes = 0, bodyBytes = 0;
    bool headEnded = false, bodyBegun = false;
    const char* refused = nullptr;
    std::exception_ptr failure = nullptr;  ///< nothing may be thrown through curl

    template <typename Work>
    bool guarded(Work&& work) noexcept {
        try {
            return work();
        } catch (...) {
            failure = std::current_exception();
            return false;
        }
    }

    bool takeHeader(std::string_view line) {
        headerBytes += line.size();
        if (headerBytes > limits.headerBytes) return refused = "the answer's headers are too large", false;
        while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
        if (bodyBegun) return true;  // trailers mean nothing to anybody here
        headEnded = line.empty();
        if (line.starts_with("HTTP/")) answer.headers.clear();  // what came before was a 1xx
        const auto colon = line.find(':');
        if (colon == line.npos) return true;
        answer.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
        return true;
    }
    bool takeBody(std::string_view bytes) {
        bodyBegun = true;
        if (bytes.size() > limits.bytes - bodyBytes) return refused = "the answer is too large", false;
        bodyBytes += bytes.size();
        if (!take || !take(status(), bytes)) answer.body += bytes;
        return true;
    }
    int status() const {
        long known = 0;
        curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &known);
        return static_cast<int>(known);
    }
};

std::size_t onHeader(char* bytes, std::size_t, std::size_t size, void* exchange) {
    auto& self = *static_cast<Exchange*>(exchange);
    return self.guarded([&] { return self.takeHeader({bytes, size}); }) ? size : 0;
}

std::size_t onBody(char* bytes, std::size_t, std::size_t size, void* exchange) {
    auto& self = *static_cast<Exchange*>(exchange);
    return self.guarded([&] { return self.takeBody({bytes, size}); }) ? size : CURL_WRITEFUNC_ERROR;
}

std::size_t onSend(char* buffer, std::size_t, std::size_t room, void* exchange) {
    auto& self = *static_cast<Exchange*>(exchange);
    const std::size_t size = self.unsent.copy(buffer, room);
    self.unsent.remove_prefix(size);
    return size;
}

int onProgress(void* exchange, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    auto& self = *static_cast<Exchange*>(exchange);
    return self.guarded([&] { return !self.stop || !self.stop(); }) ? 0 : 1;
}

/// The only place where a connection begins: a name has been looked up, so no second look-up can say otherwise.
curl_socket_t onSocket(void* exchange, curlsocktype, curl_sockaddr* address) {
    auto& self = *static_cast<Exchange*>(exchange);
    if (!self.limits.inner && !isPublicAddress(address->addr)) {
        self.refused = "the address belongs to an inner network";
        return CURL_SOCKET_BAD;
    }
    return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

}  // namespace

std::string_view HttpResponse::header(std::string_view name) const {
    for (const auto& [known, value] : headers)
        if (equalsIgnoreCase(known, name)) return value;
    return {};
}

std::optional<std::chrono::seconds> HttpResponse::retryAfter() const {
    using std::chrono::seconds;
    const std::string text(trim(header("Retry-After")));
    std::int64_t wait = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), wait);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size()) {
        const std::string told(header("Date"));
        const time_t until = curl_getdate(text.c_str(), nullptr), date = curl_getdate(told.c_str(), nullptr);
        if (text.empty() || until < 0) return std::nullopt;
        wait = std::max<std::int64_t>(0, until - (told.empty() || date < 0 ? std::time(nullptr) : date));
    }
    if (wait < 0) return std::nullopt;
    return std::min<seconds>(seconds(wait), std::chrono::days(1));
}

struct HttpClient::Curl {
    explicit Curl(const HttpLimits& given) : limits(given) {
        static const CURLcode global = curl_global_init(CURL_GLOBAL_DEFAULT);
        if (global != CURLE_OK || !(easy = curl_easy_init())) throw std::bad_alloc();
    }
    ~Curl() { curl_easy_cleanup(easy); }
    Curl(const Curl&) = delete;
    Curl& operator=(const Curl&) = delete;

    template <typename Value>
    void set(CURLoption option, Value value) {
        if (curl_easy_setopt(easy, option, value) != CURLE_OK) throw HttpRefused("a request that can't be made");
    }
    void prepare(Exchange&);
    void prepareMethod(const HttpRequest&, Exchange&, HeaderList&);
    void prepareLogin(const HttpRequest&, HeaderList&);

    HttpLimits limits;
    std::function<bool()> stop;
    CURL* easy = nullptr;
};

void HttpClient::Curl::prepare(Exchange& exchange) {
    curl_easy_reset(easy);  // connections stay open
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_DISALLOW_USERNAME_IN_URL, 1L);
    // Through a proxy nobody could tell which address is asked.
    set(CURLOPT_PROXY, "");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
    set(CURLOPT_ACCEPT_ENCODING, "gzip");
    set(CURLOPT_USERAGENT, "crmdav/" CRMDAV_VERSION);
    set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(limits.connect.count()));
    set(CURLOPT_TIMEOUT_MS, static_cast<long>(limits.all.count()));
    set(CURLOPT_MAXAGE_CONN, idleSeconds);
    set(CURLOPT_MAXCONNECTS, 4L);
    set(CURLOPT_HEADERFUNCTION, onHeader);
    set(CURLOPT_HEADERDATA, &exchange);
    set(CURLOPT_WRITEFUNCTION, onBody);
    set(CURLOPT_WRITEDATA, &exchange);
    set(CURLOPT_OPENSOCKETFUNCTION, onSocket);
    set(CURLOPT_OPENSOCKETDATA, &exchange);
    set(CURLOPT_XFERINFOFUNCTION, onProgress);
    set(CURLOPT_XFERINFODATA, &exchange);
    set(CURLOPT_NOPROGRESS, 0L);
}

void HttpClient::Curl::prepareMethod(const HttpRequest& request, Exchange& exchange, HeaderList& lines) {
    if (!isClean(request.method)) throw HttpRefused("no such method");
    set(CURLOPT_CUSTOMREQUEST, request.method.c_str());
    if (request.method == "HEAD") set(CURLOPT_NOBODY, 1L);
    const bool post = request.method == "POST";
    if (request.body.empty() && !post && request.method != "PUT" && request.method != "PATCH") return;
    set(CURLOPT_POST, 1L);
    set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    // curl repeats what it sent over a connection that turns out to be closed. A POST may have been carried out (RFC
    // 9110 §9.2.2): read by a callback that can't go back, its body is sent once.
    exchange.unsent = request.body;
    set(CURLOPT_READFUNCTION, onSend);
    set(CURLOPT_READDATA, &exchange);
    if (!post || request.body.empty()) set(CURLOPT_POSTFIELDS, request.body.c_str());
    lines.drop("Expect");
    const auto typed = [](const auto& header) { return equalsIgnoreCase(header.first, "Content-Type"); };
    if (std::none_of(request.headers.begin(), request.headers.end(), typed)) lines.drop("Content-Type");
}

void HttpClient::Curl::prepareLogin(const HttpRequest& request, HeaderList& lines) {
    if (!request.bearer.empty()) lines.add("Authorization", "Bearer " + request.bearer);
    if (request.user.empty()) return;
    set(CURLOPT_HTTPAUTH, CURLAUTH_BASIC);  // alone, it is sent without being asked for
    set(CURLOPT_USERNAME, request.user.c_str());
    set(CURLOPT_PASSWORD, request.password.c_str());
}

HttpClient::HttpClient(HttpLimits limits) : curl_(std::make_unique<Curl>(limits)) {}
HttpClient::~HttpClient() = default;

void HttpClient::setStop(std::function<bool()> stop) { curl_->stop = std::move(stop); }

HttpResponse HttpClient::send(const HttpRequest& request) {
    const std::string host = originOf(request.url).host;
    if (host.empty()) throw HttpRefused("no http address");
    Exchange exchange{curl_->easy, curl_->limits, curl_->stop, request.take, {}, {}};
    HeaderList lines;
    curl_->prepare(exchange);
    curl_->set(CURLOPT_URL, request.url.c_str());
    curl_->prepareMethod(request, exchange, lines);
    curl_->prepareLogin(request, lines);
    for (const auto& [name, value] : request.headers) lines.add(name, value);
    curl_->set(CURLOPT_HTTPHEADER, lines.get());

    const CURLcode code = curl_easy_perform(curl_->easy);
    if (exchange.failure) std::rethrow_exception(exchange.failure);
    long sentBytes = 0;
    curl_easy_getinfo(curl_->easy, CURLINFO_REQUEST_SIZE, &sentBytes);
    // Of several addresses of a host one may be refused and another answer.
    if (code != CURLE_OK && exchange.refused) throw HttpRefused(host + ": " + exchange.refused);
    if (code != CURLE_OK || !exchange.headEnded) {
        HttpFailure failure(host + ": " + (code != CURLE_OK ? curl_easy_strerror(code) : "the answer was cut off"));
        failure.sent = sentBytes > 0;
        throw failure;
    }
    exchange.answer.status = exchange.status();
    return std::move(exchange.answer);
}

}  // namespace crmdav
