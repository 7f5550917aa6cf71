#include "store/records/packed.h"

namespace crmdav {

std::string pack(std::span<const std::string> values) {
    std::string packed;
    for (const std::string& value : values) {
        packed += value;
        packed += packSeparator;
    }
    return packed;
}

std::vector<std::string> unpack(std::string_view packed) {
    std::vector<std::string> values;
    while (!packed.empty()) {
        const auto end = packed.find(packSeparator);
        values.emplace_back(packed.substr(0, end));
        if (end == std::string_view::npos) break;
        packed.remove_prefix(end + 1);
    }
    return values;
}

std::string packMap(const std::map<std::string, std::string>& values) {
    std::vector<std::string> flat;
    for (const auto& [name, value] : values) {
        flat.push_back(name);
        flat.push_back(value);
    }
    return pack(flat);
}

std::map<std::string, std::string> unpackMap(std::string_view packed) {
    std::map<std::string, std::string> values;
    const auto flat = unpack(packed);
    for (std::size_t i = 0; i + 1 < flat.size(); i += 2) values[flat[i]] = flat[i + 1];
    return values;
}

}  // namespace crmdav
