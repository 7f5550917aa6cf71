#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "protocol/dav/hrefs.h"
#include "protocol/dav/xml.h"
#include "server/config.h"
#include "server/dav/dav.h"
#include "server/http/errors.h"
#include "server/log.h"
#include "store/store.h"
#include "tests/support/store_place.h"

namespace crmdav {

/// An answer as a client would see it.
struct DavAnswer {
    int status = 0;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
    std::string header(std::string_view name) const {
        for (const auto& [known, value] : headers)
            if (known == name) return value;
        return {};
    }
    bool has(std::string_view text) const { return body.find(text) != std::string::npos; }
    std::size_t count(std::string_view text) const {
        std::size_t found = 0;
        for (auto at = body.find(text); at != std::string::npos; at = body.find(text, at + 1)) ++found;
        return found;
    }
};

/// The DAV side over a real store in a place of its own: users anna and ben.
class DavTest : public ::testing::Test {
protected:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    DavTest() {
        StoreOptions options;
        options.url = place_.url();
        options.readers = 2;
        store_ = Store::open(options);
        Actor actor;
        actor.via = "cli";
        for (const char* login : {"anna", "ben"}) {
            User user;
            user.login = login;
            user.name = std::string(login) + " Example";
            user.email = std::string(login) + "@example.com";
            user.zone = "Europe/Berlin";
            users_[login] = store_->addUser(actor, user);
        }
    }

    DavAnswer ask(const std::string& login, const std::string& method, const std::string& target, std::string body = {},
                  Headers headers = {}) {
        Request request;
        request.method = method;
        request.target = target;
        request.origin = "http://crm.example.com";
        request.basePath = config_.basePath;
        const auto mark = target.find('?');
        const auto address = addressOf(target.substr(0, mark), request.origin, "");
        request.path = address.value().path;
        request.slash = address->slash;
        if (mark != std::string::npos) request.query.emplace_back(target.substr(mark + 1), "");
        request.headers = std::move(headers);
        request.body = std::move(body);
        return answerOf(request, login);
    }

    DavAnswer put(const std::string& login, const std::string& target, const std::string& body, Headers headers = {}) {
        headers.emplace_back("content-type", target.ends_with(".vcf") ? "text/vcard" : "text/calendar; charset=utf-8");
        return ask(login, "PUT", target, body, std::move(headers));
    }

    DavAnswer propfind(const std::string& login, const std::string& target, const std::string& depth,
                       const std::string& properties, Headers headers = {}) {
        headers.emplace_back("depth", depth);
        return ask(login, "PROPFIND", target,
                   "<propfind xmlns='DAV:' xmlns:C='urn:ietf:params:xml:ns:caldav' "
                   "xmlns:A='urn:ietf:params:xml:ns:carddav' xmlns:S='http://calendarserver.org/ns/'><prop>" +
                       properties + "</prop></propfind>",
                   std::move(headers));
    }

    DavAnswer sync(const std::string& login, const std::string& target, const std::string& token,
                   const std::string& more = {}, Headers headers = {}) {
        return ask(login, "REPORT", target,
                   "<sync-collection xmlns='DAV:'><sync-token>" + token + "</sync-token><sync-level>1</sync-level>" +
                       more + "<prop><getetag/></prop></sync-collection>",
                   std::move(headers));
    }

    static std::string event(const std::string& uid, const std::string& start = "20260302T100000Z") {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
               "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:" + start + "\r\nDURATION:PT1H\r\nSUMMARY:Event of " + uid +
               "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    }
    static std::string card(const std::string& uid, const std::string& name = "Erika Muster") {
        return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:" + name +
               "\r\nN:Muster;Erika;;;\r\nEMAIL:erika@example.org\r\nEND:VCARD\r\n";
    }
    static std::string tokenOf(const DavAnswer& answer) {
        const auto from = answer.body.find("<D:sync-token>");
        if (from == std::string::npos) return {};
        return answer.body.substr(from + 14, answer.body.find('<', from + 14) - from - 14);
    }

    StorePlace place_;
    Config config_;
    Scope scope_;  ///< of the app password in use
    std::unique_ptr<Store> store_;
    std::map<std::string, User> users_;

private:
    struct Collected : Sink {
        explicit Collected(std::string& to) : out(to) {}
        void write(std::string_view bytes) override { out += bytes; }
        std::string& out;
    };

    DavAnswer answerOf(const Request& request, const std::string& login) {
        const Context context{*store_, config_, log_};
        Identity who;
        who.user = users_.at(login);
        who.scope = scope_;
        DavAnswer answer;
        Response response;
        try {
            response = handleDav(context, request, who);
            Collected sink(answer.body);
            if (response.stream)
                response.stream(sink);
            else
                answer.body = response.body;
        } catch (...) {
            response = answerTo(std::current_exception(), request, log_);
            answer.body = response.body;
        }
        answer.status = response.status;
        answer.headers = response.headers;
        return answer;
    }

    Log log_{2, LogLevel::error};
};

}  // namespace crmdav
