#pragma once
#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tests/standins/callbacks.h"
#include "tests/standins/faults.h"
#include "tests/standins/google_calendars.h"
#include "tests/standins/google_people.h"
#include "tests/standins/google_sign_in.h"

namespace crmdav::standins {

/// Google, as far as the bridge knows it: OAuth, Calendar v3, People v1, on loopback. What isn't known for sure behaves
/// as the seed says; what can go wrong goes wrong as `faults` says. Thread-safe.
class Google {
public:
    explicit Google(std::uint64_t seed, std::function<Instant()> now = {});

    const std::string& url() const { return host_->url(); }
    std::string calendarUrl() const { return url() + "/calendar/v3"; }
    OAuthClient client() const;  ///< what a bridge that is registered here has

    GoogleQuirks quirks;  ///< to be changed before anything is asked
    Faults faults;        ///< of the APIs
    Faults signInFaults;  ///< of the token endpoint
    Callbacks callbacks;  ///< of push channels
    GoogleSignIn& signIn() { return signIn_; }
    GoogleCalendars& calendars(const std::string& login);  ///< made at first use, with its main calendar
    GooglePeople& people(const std::string& login);
    std::vector<GuestMail> mails() const;               ///< to anybody's guests
    std::size_t requests() const { return requests_; }  ///< to the APIs

private:
    struct World {
        World(const std::string& login, const std::string& url, const GoogleQuirks& quirks,
              const std::function<Instant()>& now)
            : calendars(login, quirks, now), people(url, quirks, now) {}
        GoogleCalendars calendars;
        GooglePeople people;
    };

    World& world(const std::string& login);
    Reply answer(const Request&);
    Reply api(const Request&);
    Reply withFault(Fault, const std::function<Reply()>& work, bool people);

    std::function<Instant()> now_;
    GoogleSignIn signIn_;
    mutable std::mutex mutex_;
    std::map<std::string, std::unique_ptr<World>> worlds_;
    std::atomic<std::size_t> requests_{0};
    std::unique_ptr<HttpHost> host_;  // last: it must stop before what it answers from goes
};

}  // namespace crmdav::standins
