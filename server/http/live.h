#pragma once
#include "server/http/message.h"

namespace crmdav {

/// What an answer writes to that waits for things to happen, of type text/event-stream: it isn't compressed, and its
/// time isn't measured. Every connection's Sink is one.
class LiveSink : public Sink {
public:
    /// Sends what was written so far, and waits until the client has it; from then on an exception cuts the connection.
    virtual void flush() = 0;
    /// Is there somebody to write to? false: the client went away, or the server stops.
    virtual bool open() = 0;
};

inline bool isLive(const Response& response) {
    return !response.headers.empty() && response.headers.front().second == "text/event-stream";
}

}  // namespace crmdav
