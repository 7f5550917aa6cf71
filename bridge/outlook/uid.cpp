#include "bridge/outlook/uid.h"

#include "protocol/text/text_values.h"

namespace crmdav::outlook {
namespace {

constexpr std::string_view classId = "040000008200E00074C5B7101A82E008";
constexpr std::string_view foreignMark = "7643616C2D55696401000000";  // "vCal-Uid", 1
constexpr std::size_t dateAt = 32, dataAt = 80;                       // in hex digits

int digitOf(char c) { return c >= 'A' ? c - 'A' + 10 : c - '0'; }

}  // namespace

std::string meetingUid(std::string_view iCalUId) {
    std::string id = upperAscii(trim(iCalUId));
    if (!id.starts_with(classId) || id.size() < dataAt || id.size() % 2 != 0 ||
        id.find_first_not_of("0123456789ABCDEF") != std::string::npos)
        return std::string(trim(iCalUId));
    if (std::string_view(id).substr(dataAt).starts_with(foreignMark)) {
        std::string uid;
        for (std::size_t i = dataAt + foreignMark.size(); i + 1 < id.size(); i += 2) {
            const char c = static_cast<char>(digitOf(id[i]) * 16 + digitOf(id[i + 1]));
            if (c == '\0') break;
            uid += c;
        }
        if (!uid.empty() && validUtf8(uid)) return uid;
    }
    return id.replace(dateAt, 8, "00000000");
}

}  // namespace crmdav::outlook
