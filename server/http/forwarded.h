#pragma once
#include <string>
#include <string_view>

#include "server/config.h"
#include "server/http/head.h"

namespace crmdav {

/// How the client sees us and we see it.
struct Outside {
    std::string client;  ///< address
    std::string origin;  ///< https://host[:port]
    std::string basePath;
    bool secure = false;
};

/// Reads X-Forwarded-For, -Proto, -Host and -Prefix where the peer is a trusted proxy; from anybody else they count for
/// nothing (D18). server.publicUrl, where set, beats them and the Host header.
/// @param overTls this very connection is encrypted
/// @throws HttpError 400  a trusted proxy sends something that is no host or base path
Outside seenFromOutside(const Config& config, const Head& head, const std::string& peer, bool overTls);

}  // namespace crmdav
