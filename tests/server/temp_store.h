#pragma once
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "server/config.h"
#include "store/store.h"

namespace crmdav {

/// A folder of its own that goes away with the test.
class TempFolder {
public:
    TempFolder() {
        static std::atomic<int> number{0};
        path_ = std::filesystem::temp_directory_path() /
                ("crmdav-test-" + std::to_string(getpid()) + "-" + std::to_string(++number));
        std::filesystem::create_directories(path_);
    }
    ~TempFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    std::string operator/(const std::string& name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

/// A real store in a temporary folder, with users anna (member) and root (admin).
struct TempStore {
    TempStore() {
        config.storeUrl = "sqlite:" + folder / "crmdav.db";
        StoreOptions options;
        options.url = config.storeUrl;
        store = Store::open(options);
        User user;
        user.login = "anna";
        user.name = "Anna Berg";
        user.email = "anna@example.org";
        anna = store->addUser({}, user);
        user = {};
        user.login = "root";
        user.name = "Root";
        user.role = Role::admin;
        root = store->addUser({}, user);
    }

    TempFolder folder;
    Config config;
    std::unique_ptr<Store> store;
    User anna, root;
};

}  // namespace crmdav
