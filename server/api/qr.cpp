#include <qrencode.h>

#include <memory>

#include "server/api/fields.h"
#include "server/api/routes.h"

/// A picture for a phone's camera: what somebody would otherwise have to type there.
namespace crmdav {

struct QrWish {
    std::string text;
};

template <>
std::span<const Field<QrWish>> fieldsOf() {
    static const Field<QrWish> rows[] = {field<QrWish, &QrWish::text>("text", "What it says, up to 1,000 bytes.")};
    return rows;
}

std::string qrSchema() { return schemaOf<QrWish>(); }

namespace {

constexpr std::size_t longestText = 1'000;

/// One path of dark squares, with the quiet zone that ISO/IEC 18004 asks for.
std::string svgOf(const QRcode& code) {
    constexpr int quiet = 4;
    const std::string side = std::to_string(code.width + 2 * quiet);
    std::string svg = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + side + " " + side +
                      "\" shape-rendering=\"crispEdges\"><path fill=\"#fff\" d=\"M0 0h" + side + "v" + side +
                      "H0z\"/><path d=\"";
    for (int y = 0; y < code.width; ++y)
        for (int x = 0; x < code.width; ++x)
            if (code.data[y * code.width + x] & 1)
                svg.append("M" + std::to_string(x + quiet) + " " + std::to_string(y + quiet) + "h1v1h-1z");
    return svg + "\"/></svg>";
}

/// By POST: what it says may be a secret, which doesn't belong in an address.
Response makeQr(Call& call) {
    QrWish wish;
    readFields(call, wish, call.body());
    if (wish.text.empty() || wish.text.size() > longestText) throw InvalidField("text", "must have 1 to 1,000 bytes");
    const std::unique_ptr<QRcode, void (*)(QRcode*)> code(
        QRcode_encodeString8bit(wish.text.c_str(), 0, QR_ECLEVEL_M), QRcode_free);
    if (!code) throw InvalidField("text", "doesn't fit into such a picture");
    return std::move(Response(200, "image/svg+xml", svgOf(*code)).with("Cache-Control", "no-store"));
}

}  // namespace

std::span<const Route> qrRoutes() {
    static constexpr Route routes[] = {
        {"POST", "/qr", "A QR code that says this", makeQr, Access::everybody, "", "Qr", "image"},
    };
    return routes;
}

}  // namespace crmdav
