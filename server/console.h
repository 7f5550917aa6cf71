#pragma once
#include "server/http/message.h"

namespace crmdav {

/// Text for HTML, within and without quotes.
std::string htmlText(std::string_view text);

/// A page of its own that looks like the console and is translated by one of its modules.
/// @param body    HTML, with what people wrote or providers said escaped already
/// @param module  one of the console's files
Response consoleLike(const Request&, int status, std::string_view title, std::string_view body,
                     std::string_view module);

/// GET /console/…: the pages, from memory. The files stand below the version of all of them together, so that browsers
/// keep them for ever and never mix two versions; the page that names the version is asked for each time.
Response serveConsole(const Request&);

/// The page at /book/…, from the same files.
Response serveBookingPage();

}  // namespace crmdav
