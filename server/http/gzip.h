#pragma once
#include <memory>
#include <string>
#include <string_view>

namespace crmdav {

/// Compresses a stream of bytes into gzip (RFC 1952), at the level that costs least.
class Gzip {
public:
    Gzip();
    ~Gzip();
    Gzip(const Gzip&) = delete;
    Gzip& operator=(const Gzip&) = delete;

    void add(std::string_view bytes, std::string& out);
    void finish(std::string& out);

private:
    void run(std::string_view bytes, std::string& out, int flush);
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace crmdav
