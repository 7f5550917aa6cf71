#include "server/http/errors.h"

#include <array>

#include "protocol/dav/errors.h"
#include "server/http/head.h"
#include "store/store.h"

namespace crmdav {
namespace {

struct Reason {
    int status;
    std::string_view text;
};
constexpr std::array reasons{
    Reason{100, "Continue"},
    Reason{200, "OK"},
    Reason{201, "Created"},
    Reason{202, "Accepted"},
    Reason{204, "No Content"},
    Reason{206, "Partial Content"},
    Reason{207, "Multi-Status"},
    Reason{301, "Moved Permanently"},
    Reason{302, "Found"},
    Reason{303, "See Other"},
    Reason{304, "Not Modified"},
    Reason{307, "Temporary Redirect"},
    Reason{308, "Permanent Redirect"},
    Reason{400, "Bad Request"},
    Reason{401, "Unauthorized"},
    Reason{403, "Forbidden"},
    Reason{404, "Not Found"},
    Reason{405, "Method Not Allowed"},
    Reason{406, "Not Acceptable"},
    Reason{408, "Request Timeout"},
    Reason{409, "Conflict"},
    Reason{410, "Gone"},
    Reason{411, "Length Required"},
    Reason{412, "Precondition Failed"},
    Reason{413, "Content Too Large"},
    Reason{414, "URI Too Long"},
    Reason{415, "Unsupported Media Type"},
    Reason{417, "Expectation Failed"},
    Reason{422, "Unprocessable Content"},
    Reason{423, "Locked"},
    Reason{424, "Failed Dependency"},
    Reason{428, "Precondition Required"},
    Reason{429, "Too Many Requests"},
    Reason{431, "Request Header Fields Too Large"},
    Reason{500, "Internal Server Error"},
    Reason{501, "Not Implemented"},
    Reason{503, "Service Unavailable"},
    Reason{505, "HTTP Version Not Supported"},
    Reason{507, "Insufficient Storage"},
};

Response davAnswer(const DavError& error) {
    Response answer(error.status());
    if (error.condition() != QName{}) {
        answer.with("Content-Type", "application/xml; charset=utf-8");
        answer.body = errorBody(error);
    } else if (error.status() >= 400) {
        answer = plainAnswer(error.status(), error.what());
    }
    return answer;
}

void note(Log& log, LogLevel level, const Request& request, const char* cause) {
    log.write(level, level == LogLevel::error ? "failed" : "refused",
              {{"id", request.id},
               {"method", request.method},
               {"path", loggedPath(request)},
               {"client", request.client},
               {"cause", cause}});
}

}  // namespace

std::string_view reasonOf(int status) noexcept {
    for (const auto& reason : reasons)
        if (reason.status == status) return reason.text;
    return "Status";
}

Response plainAnswer(int status, const std::string& text) { return {status, "text/plain; charset=utf-8", text + "\n"}; }

std::string loggedPath(const Request& request) {
    std::string path = request.target.substr(0, request.target.find('?'));
    for (const std::string_view secret : {"/feeds/", "/book/"})  // also in addresses that were refused
        if (const auto at = path.find(secret); at != path.npos) path.replace(at + secret.size(), path.npos, "***");
    return path;
}

Response answerTo(std::exception_ptr error, const Request& request, Log& log) {
    try {
        std::rethrow_exception(error);
    } catch (const DavError& e) {
        note(log, e.status() >= 500 ? LogLevel::error : LogLevel::debug, request, e.what());
        return davAnswer(e);
    } catch (const HttpError& e) {
        note(log, LogLevel::info, request, e.what());
        return plainAnswer(e.status, e.what());
    } catch (const PreconditionFailed& e) {
        return plainAnswer(412, e.what());
    } catch (const NotFound& e) {
        return plainAnswer(404, e.what());
    } catch (const Forbidden& e) {
        note(log, LogLevel::info, request, e.what());
        return plainAnswer(403, e.what());
    } catch (const InvalidField& e) {
        return plainAnswer(422, e.field + ": " + e.what());
    } catch (const StoreBusy& e) {
        note(log, LogLevel::warning, request, e.what());
        return plainAnswer(503, "The server is busy. Try again in a few seconds.").with("Retry-After", "5");
    } catch (const std::exception& e) {
        note(log, LogLevel::error, request, e.what());
    } catch (...) {
        note(log, LogLevel::error, request, "unknown exception");
    }
    return plainAnswer(500, "Something went wrong here. The administrator finds it in the log as " + request.id + ".");
}

}  // namespace crmdav
