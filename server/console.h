#pragma once
#include "server/http/message.h"

namespace crmdav {

/// GET /console/…: the pages, from memory. The files stand below the version of all of them together, so that browsers
/// keep them for ever and never mix two versions; the page that names the version is asked for each time.
Response serveConsole(const Request&);

/// The page at /book/…, from the same files.
Response serveBookingPage();

}  // namespace crmdav
