#pragma once
#include <map>
#include <memory>
#include <string>

/// Real DAV servers for the tests: a crmdav in this process, Radicale and Xandikos as processes.
namespace crmdav {

/// A server with an account of its own for whoever asks: one calendar, one book, both empty.
class DavServer {
public:
    virtual ~DavServer() = default;
    virtual const std::string& url() const = 0;  ///< http://127.0.0.1:PORT
    /// Puts many cards into the book, name and text, by the shortest way there is.
    virtual void fillBook(const std::map<std::string, std::string>& cards);
    std::string user, password;
    std::string calendar, book;  ///< paths of the collections
    bool checksPassword = true;
    /// Somebody else, of whose calendar the user may only read the busy times; empty: there is nobody.
    std::string colleague, colleaguePassword, colleagueCalendar;

protected:
    /// @throws std::runtime_error  anything but 201
    void make(const char* method, const std::string& path, const std::string& body, const char* type) const;
};

std::unique_ptr<DavServer> startCrmdav();
/// The process is started once, and ends with this one; each call gives other collections.
std::unique_ptr<DavServer> useRadicale();
std::unique_ptr<DavServer> useXandikos();

}  // namespace crmdav
