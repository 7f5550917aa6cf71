#include "bridge/dav/discovery.h"

#include <arpa/nameser.h>

#include "bridge/dav/dav_provider.h"
#include "bridge/dav/service_records.h"
#include "tests/bridge/dav_relay.h"

namespace crmdav {
namespace {

using namespace testing;
using standins::Reply;
using standins::Request;

std::string props(const std::string& href, const std::string& found) {
    return "<multistatus xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav' "
           "xmlns:A='urn:ietf:params:xml:ns:carddav'><response><href>" +
           href + "</href><propstat><prop>" + found +
           "</prop><status>HTTP/1.1 200 OK</status></propstat></response></multistatus>";
}
Reply multistatus(const std::string& href, const std::string& found) {
    return {.status = 207, .body = props(href, found), .type = "application/xml"};
}
Reply redirect(const std::string& where) {
    return {.status = 301, .body = "", .type = "", .headers = {{"Location", where}}};
}
const Reply missing{.status = 404, .body = "", .type = "text/html"};

class Discovery : public Test {
protected:
    using Pages = std::map<std::string, Reply>;
    DavFound find(Pages pages, SyncKind kind = SyncKind::calendar, const std::string& path = "/") {
        const standins::HttpHost host([&](const Request& request) {
            asked.push_back(request.method + " " + request.path + " " + request.header("Depth") +
                            (request.body.empty() ? "" : " +"));
            const auto page = pages.find(request.path);
            return page == pages.end() ? missing : page->second;
        });
        url = host.url();
        DavLogin login;
        login.address = host.url() + path;
        login.user = "anna";
        login.password = "secret";
        DavSession session(http, login);
        return discover(session, login, kind, {});
    }
    HttpClient http{nearLimits()};
    std::vector<std::string> asked;
    std::string url;
};

const std::string toPrincipal = "<current-user-principal><href>/p/anna/</href></current-user-principal>";
const std::string toHome = "<C:calendar-home-set><href>/c/anna/</href></C:calendar-home-set>";

TEST_F(Discovery, GoesByWellKnownWithMethodAndBody) {  // RFC 6764 §6
    const auto found =
        find({{"/.well-known/caldav", redirect("/dav/")},
              {"/dav/", multistatus("/dav/", toPrincipal)},
              {"/p/anna/", multistatus("/p/anna/", toHome + "<C:calendar-user-address-set><href>mailto:Anna%2Bx@"
                                                            "Example.com</href></C:calendar-user-address-set>")}});
    EXPECT_THAT(asked, ElementsAre("PROPFIND / 0 +", "PROPFIND /.well-known/caldav 0 +", "PROPFIND /dav/ 0 +",
                                   "PROPFIND /p/anna/ 0 +"));
    EXPECT_THAT(found.calendar.homes, ElementsAre(url + "/c/anna/"));
    EXPECT_EQ(found.calendar.principal, url + "/p/anna/");
    EXPECT_THAT(found.emails, ElementsAre("anna+x@example.com"));
    EXPECT_EQ(DavFound::parse(found.json()).calendar, found.calendar);
}

TEST_F(Discovery, TakesWhatTheOwnerKnows) {
    const std::string calendar = "<resourcetype><collection/><C:calendar/></resourcetype>";
    auto found =
        find({{"/c/anna/office/", multistatus("/c/anna/office/", calendar)}}, SyncKind::calendar, "/c/anna/office/");
    EXPECT_THAT(found.calendar.homes, ElementsAre(url + "/c/anna/office/")) << "the address of a calendar";
    found = find({{"/p/anna/", multistatus("/p/anna/", toHome)}}, SyncKind::calendar, "/p/anna/");
    EXPECT_THAT(found.calendar.homes, ElementsAre(url + "/c/anna/")) << "the address of a principal";
}

TEST_F(Discovery, SaysWhatIsNotThere) {
    EXPECT_THROW(find({}), Refused);
    EXPECT_THROW(find({{"/", multistatus("/", "<current-user-principal><unauthenticated/></current-user-principal>")}}),
                 Refused);
    EXPECT_THROW(find({{"/", {.status = 401, .body = "", .type = ""}}}), ReconnectNeeded);
    EXPECT_THROW(find({{"/", {.status = 207, .body = "<html>hello</html>", .type = ""}}}), Nonsense);
    EXPECT_THROW(find({{"/", {.status = 503, .body = "", .type = ""}}}), TryLater);
    EXPECT_THROW(find({{"/", multistatus("/", toPrincipal)},
                       {"/p/anna/",
                        multistatus("/p/anna/",
                                    "<C:calendar-home-set><href>http://127.0.0.2/c/</href></C:calendar-home-set>")}}),
                 Refused)
        << "a home at a stranger's";
    EXPECT_THROW(
        find({{"/",
               multistatus("/", "<current-user-principal><href>http://127.0.0.2/</href></current-user-principal>")}}),
        Nonsense)
        << "a principal at a stranger's";
}

TEST_F(Discovery, AWrongCacheIsOnlyACache) {
    for (const char* text : {"", "nonsense", "{}", "[1]", R"({"calendar":7,"emails":[{}]})"})
        EXPECT_TRUE(DavFound::parse(text).calendar.homes.empty()) << text;
    DavLogin login;
    login.user = "anna";
    DavSession session(http, login);
    EXPECT_THROW(discover(session, login, SyncKind::calendar, {}), Refused) << "neither address nor domain";
}

TEST_F(Discovery, HostileAnswersAreBounded) {
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += "<a>";
    const std::string entities =
        "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'><!ENTITY b '&a;&a;&a;&a;&a;&a;&a;&a;'>]><multistatus "
        "xmlns='DAV:'>&b;</multistatus>";
    for (const std::string& body :
         {deep, entities, std::string("<multistatus xmlns='DAV:'><response>"), std::string("\xff\xfe\x00", 3)})
        EXPECT_THROW(find({{"/", {.status = 207, .body = body, .type = ""}}}), Nonsense) << body.substr(0, 50);
}

// ---------------------------------------------------------------- RFC 6764 §3: SRV and TXT

std::string number16(std::size_t number) { return {static_cast<char>(number >> 8U), static_cast<char>(number & 255U)}; }
std::string label(const std::string& text) { return static_cast<char>(text.size()) + text; }
std::string domain(const std::string& dotted) {
    std::string out;
    for (std::size_t at = 0; at < dotted.size();) {
        const auto end = std::min(dotted.find('.', at), dotted.size());
        out += label(dotted.substr(at, end - at));
        at = end + 1;
    }
    return out + '\0';
}
std::string srv(std::size_t priority, std::size_t weight, std::size_t port, const std::string& host) {
    return number16(priority) + number16(weight) + number16(port) + (host == "." ? std::string(1, '\0') : domain(host));
}

/// Answers each query by its type, on a port of its own.
class NameServer {
public:
    explicit NameServer(std::map<int, std::vector<std::string>> records) : fd_(::socket(AF_INET, SOCK_DGRAM, 0)) {
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(fd_, reinterpret_cast<sockaddr*>(&address), size);
        ::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size);
        thread_ = std::thread([this, records = std::move(records)] { serve(records); });
    }
    ~NameServer() {
        ::sendto(fd_, "", 0, 0, reinterpret_cast<sockaddr*>(&address), sizeof address);
        thread_.join();
        ::close(fd_);
    }
    sockaddr_in address{};

private:
    void serve(const std::map<int, std::vector<std::string>>& records) {
        char buffer[2048];
        for (;;) {
            sockaddr_in from{};
            socklen_t size = sizeof from;
            const auto got = ::recvfrom(fd_, buffer, sizeof buffer, 0, reinterpret_cast<sockaddr*>(&from), &size);
            if (got < 12) return;
            const auto end = std::string_view(buffer, static_cast<std::size_t>(got)).find('\0', 12) + 5;
            const std::string question(buffer + 12, end - 12);
            const int type = static_cast<unsigned char>(question[question.size() - 3]);
            const auto known = records.find(type);
            const std::size_t count = known == records.end() ? 0 : known->second.size();
            std::string reply = std::string(buffer, 2) + "\x81" + (count ? '\x80' : '\x83') + number16(1) +
                                number16(count) + number16(0) + number16(0) + question;
            for (std::size_t i = 0; i < count; ++i)
                reply += "\xc0\x0c" + question.substr(question.size() - 4) + std::string("\0\0\0\x3c", 4) +
                         number16(known->second[i].size()) + known->second[i];
            ::sendto(fd_, reply.data(), reply.size(), 0, reinterpret_cast<sockaddr*>(&from), size);
        }
    }
    int fd_;
    std::thread thread_;
};

TEST(ServiceRecords, NameTheServerOfADomain) {  // RFC 6764 §3, §4, RFC 2782
    const auto ask = [](std::map<int, std::vector<std::string>> records, SyncKind kind = SyncKind::calendar) {
        const NameServer server(std::move(records));
        return findService("example.com", kind, &server.address);
    };
    const std::string one = srv(0, 1, 443, "Dav.example.com");
    EXPECT_EQ(ask({{ns_t_srv, {one}}}), "https://dav.example.com/.well-known/caldav");
    EXPECT_EQ(ask({{ns_t_srv, {one}}}, SyncKind::contacts), "https://dav.example.com/.well-known/carddav");
    EXPECT_EQ(ask({{ns_t_srv, {one}}, {ns_t_txt, {label("other=1") + label("path=/dav/")}}}),
              "https://dav.example.com/dav/");
    EXPECT_EQ(ask({{ns_t_srv,
                    {srv(2, 9, 1, "c.example.com"), srv(1, 1, 2, "b.example.com"), srv(1, 5, 8443, "a.example.com")}}}),
              "https://a.example.com:8443/.well-known/caldav");
    EXPECT_EQ(ask({{ns_t_srv, {srv(0, 0, 0, ".")}}}), std::nullopt) << "the domain says: none";
    EXPECT_EQ(ask({}), std::nullopt);
    EXPECT_EQ(ask({{ns_t_srv, {"abc"}}}), std::nullopt);
    EXPECT_EQ(ask({{ns_t_srv, {one}}, {ns_t_txt, {std::string("\xff") + "path=/x", label("path=//evil.example/")}}}),
              "https://dav.example.com/.well-known/caldav")
        << "a path, and no host";
}

}  // namespace
}  // namespace crmdav
