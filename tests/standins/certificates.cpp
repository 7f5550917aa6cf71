#include "tests/standins/certificates.h"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>
#include <stdexcept>

namespace crmdav::standins {
namespace {

constexpr long day = 86'400;

void require(bool worked) {
    if (!worked) throw std::runtime_error("OpenSSL makes no certificate");
}

void extend(X509* certificate, int extension, const std::string& value) {
    X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, nullptr, extension, value.c_str());
    require(made != nullptr);
    const int added = X509_add_ext(certificate, made, -1);
    X509_EXTENSION_free(made);
    require(added == 1);
}

/// Good from yesterday till tomorrow. @param issuer  null: itself
X509* certify(EVP_PKEY* key, const char* name, X509* issuer, EVP_PKEY* signer, int extension,
              const std::string& value) {
    X509* made = X509_new();
    require(made != nullptr);
    std::uint32_t serial = 0;
    RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial);
    X509_set_version(made, X509_VERSION_3);
    ASN1_INTEGER_set_uint64(X509_get_serialNumber(made), serial);
    X509_gmtime_adj(X509_getm_notBefore(made), -day);
    X509_gmtime_adj(X509_getm_notAfter(made), day);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(issuer ? issuer : made));
    X509_set_pubkey(made, key);
    extend(made, extension, value);
    require(X509_sign(made, signer, EVP_sha256()) != 0);
    return made;
}

struct Close {
    void operator()(std::FILE* file) const noexcept { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

void write(const std::string& path, X509* certificate) {
    const File file(std::fopen(path.c_str(), "w"));
    require(file && PEM_write_X509(file.get(), certificate) == 1);
}
void write(const std::string& path, EVP_PKEY* key) {
    const File file(std::fopen(path.c_str(), "w"));
    require(file && PEM_write_PrivateKey(file.get(), key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
}

}  // namespace

Certificates::Certificates() : key_(EVP_EC_gen("P-256")), own_(nullptr) {
    require(key_ != nullptr);
    std::string name = std::filesystem::temp_directory_path() / "crmdav-certificates-XXXXXX";
    require(::mkdtemp(name.data()) != nullptr);
    folder_ = name;
    own_ = certify(key_, "An authority", nullptr, key_, NID_basic_constraints, "critical,CA:TRUE");
    write(authority(), own_);
}

Certificates::~Certificates() {
    X509_free(own_);
    EVP_PKEY_free(key_);
    std::filesystem::remove_all(folder_);
}

Certificates::Files Certificates::make(const std::string& name) const {
    static int count = 0;
    const std::string path = folder_ / std::to_string(++count);
    Files files{path + ".pem", path + ".key"};
    EVP_PKEY* key = EVP_EC_gen("P-256");
    require(key != nullptr);
    X509* certificate = certify(key, "A server", own_, key_, NID_subject_alt_name, name);
    write(files.certificate, certificate);
    write(files.key, key);
    X509_free(certificate);
    EVP_PKEY_free(key);
    return files;
}

}  // namespace crmdav::standins
