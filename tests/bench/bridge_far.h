#pragma once
#include <sys/types.h>

#include <cstdio>
#include <string>

#include "store/sync.h"

/// A provider's stand-in in a process of its own, so that its memory and time aren't counted.
namespace crmdav::bench {

class Far {
public:
    /// Has to come before anything begins a thread.
    /// @param name  google, outlook, icloud, or caldav: a server without sync tokens
    Far(const std::string& name, SyncKind kind, int records);
    ~Far();
    Far(const Far&) = delete;
    Far& operator=(const Far&) = delete;

    const std::string& url() const { return url_; }
    const std::string& secret() const { return secret_; }  ///< tokens, or a password
    void change(int records);                              ///< as people do it there
    int calls();                                           ///< to its API since the last question
    int pageSize() const { return pageSize_; }             ///< most records in one answer

private:
    std::string ask(const std::string& line);

    pid_t child_ = 0;
    FILE *to_ = nullptr, *from_ = nullptr;
    std::string url_, secret_;
    int pageSize_ = 0;
};

/// Of one of the stand-in's contacts, for a CRM that has them already.
std::string firstNameOf(int contact);
std::string lastNameOf(int contact);
std::string emailOf(int contact);

}  // namespace crmdav::bench
