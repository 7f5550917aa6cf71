#include "store/store.h"

namespace crmdav {

Store::~Store() = default;

}  // namespace crmdav
