#pragma once
#include <memory>
#include <string>

/// Where a provider's sign-in page comes back to at the command line: an address on this machine (RFC 8252 §7.3).
namespace crmdav {

class SignInPage {
public:
    SignInPage();  ///< listens at once, on a free port
    ~SignInPage();
    SignInPage(const SignInPage&) = delete;
    SignInPage& operator=(const SignInPage&) = delete;

    const std::string& redirect() const;
    struct Answer {
        std::string code, state;
    };
    /// @throws std::runtime_error  the person said no; or nothing came within ten minutes
    Answer wait();

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace crmdav
