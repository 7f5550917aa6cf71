#pragma once
#include <span>
#include <vector>

#include "store/sync.h"

/// What the bridge remembers of contacts that are merged. A contact is linked once per account (D7), and a merge says
/// nothing of what is at a provider: of several records there, one stays linked – and gets what is new in two-way mode
/// –, the others stay as they are and aren't taken up again (suppressed, as in D2). Nothing is deleted there.
namespace crmdav {

class Connection;

struct MergedLink {
    std::int64_t row = 0;
    Id local;  ///< whose it was
    LinkState was = LinkState::linked;
    bool suppressed = false;  ///< or it leads to `into` now
};
/// Of each account's links of `into` and the others one leads to `into`: one that is in force, else its own, else that
/// of the first of the others. @returns those that changed
std::vector<MergedLink> mergeLinks(Connection&, const Id& into, std::span<const Id> others);

/// As it was before. What the provider has by now of one that was suppressed is read again: nobody listened since.
/// @param local  whose it was; empty: that one isn't there any more, and nothing is done
void returnLink(Connection&, std::int64_t row, const Id& local, LinkState was, bool suppressed);

}  // namespace crmdav
