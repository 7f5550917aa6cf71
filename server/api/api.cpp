#include "server/api/api.h"

#include <algorithm>

#include "bridge/accounts.h"
#include "protocol/dav/errors.h"
#include "server/api/calendar.h"
#include "server/api/call.h"
#include "server/api/routes.h"

namespace crmdav {
namespace {

Response openApiHandler(Call& call) {
    const std::string address = call.request.origin + call.request.basePath + "/api/v1";
    std::string json = openApi(address);
    const std::string etag = etagOfJson(json);
    return conditional(call.request, etag, std::move(json));
}

constexpr Route ownRoutes[] = {
    {"GET", "/openapi.json", "This description", openApiHandler, Access::everybody, "", "", "openapi"},
};

/// Does the path below /api/v1 fit the template? What stands for {…} goes into `ids`.
bool fits(std::string_view pattern, std::span<const std::string> path, std::vector<std::string>& ids) {
    ids.clear();
    for (const std::string& segment : path) {
        if (pattern.empty()) return false;
        pattern.remove_prefix(1);
        const std::string_view part = pattern.substr(0, pattern.find('/'));
        if (part.starts_with('{'))
            ids.push_back(segment);
        else if (part != segment)
            return false;
        pattern.remove_prefix(part.size());
    }
    return pattern.empty();
}

std::vector<std::string_view> words(std::string_view text) {
    std::vector<std::string_view> all;
    while (!text.empty()) {
        const auto space = text.find(' ');
        all.push_back(text.substr(0, space));
        text = space == std::string_view::npos ? std::string_view{} : text.substr(space + 1);
    }
    return all;
}

void requireKnownParameters(const Route& route, const Request& request) {
    const auto known = words(route.parameters);
    for (const auto& [name, value] : request.query) {
        if (std::ranges::find(known, name) != known.end()) continue;
        const std::string_view close = nearest(name, known);
        throw Problem(400, "unknown query parameter " + name +
                               (close.empty() ? std::string() : "; did you mean " + std::string(close) + "?"));
    }
}

void requireScope(const Route& route, const Identity& who) {
    if (!who.scope.api || who.scope.collection) throw Forbidden("this app password doesn't open the API");
    if (who.scope.readOnly && route.method != "GET") throw Forbidden("this app password can't change anything");
    if (route.access == Access::admins && !who.admin()) throw Forbidden("only admins may do this");
}

Response dispatch(Call& call) {
    const auto path = std::span(call.request.path).subspan(2);
    const std::string_view method = call.request.method == "HEAD" ? "GET" : std::string_view(call.request.method);
    std::string allowed;
    for (const Route& route : allRoutes()) {
        if (!fits(route.path, path, call.ids)) continue;
        if (route.method != method) {
            allowed.append(allowed.empty() ? "" : ", ").append(route.method);
            continue;
        }
        requireScope(route, call.who);
        requireKnownParameters(route, call.request);
        return route.handle(call);
    }
    if (allowed.empty()) throw NotFound("there is no such address; /api/v1/openapi.json lists them");
    if (call.request.method == "OPTIONS") return Response(204).with("Allow", allowed);
    return problemResponse(405, "this address takes " + allowed).with("Allow", allowed);
}

}  // namespace

const std::vector<Route>& allRoutes() {
    static const auto routes = [] {
        std::vector<Route> all;
        for (const auto& some :
             {mergeRoutes(),      recordRoutes(),      calendarRoutes(),     meetingRoutes(),
              occurrenceRoutes(), peopleRoutes(),      sessionRoutes(),      organisationRoutes(),
              providerRoutes(),   healthRoutes(),      teamRoutes(),         collectionRoutes(),
              changeRoutes(),     accountRoutes(),     accountRunRoutes(),   outboxRoutes(),
              qrRoutes(),         appointmentRoutes(), workingHoursRoutes(), std::span<const Route>(ownRoutes)})
            all.insert(all.end(), some.begin(), some.end());
        return all;
    }();
    return routes;
}

Response handleApi(const Context& context, const Request& request, const Identity& who) {
    Call call{context.store, context.config, request, who, {}, Directory(context.store), context.bridge};
    try {
        return dispatch(call);
    } catch (const Problem& problem) {
        return problemResponse(problem.status, problem.what());
    } catch (const InvalidField& error) {
        return problemResponse(error.field.empty() ? 400 : 422, error.what(), error.field);
    } catch (const PreconditionFailed& error) {
        return problemResponse(412, error.what());
    } catch (const NotFound& error) {
        return problemResponse(404, error.what());
    } catch (const Forbidden& error) {
        return problemResponse(403, error.what());
    } catch (const DavError& error) {
        return problemResponse(error.status(), error.what());
    } catch (const StoreBusy& error) {
        return problemResponse(503, error.what()).with("Retry-After", "5");
    } catch (const BadSetting& error) {
        return problemResponse(422, error.what(), error.field);
    } catch (const NotNow& error) {
        return problemResponse(409, error.what());
    } catch (const TryLater& error) {
        const auto after = error.after.value_or(std::chrono::seconds(60));
        return problemResponse(503, error.what()).with("Retry-After", std::to_string(after.count()));
    } catch (const ProviderError& error) {  // what the provider says to what was asked for
        return problemResponse(422, error.what());
    }
}

}  // namespace crmdav
