#pragma once
#include <cstdint>
#include <span>

namespace crmdav::demo {

/// The same numbers everywhere, for ever: SplitMix64, without the standard library's distributions, which differ.
class Random {
public:
    explicit Random(std::uint64_t seed) : state_(seed) {}

    /// 0 … n-1
    std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }
    /// least … most
    int between(int least, int most) {
        return least + static_cast<int>(below(static_cast<std::size_t>(most - least + 1)));
    }
    bool percent(unsigned chance) { return below(100) < chance; }
    template <class T, std::size_t n>
    const T& of(const T (&list)[n]) {
        return list[below(n)];
    }
    template <class List>
    const auto& in(const List& list) {
        return list[below(std::size(list))];
    }

private:
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
        z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
        z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
        return z ^ (z >> 31);
    }
    std::uint64_t state_;
};

}  // namespace crmdav::demo
