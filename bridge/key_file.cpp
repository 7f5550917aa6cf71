#include "bridge/key_file.h"

#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "store/records/uuid.h"

namespace crmdav {

namespace {

constexpr std::string_view head =
    "# Keys of crmdav: they encrypt what opens people's accounts at providers. The first line encrypts, all decrypt.\n"
    "# Keep a copy apart from those of the database. New keys: crmdav rotate-key\n";

std::string hexOf(const SecretKey& key) {
    std::string text;
    for (const unsigned char byte : key.bytes) {
        constexpr std::string_view digits = "0123456789abcdef";
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    return text;
}

int digitOf(char c) {
    const auto at = std::string_view("0123456789abcdef").find(static_cast<char>(c >= 'A' && c <= 'F' ? c + 32 : c));
    return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

void setId(SecretKey& key) {
    static constexpr std::string_view label = "crmdav key id";
    std::array<unsigned char, 32 + label.size()> named{};
    std::memcpy(named.data(), label.data(), label.size());
    std::memcpy(named.data() + label.size(), key.bytes.data(), key.bytes.size());
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned size = 0;
    const bool done = EVP_Digest(named.data(), named.size(), digest, &size, EVP_sha256(), nullptr) == 1;
    OPENSSL_cleanse(named.data(), named.size());
    if (!done) throw SecretError("no SHA-256");
    key.id.assign(reinterpret_cast<const char*>(digest), SecretKey::idSize);
}

SecretKey newKey() {
    std::string random = randomBytes(32);
    SecretKey key;
    std::memcpy(key.bytes.data(), random.data(), random.size());
    OPENSSL_cleanse(random.data(), random.size());
    setId(key);
    return key;
}

/// @throws SecretError  without the text: it may be a key with a slip in it
SecretKey parseKey(std::string_view line, const std::string& where) {
    SecretKey key;
    if (line.size() != 64) throw KeyFileError(where + ": expected a key of 64 hexadecimal digits");
    for (std::size_t i = 0; i < 32; ++i) {
        const int high = digitOf(line[2 * i]), low = digitOf(line[2 * i + 1]);
        if (high < 0 || low < 0) throw KeyFileError(where + ": expected a key of 64 hexadecimal digits");
        key.bytes[i] = static_cast<unsigned char>(high * 16 + low);
    }
    setId(key);
    return key;
}

std::vector<SecretKey> readKeys(const std::string& path) {
    std::ifstream in(path);
    if (!in) throw KeyFileError("can't read " + path + ": " + std::strerror(errno));
    std::vector<SecretKey> keys;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        while (!line.empty() && (line.back() == '\r' || line.back() == ' ')) line.pop_back();
        if (!line.empty() && line[0] != '#') keys.push_back(parseKey(line, path + ", line " + std::to_string(number)));
        OPENSSL_cleanse(line.data(), line.size());
    }
    if (keys.empty()) throw KeyFileError(path + " has no key");
    return keys;
}

/// A file beside it with these keys, on the disk and for nobody else's eyes, or for those who may read the old one: who
/// rotates keys needn't be who serves. @returns its name
std::string writePart(const std::string& path, const std::vector<SecretKey>& keys) {
    std::string text(head);
    for (const SecretKey& key : keys) text.append(hexOf(key)).append("\n");
    const std::string part = path + "." + newId() + ".part";
    const int file = ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    struct stat old {};
    const bool shared = file < 0 || ::stat(path.c_str(), &old) != 0 ||
                        (::fchown(file, old.st_uid, old.st_gid) == 0 && ::fchmod(file, old.st_mode & 07777) == 0);
    const bool written = file >= 0 && shared &&
                         ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                         ::fsync(file) == 0;
    const int why = errno;
    OPENSSL_cleanse(text.data(), text.size());
    if (file >= 0) ::close(file);
    if (!written) {
        ::unlink(part.c_str());
        throw KeyFileError("can't write " + path + ": " + std::strerror(why));
    }
    return part;
}

/// Puts it in place for good: what is encrypted next depends on it.
void syncFolder(const std::string& path) {
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    const int at = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = at >= 0 && ::fsync(at) == 0;
    const int why = errno;
    if (at >= 0) ::close(at);
    if (!synced) throw KeyFileError("can't write " + path + ": " + std::strerror(why));
}

bool sameFile(const struct stat& a, const struct stat& b) {
    return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
           a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

}  // namespace

SecretKey::~SecretKey() { OPENSSL_cleanse(bytes.data(), bytes.size()); }

std::vector<SecretKey> KeyFile::keys() {
    const std::lock_guard lock(mutex_);
    struct stat now {};
    if (::stat(path_.c_str(), &now) != 0) {
        if (errno != ENOENT) throw KeyFileError("can't read " + path_ + ": " + std::strerror(errno));
        keys_.clear();
        seen_ = {};
    } else if (keys_.empty() || !sameFile(now, seen_)) {
        keys_ = readKeys(path_);
        seen_ = now;
    }
    return keys_;
}

std::vector<SecretKey> KeyFile::keysOrNew() {
    if (auto known = keys(); !known.empty()) return known;
    const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
    std::error_code ignored;  // writePart says what is wrong
    if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
    const std::string part = writePart(path_, {newKey()});
    // Of several processes that find none the first one's key counts.
    const bool linked = ::link(part.c_str(), path_.c_str()) == 0 || errno == EEXIST;
    const int why = errno;
    ::unlink(part.c_str());
    if (!linked) throw KeyFileError("can't make " + path_ + ": " + std::strerror(why));
    syncFolder(path_);
    return keys();
}

void KeyFile::replace(const std::vector<SecretKey>& keys) {
    const std::string part = writePart(path_, keys);
    if (::rename(part.c_str(), path_.c_str()) != 0) {
        const int why = errno;
        ::unlink(part.c_str());
        throw KeyFileError("can't write " + path_ + ": " + std::strerror(why));
    }
    syncFolder(path_);
}

void KeyFile::add() {
    std::vector<SecretKey> all = keysOrNew();
    all.insert(all.begin(), newKey());
    replace(all);
}

void KeyFile::dropOthers() {
    std::vector<SecretKey> all = keys();
    if (all.size() <= 1) return;
    all.resize(1);
    replace(all);
}

}  // namespace crmdav
