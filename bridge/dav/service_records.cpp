#include "bridge/dav/service_records.h"

#include <arpa/nameser.h>
#include <resolv.h>

#include <array>
#include <cstring>
#include <functional>

#include "bridge/urls.h"
#include "protocol/text/text_values.h"

namespace crmdav {
namespace {

/// The resolver's state, with a time limit: once again after two seconds.
class Resolver {
public:
    explicit Resolver(const sockaddr_in* server) {
        if (res_ninit(&state_) != 0) return;
        ready_ = true;
        state_.retrans = 2;
        state_.retry = 2;
        if (!server) return;
        state_.nscount = 1;
        state_.nsaddr_list[0] = *server;
    }
    ~Resolver() {
        if (ready_) res_nclose(&state_);
    }
    Resolver(const Resolver&) = delete;
    Resolver& operator=(const Resolver&) = delete;

    /// Hands out the records of one type.
    void ask(const std::string& name, ns_type type, const std::function<void(const ns_msg&, const ns_rr&)>& each) {
        std::array<unsigned char, 16'384> bytes{};
        const int size = ready_ ? res_nquery(&state_, name.c_str(), ns_c_in, type, bytes.data(), bytes.size()) : -1;
        ns_msg message{};
        if (size <= 0 || size > static_cast<int>(bytes.size()) || ns_initparse(bytes.data(), size, &message) != 0)
            return;
        for (int i = 0; i < ns_msg_count(message, ns_s_an); ++i) {
            ns_rr record{};
            if (ns_parserr(&message, ns_s_an, i, &record) == 0 && ns_rr_type(record) == type) each(message, record);
        }
    }

private:
    struct __res_state state_ {};
    bool ready_ = false;
};

struct Service {
    unsigned priority = 0, weight = 0, port = 0;
    std::string host;
};

/// The first by priority, then by weight: whoever is one user needs no share of the load (RFC 2782).
std::optional<Service> bestService(Resolver& resolver, const std::string& name) {
    std::optional<Service> best;
    resolver.ask(name, ns_t_srv, [&](const ns_msg& message, const ns_rr& record) {
        if (ns_rr_rdlen(record) < 7) return;
        const unsigned char* data = ns_rr_rdata(record);
        std::array<char, NS_MAXDNAME> host{};
        if (dn_expand(ns_msg_base(message), ns_msg_end(message), data + 6, host.data(), host.size()) < 0) return;
        const Service found{ns_get16(data), ns_get16(data + 2), ns_get16(data + 4), lowerAscii(host.data())};
        if (!best || found.priority < best->priority ||
            (found.priority == best->priority && found.weight > best->weight))
            best = found;
    });
    return best && !best->host.empty() && best->host != "." ? best : std::nullopt;
}

/// `path=/dav/` of a TXT record (RFC 6764 §4).
std::string pathIn(Resolver& resolver, const std::string& name) {
    std::string path;
    resolver.ask(name, ns_t_txt, [&](const ns_msg&, const ns_rr& record) {
        const unsigned char* data = ns_rr_rdata(record);
        for (std::size_t at = 0; at < ns_rr_rdlen(record) && at + 1 + data[at] <= ns_rr_rdlen(record);
             at += 1U + data[at]) {
            const std::string_view text(reinterpret_cast<const char*>(data) + at + 1, data[at]);
            if (startsWithIgnoreCase(text, "path=/") && !text.substr(5).starts_with("//")) path = text.substr(5);
        }
    });
    return path;
}

}  // namespace

std::string_view wellKnownPath(SyncKind kind) {
    return kind == SyncKind::calendar ? "/.well-known/caldav" : "/.well-known/carddav";
}

std::optional<std::string> findService(std::string_view domain, SyncKind kind, const sockaddr_in* server) {
    Resolver resolver(server);
    const std::string name = (kind == SyncKind::calendar ? "_caldavs._tcp." : "_carddavs._tcp.") + std::string(domain);
    const auto service = bestService(resolver, name);
    if (!service) return std::nullopt;
    std::string path = pathIn(resolver, name);
    if (path.empty()) path = wellKnownPath(kind);
    const std::string port = service->port == 443 ? "" : ":" + std::to_string(service->port);
    std::string url = resolveUrl("https://" + service->host + port + "/", path);
    if (url.empty()) return std::nullopt;
    return url;
}

}  // namespace crmdav
