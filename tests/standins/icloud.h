#pragma once
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "tests/standins/http_host.h"

namespace crmdav::standins {

/// A CalDAV and CardDAV server with what is known of iCloud's ways: homes at another host, properties it doesn't have
/// as empty elements, requests without body refused, short lots, tokens that end, groups as cards, mails to guests.
class ICloud {
public:
    struct Ways {
        int expired = 403;          ///< status for a token it doesn't know any more; 507 too
        std::size_t page = 0;       ///< most changes in one answer (507 for the rest); 0: all
        bool tokens = true;         ///< knows sync-collection, as some servers that are not iCloud don't
        bool rewrites = false;      ///< stores objects in its own words, and gives no ETag
        int moved = 404;            ///< what a host answers that had the account once
        bool conditions = true;     ///< names the condition of a refusal
        int failing = 0;            ///< status of every PUT; 0: they succeed
        std::string retryAfter;     ///< with it
        std::string redirect = {};  ///< where the first door leads to; empty: in
    };

    ICloud();
    ~ICloud();

    const std::string& url() const { return doors_->url(); }  ///< http://127.0.0.1:PORT, of both kinds
    static constexpr const char* user = "anna@example.com";
    static constexpr const char* password = "abcd-efgh-ijkl-mnop";
    static constexpr const char* calendar = "/1234567/calendars/home/";
    static constexpr const char* book = "/1234567/carddavhome/card/";

    void set(const Ways& ways);
    void revoke();                                                ///< the app password
    void put(const std::string& path, const std::string& bytes);  ///< as another device
    void remove(const std::string& path);
    std::string get(const std::string& path) const;  ///< empty: not there
    void expireTokens();
    void movePartition();              ///< to another host
    int mails() const;                 ///< that it sent to guests
    std::vector<std::string> asked();  ///< "METHOD /path" since the last call

private:
    struct Object {
        std::string bytes, etag;
        std::size_t change = 0;
        bool gone = false;
    };
    struct Collection {
        std::map<std::string, Object> objects;
        std::size_t change = 0, oldest = 0;
    };
    Reply door(const Request&);
    Reply partition(const Request&, std::size_t host);
    Reply principal(const Request&);
    Reply propfind(const Request&);
    Reply report(const Request&);
    Reply sync(const Request&, const std::string& path, Collection&);
    Reply multiget(const Request&, const std::string& path, Collection&);
    Reply query(const Request&, const std::string& path, Collection&);
    Reply putObject(const Request&);
    Reply deleteObject(const Request&);
    bool allowed(const Request&) const;
    std::string home() const;
    Collection* collectionOf(const std::string& path, std::string* name = nullptr);
    void store(Collection&, const std::string& name, const std::string& bytes);
    void mail(const std::string& bytes);

    mutable std::mutex mutex_;
    Ways ways_;
    bool revoked_ = false;
    std::size_t at_ = 0;  ///< partition that has the account
    int mails_ = 0;
    std::vector<std::string> asked_;
    std::map<std::string, Collection> collections_;
    std::unique_ptr<HttpHost> doors_;
    std::unique_ptr<HttpHost> partitions_[2];
};

}  // namespace crmdav::standins
