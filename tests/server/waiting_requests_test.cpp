#include <deque>

#include "protocol/text/text_values.h"
#include "server/bridge_options.h"
#include "tests/server/accounts_world.h"

/// Rule I5: requests that wait for a provider keep threads of the server; the others answer all the same.
namespace crmdav {
namespace {

using testing::HasSubstr;

/// Takes connections, and never says a word.
class Silent {
public:
    Silent() : fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(fd_, 64) != 0 ||
            ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size) != 0)
            throw std::runtime_error("listen");
        url = "http://127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/";
    }
    ~Silent() { hangUp(); }
    Silent(const Silent&) = delete;
    Silent& operator=(const Silent&) = delete;
    void hangUp() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    std::string url;

private:
    int fd_;
};

class WaitingRequests : public ApiAccounts {
protected:
    static constexpr int threads = 8;

    WaitingRequests() {
        bridge.runs().limit(bridgeOptions(config()).limits);
        served = std::make_unique<wire::Served>(
            [this](const Request& request) { return route(context, parts, authenticator, request); }, config());
    }
    static Config config() {
        Config config;
        config.threads = threads;
        return config;
    }
    std::string request(const std::string& method, const std::string& path, const std::string& body = {}) const {
        return method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Basic " +
               base64Encode("alice:" + secret) +
               "\r\nDepth: 0\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
               "\r\nConnection: close\r\n\r\n" + body;
    }
    std::string connectRequest() const {
        return request("POST", "/api/v1/accounts",
                       R"({"provider":"dav","login":"a","password":"b","address":")" + silent.url + "\"}");
    }
    bool awaitTaken(int many) {
        const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
        while (bridge.runs().places().taken < many && std::chrono::steady_clock::now() < until)
            std::this_thread::sleep_for(std::chrono::milliseconds(5));
        return bridge.runs().places().taken == many;
    }

    Silent silent;
    Authenticator authenticator{context};
    const std::string secret = store->addAppPassword({}, alice.user.id, "test", {}, {}).secret;
    std::unique_ptr<wire::Served> served;
};

TEST_F(WaitingRequests, OfThoseThatWaitForAProviderThereAreFew) {
    const int most = bridge.runs().places().most;
    ASSERT_LT(most, threads / 2);
    std::deque<wire::Socket> waiting;
    for (int i = 0; i < most; ++i) {
        waiting.emplace_back(served->listener->port());
        waiting.back().send(connectRequest());
    }
    ASSERT_TRUE(awaitTaken(most));
    for (int i = 0; i < 2 * threads; ++i) {
        const std::string refused = served->exchange(connectRequest());
        ASSERT_EQ(wire::statusOf(refused), 503) << refused;
        EXPECT_THAT(refused, HasSubstr("Retry-After: 15"));
    }
    EXPECT_EQ(wire::statusOf(served->exchange(request("GET", "/health"))), 200);
    EXPECT_EQ(wire::statusOf(served->exchange(request("GET", "/api/v1/accounts"))), 200);
    EXPECT_EQ(wire::statusOf(served->exchange(request("PROPFIND", "/dav/calendars/alice/"))), 207);
    silent.hangUp();
    for (const wire::Socket& socket : waiting) EXPECT_GE(wire::statusOf(socket.all()), 400);
    EXPECT_TRUE(awaitTaken(0));
}

TEST_F(WaitingRequests, EachKindOfQuestionToAProviderCounts) {
    const std::string account = connect();
    bridge.runs().limit({.asked = 0});
    const auto status = [&](const char* method, const std::string& address, const std::string& body = {}) {
        return ask(alice, method, account + address, body).status;
    };
    EXPECT_EQ(status("GET", "/collections"), 503);
    EXPECT_EQ(status("GET", "/groups"), 503);
    EXPECT_EQ(status("PATCH", "/settings?kind=contacts", R"({"books":["elsewhere"]})"), 503);
    EXPECT_EQ(status("POST", "/start"), 503) << "nobody chose a calendar yet";
    EXPECT_EQ(status("DELETE", ""), 503) << "its grant is revoked there";
    EXPECT_EQ(status("PATCH", "/settings?kind=contacts", R"({"direction":"one-way","keepPhotos":true})"), 200);
    EXPECT_EQ(status("POST", "/stop"), 200) << "a stop is never refused";
    bridge.runs().limit({.asked = 1});
    EXPECT_EQ(status("GET", "/collections"), 200);
    EXPECT_EQ(status("POST", "/start"), 200);
    EXPECT_EQ(status("DELETE", ""), 200);
}

}  // namespace
}  // namespace crmdav
