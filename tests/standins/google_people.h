#pragma once
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "tests/standins/google_parts.h"

namespace crmdav::standins {

/// The contacts of one login: People API v1, and what their owner does at Google. Thread-safe.
class GooglePeople {
public:
    /// @param url  under which photos are
    GooglePeople(std::string url, const GoogleQuirks& quirks, std::function<Instant()> now)
        : url_(std::move(url)), quirks_(quirks), now_(std::move(now)) {}

    Reply call(const Request&, const std::string& path);  ///< path after /v1

    // ---- what the user does
    Json insert(Json person);                                ///< @returns it whole
    Json edit(const std::string& name, const Json& fields);  ///< whole fields; null or an empty list clears
    void erase(const std::string& name);
    /// Joined with a profile: it goes on under another name.
    std::string rename(const std::string& name);
    void setPhoto(const std::string& name, const std::string& bytes);  ///< empty: none
    std::string addGroup(const std::string& name);                     ///< @returns its resource name
    void setGroups(const std::string& name, const std::vector<std::string>& groups);
    std::optional<Json> find(const std::string& name) const;
    std::vector<Json> live() const;
    void expireTokens();
    /// Whatever was written shows in lists from now on.
    void settle();
    std::optional<std::string> photo(const std::string& id) const;

private:
    struct Person {
        Json fields;  ///< with resourceName; entries of the source CONTACT have no metadata but sourcePrimary
        std::uint64_t version = 0;
        std::string updated;
        std::vector<std::string> former;
        bool deleted = false;
    };
    /// What lists show: later than a get does.
    struct Listed {
        Person person;
        std::uint64_t change = 0;
    };
    struct Pending {
        Person person;
        std::uint64_t due = 0;
    };

    Json view(const Person&, const std::string& fields, bool listed) const;
    Person& person(const std::string& name);
    Json store(Person&, const std::string& name);
    void show(bool all);
    void require(const Json& fields) const;
    Reply list(const Request&);
    Reply update(const Request&, const std::string& name, const Json& body);
    Json create(const Json& body, const std::string& fields);

    mutable std::mutex mutex_;
    std::string url_;
    const GoogleQuirks& quirks_;
    std::function<Instant()> now_;
    std::map<std::string, Person> people_;
    std::map<std::string, Listed> listed_;
    std::vector<Pending> pending_;
    std::map<std::string, std::string> groups_;  ///< resource name → name
    std::map<std::string, std::string> photos_;  ///< id → bytes
    std::uint64_t version_ = 0, change_ = 0, requests_ = 0, epoch_ = 1, made_ = 0;
};

}  // namespace crmdav::standins
