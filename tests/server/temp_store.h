#pragma once
#include <memory>

#include "server/config.h"
#include "store/store.h"
#include "tests/support/store_place.h"

namespace crmdav {

/// A real store in a place of its own, with users anna (member) and root (admin).
struct TempStore {
    TempStore() {
        config.storeUrl = place.url();
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

    StorePlace place;
    Config config;
    std::unique_ptr<Store> store;
    User anna, root;
};

}  // namespace crmdav
