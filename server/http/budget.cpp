#include "server/http/budget.h"

#include "store/store.h"

namespace crmdav {

std::shared_ptr<void> holdLarge(std::size_t bytes) {
    static ByteBudget budget(16'777'216);
    constexpr std::size_t large = 262'144;
    if (bytes <= large) return nullptr;
    auto share = std::make_shared<ByteBudget::Share>();
    if (!share->take(budget, bytes, std::chrono::seconds(30))) throw StoreBusy("too many large answers at once");
    return share;
}

}  // namespace crmdav
