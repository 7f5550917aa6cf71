#pragma once
#include <sys/stat.h>

#include <array>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace crmdav {

/// Keys can't be read, or something can't be decrypted with them. what() names no secret.
struct SecretError : std::runtime_error {
    using std::runtime_error::runtime_error;
};

/// The file of the keys, to be more precise: nothing can be said of what they encrypted.
struct KeyFileError : SecretError {
    using SecretError::SecretError;
};

/// 32 random bytes; its id says which of several it is, and nothing else of it.
struct SecretKey {
    std::array<unsigned char, 32> bytes{};
    std::string id;
    SecretKey() = default;
    SecretKey(const SecretKey&) = default;
    SecretKey& operator=(const SecretKey&) = default;
    ~SecretKey();

    static constexpr std::size_t idSize = 8;
};

/// A text file of keys, 64 hexadecimal digits a line; the first encrypts, all decrypt. `#` begins a comment. What
/// others write there is noticed at the next look. Thread safe, also beside other processes.
class KeyFile {
public:
    explicit KeyFile(std::string path) : path_(std::move(path)) {}

    const std::string& path() const noexcept { return path_; }
    /// The first is the current one. Empty: there is no file. @throws KeyFileError  it can't be read or understood
    std::vector<SecretKey> keys();
    /// The same, with a new key in a new file (mode 0600) where there is none.
    std::vector<SecretKey> keysOrNew();
    /// Puts a new key before the others. @throws KeyFileError  the file can't be written
    void add();
    /// Leaves the current one alone. @throws KeyFileError
    void dropOthers();

private:
    void replace(const std::vector<SecretKey>& keys);

    const std::string path_;
    std::mutex mutex_;
    struct stat seen_ {};
    std::vector<SecretKey> keys_;
};

}  // namespace crmdav
