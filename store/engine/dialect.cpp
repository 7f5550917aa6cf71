#include "store/engine/dialect.h"

#include <array>
#include <utility>

namespace crmdav::dialect {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 3> words{{
    {"{key}", "INTEGER PRIMARY KEY"},
    {"{blob}", "BLOB"},
    {"{clustered}", "WITHOUT ROWID"},
}};

}  // namespace

std::string spell(std::string_view schema) {
    std::string spelt(schema);
    for (const auto& [word, here] : words)
        for (auto at = spelt.find(word); at != std::string::npos; at = spelt.find(word, at + here.size()))
            spelt.replace(at, word.size(), here);
    return spelt;
}

}  // namespace crmdav::dialect
