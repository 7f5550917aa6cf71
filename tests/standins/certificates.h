#pragma once
#include <openssl/types.h>

#include <filesystem>
#include <string>

namespace crmdav::standins {

/// An authority of its own and what it certifies: PEM files in a folder that ends with it.
class Certificates {
public:
    struct Files {
        std::string certificate, key;
    };

    Certificates();
    ~Certificates();
    Certificates(const Certificates&) = delete;
    Certificates& operator=(const Certificates&) = delete;

    std::string authority() const { return folder_ / "authority.pem"; }
    /// @param name  as in subjectAltName: DNS:mail.example.org, IP:127.0.0.1
    Files make(const std::string& name) const;

private:
    std::filesystem::path folder_;
    EVP_PKEY* key_;
    X509* own_;
};

}  // namespace crmdav::standins
