#include "protocol/dav/errors.h"

#include <utility>

namespace crmdav {

DavError::DavError(int status, const std::string& text, QName condition, std::string inner)
    : std::runtime_error(text), status_(status), condition_(condition), inner_(std::move(inner)) {}

}  // namespace crmdav
