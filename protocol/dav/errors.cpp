#include "protocol/dav/errors.h"

#include <utility>

#include "protocol/dav/names.h"
#include "protocol/dav/xml.h"

namespace crmdav {

DavError::DavError(int status, const std::string& text, QName condition, std::string inner)
    : std::runtime_error(text), status_(status), condition_(condition), inner_(std::move(inner)) {}

std::string errorBody(const DavError& error) {
    if (error.condition().name.empty()) return {};
    std::string body(xmlDeclaration());
    XmlWriter writer(body);
    writer.raw("<D:error").raw(rootNamespaces()).raw(">");
    if (error.inner().empty())
        writer.empty(error.condition());
    else
        writer.elementRaw(error.condition(), error.inner());
    writer.element(dav::responsedescription, error.what()).close(dav::error);
    return body;
}

}  // namespace crmdav
