#pragma once
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "store/model.h"

/// UUIDs as text (model.h) and as the 16 bytes that the tables hold.
namespace crmdav {

/// A new one of version 7 (RFC 9562 §5.7): rises with time.
Id newId(std::chrono::system_clock::time_point now = std::chrono::system_clock::now());

/// The 16 bytes; empty when `id` is no lower- or upper-case UUID.
std::string bytesOf(std::string_view id);
/// Lower-case text of 16 bytes; empty when there aren't 16.
Id idOf(std::string_view bytes);

/// `count` random bytes of the system's generator.
std::string randomBytes(std::size_t count);

}  // namespace crmdav
