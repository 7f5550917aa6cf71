#pragma once
#include <mutex>
#include <vector>

#include "bridge/http_client.h"
#include "bridge/urls.h"
#include "tests/standins/faults.h"
#include "tests/standins/http_host.h"

namespace crmdav {

inline HttpLimits nearLimits() {
    HttpLimits limits;
    limits.inner = true;
    return limits;
}

/// Stands between a client and a server, counts what is asked, and loses what it is told to lose.
class DavRelay {
public:
    explicit DavRelay(std::string server)
        : server_(std::move(server)), host_([this](const standins::Request& request) { return pass(request); }) {}

    const std::string& url() const { return host_.url(); }
    /// "METHOD /path" of all requests since the last call.
    std::vector<std::string> asked() {
        const std::lock_guard lock(mutex_);
        return std::exchange(asked_, {});
    }
    standins::Faults faults{1};
    /// Requests whose body has this in it are answered with 501.
    std::string unknown = "\t\t";
    bool tagsPuts = true;  ///< false: a PUT's answer has no ETag
    /// Called with each PUT before the server gets it, and before its answer goes back.
    std::function<void(HttpRequest&)> beforePut, afterPut;
    /// For these: asks the server.
    HttpResponse ask(const HttpRequest& request) { return http_.send(request); }

private:
    standins::Reply pass(const standins::Request& request) {
        const std::lock_guard lock(mutex_);
        asked_.push_back(request.method + " " + request.path);
        const auto fault = faults.draw();
        switch (fault) {
            case standins::Fault::lostBefore: return lost();
            case standins::Fault::throttled: return {429, "", "text/plain"};
            case standins::Fault::throttledAfter: return {429, "", "text/plain", {{"Retry-After", "1"}}};
            case standins::Fault::quota:  // no server says more than this of it
            case standins::Fault::broken: return {503, "", "text/plain"};
            case standins::Fault::gateway: return {502, "<html>Bad Gateway</html>", "text/html"};
            default: break;
        }
        if (request.body.find(unknown) != request.body.npos) return {501, "", "text/plain"};
        HttpRequest out{request.method, canonicalUrl(server_, request.path), {}, request.body};
        for (const auto& [name, value] : request.headers)
            if (name != "Content-Length" && name != "Accept-Encoding" && name != "Connection")
                out.headers.emplace_back(name, value);
        const bool put = request.method == "PUT";
        if (put && beforePut) beforePut(out);
        const HttpResponse answered = http_.send(out);
        if (const auto hook = afterPut; put && hook) hook(out);  // which may take itself away
        if (fault == standins::Fault::lostAfter) return lost();
        standins::Reply reply{answered.status, answered.body, std::string(answered.header("Content-Type"))};
        for (const char* name : {"ETag", "Location", "DAV"})
            if (const auto value = answered.header(name); !value.empty() && (!put || tagsPuts || *name != 'E'))
                reply.headers.emplace_back(name, value);
        if (fault == standins::Fault::cut) reply.wire = standins::Reply::Wire::cut;
        return reply;
    }
    static standins::Reply lost() {
        standins::Reply reply;
        reply.wire = standins::Reply::Wire::lost;
        return reply;
    }

    std::string server_;
    HttpClient http_{nearLimits()};
    std::mutex mutex_;
    std::vector<std::string> asked_;
    standins::HttpHost host_;
};

}  // namespace crmdav
