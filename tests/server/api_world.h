#pragma once
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "protocol/text/json.h"
#include "server/api/api.h"
#include "server/config.h"
#include "server/log.h"
#include "store/store.h"
#include "tests/support/store_place.h"

/// A store in a place of its own, an admin and two members, and the API in front of it.
namespace crmdav {

inline std::unique_ptr<Store> openStore(const StorePlace& place) {
    StoreOptions options;
    options.url = place.url();
    options.readers = 2;
    return Store::open(options);
}

struct Answer {
    int status = 0;
    std::map<std::string, std::string> headers;
    std::string body;
    Json json;
    const Json& operator[](std::string_view name) const {
        static const Json none;
        const Json* found = json.find(name);
        return found ? *found : none;
    }
    std::string text(std::string_view name) const { return (*this)[name].string; }
    const std::vector<Json>& items() const { return (*this)["items"].array; }
};

using Headers = std::vector<std::pair<std::string, std::string>>;

class ApiWorld : public testing::Test {
protected:
    ApiWorld() : store(openStore(place)) {
        admin = person("anna", Role::admin);
        alice = person("alice", Role::member);
        bob = person("bob", Role::member);
    }

    Identity person(const std::string& login, Role role) {
        User user;
        user.login = login;
        user.name = login;
        user.email = login + "@firm.example";
        user.role = role;
        user.zone = "Europe/Berlin";
        Identity who;
        who.user = store->addUser({}, user);
        return who;
    }

    /// @param address below /api/v1, with query
    Answer ask(const Identity& who, const std::string& method, const std::string& address, const std::string& body = {},
               const Headers& headers = {}) {
        Request request;
        request.method = method;
        request.target = "/api/v1" + address;
        request.path = {"api", "v1"};
        const std::string path = address.substr(0, address.find('?'));
        for (std::size_t at = 1; at < path.size();) {
            const std::size_t end = std::min(path.find('/', at), path.size());
            request.path.push_back(path.substr(at, end - at));
            at = end + 1;
        }
        for (std::size_t at = address.find('?'); at < address.size();) {
            const std::size_t end = std::min(address.find('&', ++at), address.size());
            const std::string pair = address.substr(at, end - at);
            request.query.emplace_back(pair.substr(0, pair.find('=')), pair.substr(pair.find('=') + 1));
            at = end;
        }
        request.headers = headers;
        request.body = body;
        request.client = "192.0.2.1";
        request.origin = "https://crm.example";
        Response response = handleApi(context, request, who);
        Answer answer{response.status, {}, response.body, {}};
        for (auto& [name, value] : response.headers) answer.headers[name] = value;
        if (answer.headers["Content-Type"].ends_with("json"))
            answer.json = parseJson(answer.body, {4'000'000, 32, 500'000});
        return answer;
    }

    StorePlace place;
    std::unique_ptr<Store> store;
    Config config;
    Log log{2, LogLevel::error};
    Context context{*store, config, log};
    Identity admin, alice, bob;
};

}  // namespace crmdav
