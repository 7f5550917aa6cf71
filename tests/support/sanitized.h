#pragma once

/// Whether what is tested is compiled with the address sanitizer: several times as slow, and larger. The tests
/// themselves never are.
extern "C" void __asan_init() __attribute__((weak));

namespace crmdav {
inline bool isSanitized() { return __asan_init != nullptr; }
}  // namespace crmdav
