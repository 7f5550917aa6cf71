#pragma once
#include <algorithm>
#include <map>

#include "bridge/dav/dav_provider.h"
#include "tests/bridge/dav_relay.h"
#include "tests/bridge/dav_servers.h"
#include "tests/bridge/seen_in_memory.h"

namespace crmdav {

struct DavServerKind {
    const char* name;
    std::unique_ptr<DavServer> (*make)();
};

const DavServerKind davServerKinds[] = {{"Crmdav", startCrmdav}, {"Radicale", useRadicale}, {"Xandikos", useXandikos}};

/// A provider that talks to a server by way of a relay, and another client of the same account.
class DavSync : public ::testing::Test {
protected:
    explicit DavSync(std::unique_ptr<DavServer> made) : server(std::move(made)), relay(server->url()) { anew(); }

    /// Another run: a new provider that knows what the last one found.
    DavProvider& anew() {
        DavLogin login;
        login.address = relay.url() + "/";
        login.user = server->user;
        login.password = server->password;
        if (provider) login.found = provider->found();
        provider = std::make_unique<DavProvider>(http, login);
        provider->setSeen(seen);
        return *provider;
    }

    HttpResponse other(const std::string& method, const std::string& path, std::string body = {},
                       std::vector<std::pair<std::string, std::string>> headers = {}) {
        if (method == "PUT")
            headers.emplace_back("Content-Type", path.ends_with(".vcf") ? "text/vcard" : "text/calendar");
        return http.send(
            {method, canonicalUrl(server->url(), path), headers, std::move(body), server->user, server->password});
    }
    void put(const std::string& path, const std::string& body) {
        const auto answered = other("PUT", path, body);
        ASSERT_TRUE(answered.status == 201 || answered.status == 204 || answered.status == 200)
            << path << ": " << answered.status << answered.body;
    }

    /// Follows the pages of a collection from a cursor on, as a run does. What is there by id, at the end.
    std::map<std::string, RemoteItem> follow(SyncKind kind, std::string& cursor) {
        std::map<std::string, RemoteItem> items;
        for (bool more = true; more;) {
            const std::string& collection = kind == SyncKind::calendar ? server->calendar : server->book;
            ChangePage page = provider->changes(kind, collection, cursor, Instant{});
            seen.take(collection, page);
            for (RemoteItem& item : page.items) items[item.id] = std::move(item);
            cursor = page.cursor;
            more = page.more;
            if (page.listing) listed = true;
        }
        return items;
    }

    static std::string event(const std::string& uid, const std::string& lines = {}) {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//other//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
               "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\n" + lines +
               "SUMMARY:Event of " + uid + "\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    }
    static std::string card(const std::string& uid, const std::string& lines = {}) {
        return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:Erika Muster\r\nN:Muster;Erika;;;\r\n" + lines +
               "END:VCARD\r\n";
    }
    static When zoned(int day, int hour, const char* zone = "Europe/Berlin") {
        using namespace std::chrono;
        return {When::Kind::zoned, local_days(year(2026) / 3 / day) + hours(hour), zone};
    }
    static When date(int day) {
        using namespace std::chrono;
        return {When::Kind::date, local_days(year(2026) / 3 / day), ""};
    }
    static Activity meeting() {
        Activity activity;
        activity.subject = "Plan, \"the\" next; step";
        activity.location = "Café";
        activity.notes = "Line one\nLine two: ünïcödé";
        activity.start = zoned(2, 10);
        activity.end = zoned(2, 11);
        activity.uid = "meeting-" + std::to_string(++count);
        return activity;
    }
    static Contact erika() {
        Contact contact;
        contact.displayName = "Erika Muster";
        contact.firstName = "Erika";
        contact.lastName = "Muster";
        contact.emails = {{"work", "erika@example.org", true}, {"home", "em@example.net", false}};
        contact.phones = {{"mobile", "+49 151 1234567", false}};
        contact.companyName = "Muster GmbH";
        contact.jobTitle = "Boss";
        contact.birthday = "1980-05-17";
        contact.notes = "Knows\neverybody";
        contact.addresses = {{"work", "", "", "Weg 1", "Ulm", "", "89073", "Germany", false}};
        contact.uid = "erika-" + std::to_string(++count);
        return contact;
    }
    static Id key() {
        char text[37];
        std::snprintf(text, sizeof text, "11111111-2222-4333-8444-%012d", ++count);
        return text;
    }

    Activity activityIn(const RemoteItem& item) const {
        return std::get<Activity>(provider->parse(SyncKind::calendar, item.raw).record);
    }
    Contact contactIn(const RemoteItem& item) const {
        return std::get<Contact>(provider->parse(SyncKind::contacts, item.raw).record);
    }

    static inline int count = 0;
    std::unique_ptr<DavServer> server;
    DavRelay relay;
    HttpClient http{nearLimits()};
    SeenInMemory seen;
    std::unique_ptr<DavProvider> provider;
    bool listed = false;
};

/// The same of every server.
class DavServers : public DavSync, public ::testing::WithParamInterface<DavServerKind> {
protected:
    DavServers() : DavSync(GetParam().make()) {}
};

}  // namespace crmdav
