#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace crmdav {

/// What it takes to sign in to a CalDAV/CardDAV server, and how it is to be used.
struct DavLogin {
    /// Where discovery begins: any address of the server that its owner knows. Empty: `user` is an email address, and
    /// its domain says which server it is (RFC 6764).
    std::string address;
    std::string bookAddress;  ///< the same of contacts; empty: as `address`
    std::string user, password;
    std::string found;               ///< what an earlier discovery found (DavProvider::found); empty: nothing yet
    std::vector<std::string> hosts;  ///< further hosts that may get the password; ".icloud.com": all below it
    bool notifyGuests = false;       ///< participants are written, and the server invites them (rule B12)
    std::string group;               ///< id of the RemoteGroup that contacts are limited to (D1); empty: all
    std::string zone;                ///< IANA, of floating times and dates where busy times are told; empty: UTC
    std::function<void(const std::string& found)> keepFound;  ///< called when discovery finds anything new
    bool icloud = false;                                      ///< see icloudLogin
};

/// The login of an Apple Account with an app-specific password.
inline DavLogin icloudLogin(std::string user, std::string password) {
    DavLogin login;
    login.address = "https://caldav.icloud.com/";
    login.bookAddress = "https://contacts.icloud.com/";
    login.user = std::move(user);
    login.password = std::move(password);
    login.hosts = {".icloud.com"};
    login.icloud = true;
    return login;
}

}  // namespace crmdav
