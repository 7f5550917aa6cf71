#pragma once
#include <span>
#include <string>
#include <string_view>

#include "server/api/call.h"

/// Every address of the API is one row: requests are routed by it and openapi.json is written from it.
namespace crmdav {

enum class Access { everybody, admins };

struct Route {
    std::string_view method;
    std::string_view path;  ///< below /api/v1; {…} stands for one segment
    std::string_view summary;
    Response (*handle)(Call&);
    Access access = Access::everybody;
    std::string_view parameters = {};  ///< query parameters it knows, space between
    std::string_view body = {};        ///< schema of the request body, by name; empty: none
    std::string_view answer = {};      ///< schema of the answer; "[Contact]": a page of them; empty: none
    bool creates = false;              ///< answers 201 instead of 200
};

std::span<const Route> mergeRoutes();         // merge.cpp: before the records', whose {id} its names would be
std::span<const Route> recordRoutes();        // records.cpp
std::span<const Route> peopleRoutes();        // people.cpp
std::span<const Route> sessionRoutes();       // sessions.cpp
std::span<const Route> organisationRoutes();  // organisation.cpp
std::span<const Route> providerRoutes();      // providers.cpp
std::span<const Route> healthRoutes();        // health.cpp
std::span<const Route> teamRoutes();          // teams.cpp
std::span<const Route> collectionRoutes();    // collections.cpp
std::span<const Route> changeRoutes();        // changes.cpp
std::span<const Route> accountRoutes();       // accounts.cpp
std::span<const Route> accountRunRoutes();    // accounts_runs.cpp
std::span<const Route> qrRoutes();            // qr.cpp
std::span<const Route> outboxRoutes();        // outbox.cpp
std::span<const Route> appointmentRoutes();   // appointments.cpp
std::span<const Route> workingHoursRoutes();  // working_hours.cpp

/// All of them, openapi.json included.
const std::vector<Route>& allRoutes();

/// OpenAPI 3.1 from allRoutes() and the field tables.
std::string openApi(std::string_view server);

}  // namespace crmdav
