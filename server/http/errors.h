#pragma once
#include <exception>
#include <string>

#include "server/http/message.h"
#include "server/log.h"

namespace crmdav {

/// The answer to a request that failed with an exception; the one place that knows which status an exception is.
/// What nobody expected is a 500 that tells the client nothing but the request's id, and the log everything.
Response answerTo(std::exception_ptr error, const Request& request, Log& log);

/// A plain-text answer for people.
Response plainAnswer(int status, const std::string& text);

/// The standard phrase of a status code.
std::string_view reasonOf(int status) noexcept;

/// The path without its query, with feed and booking secrets masked: what may be logged.
std::string loggedPath(const Request& request);

}  // namespace crmdav
