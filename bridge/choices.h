#pragma once
#include <functional>
#include <memory>

#include "bridge/provider.h"
#include "bridge/settings.h"

/// What an account's owner can choose of what the provider has. Where it can't be asked now, all of it: a run will
/// tell.
namespace crmdav {

using ProviderToAsk = std::function<std::shared_ptr<Provider>()>;

/// The usual choice where there is only one sensible; nobody made one.
void chooseUsual(std::vector<std::string>& chosen, const std::vector<RemoteCollection>& all);

/// What is named anew has to be there: of linked ones more than busy times, and the first takes what is made here; of
/// conflict calendars busy times, a colleague's, too, that are in no list. Asks only where another choice was made.
/// @throws BadSetting
void requireThere(const CalendarSettings&, const CalendarSettings& before, const ProviderToAsk&, Instant now);
void requireThere(const ContactSettings&, const ContactSettings& before, const ProviderToAsk&);

}  // namespace crmdav
