#pragma once
#include <algorithm>

#include "bridge/dav/dav_provider.h"
#include "tests/bridge/dav_relay.h"
#include "tests/bridge/seen_in_memory.h"
#include "tests/standins/icloud.h"

namespace crmdav {

using standins::ICloud;

/// A provider that talks to the stand-in for iCloud.
class ICloudSync : public ::testing::Test {
protected:
    ICloudSync() { anew(); }

    DavProvider& anew() {
        DavLogin login = icloudLogin(ICloud::user, ICloud::password);
        login.address = login.bookAddress = icloud.url() + "/";
        login.hosts = {"localhost"};  // as .icloud.com is
        login.group = group;
        login.notifyGuests = notifyGuests;
        login.zone = "Europe/Berlin";
        login.found = found;
        login.keepFound = [this](const std::string& text) { found = text; };
        provider = std::make_unique<DavProvider>(http, login);
        provider->setSeen(seen);
        return *provider;
    }
    std::vector<RemoteItem> follow(SyncKind kind, std::string& cursor) {
        std::vector<RemoteItem> items;
        for (bool more = true; more;) {
            const std::string collection = kind == SyncKind::calendar ? ICloud::calendar : ICloud::book;
            ChangePage page = provider->changes(kind, collection, cursor, {});
            seen.take(collection, page);
            std::ranges::move(page.items, std::back_inserter(items));
            cursor = page.cursor;
            more = page.more;
        }
        return items;
    }
    static std::string event(const std::string& uid, const std::string& lines = {}) {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Apple//EN\r\nBEGIN:VEVENT\r\nUID:" + uid +
               "\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260302T100000Z\r\nDTEND:20260302T110000Z\r\n" + lines +
               "SUMMARY:Event\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    }
    static std::string card(const std::string& uid, const std::string& lines = {}) {
        return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:" + uid + "\r\nFN:Erika Muster\r\nN:Muster;Erika;;;\r\n" + lines +
               "END:VCARD\r\n";
    }
    static std::string groupCard(const std::vector<std::string>& uids) {
        std::string lines = "X-ADDRESSBOOKSERVER-KIND:group\r\n";
        for (const std::string& uid : uids) lines += "X-ADDRESSBOOKSERVER-MEMBER:urn:uuid:" + uid + "\r\n";
        return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:friends\r\nN:Friends\r\nFN:Friends\r\n" + lines + "END:VCARD\r\n";
    }
    static Activity meeting() {
        using namespace std::chrono;
        Activity activity;
        activity.subject = "Plan";
        activity.start = {When::Kind::zoned, local_days(year(2026) / 3 / 2) + hours(10), "Europe/Berlin"};
        activity.end = {When::Kind::zoned, local_days(year(2026) / 3 / 2) + hours(11), "Europe/Berlin"};
        activity.uid = "plan";
        return activity;
    }
    static constexpr const char* key = "11111111-2222-4333-8444-aaaaaaaaaaaa";
    static constexpr const char* name = "11111111-2222-4333-8444-AAAAAAAAAAAA.ics";

    static std::string at(const std::string& file) { return ICloud::calendar + file; }
    static std::string inBook(const std::string& file) { return ICloud::book + file; }

    ICloud icloud;
    HttpClient http{nearLimits()};
    std::string group, found;
    bool notifyGuests = false;
    SeenInMemory seen;
    std::unique_ptr<DavProvider> provider;
};

}  // namespace crmdav
