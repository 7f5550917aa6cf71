#include <ostream>

#include "bridge/secrets.h"
#include "server/commands/command.h"

namespace crmdav {
namespace {

int rotateKey(const Invocation& call) {
    const Config config = call.config();
    const auto store = call.store(false);
    Secrets secrets(keyFileOf(config));
    const auto done = secrets.rotate(*store, !call.has("keep-first"), [&](std::size_t passed, std::size_t all) {
        if (passed != 0 && passed % 1000 == 0) call.err << passed << " of " << all << "\n";
    });
    call.out << "Secrets encrypted anew: " << done.sealed << ". " << keyFileOf(config) << " holds their key alone.\n";
    for (const Id& id : done.lost)
        if (const auto account = store->sync().account(id))
            call.err << "No key opens the secret of " << account->provider << " account " << account->login
                     << ": it has to be connected again.\n";
        else if (const auto webhook = store->sync().webhook(id))
            call.err << "No key opens the secret of the webhook to " << webhook->url << ": it has to be made again.\n";
        else
            call.err << "No key opens " << id << ": an administrator has to enter it again, in the console.\n";
    return done.lost.empty() ? 0 : 1;
}

constexpr Option keepFirst[] = {
    {"keep-first", "", "no new key: the first one of the file, which was put there by hand on each machine"}};

constexpr Command rows[] = {
    {"rotate-key", "",
     "Encrypts what opens people's accounts at providers with a new key, and forgets the old one; servers go on "
     "meanwhile.",
     "crmdav rotate-key\ncrmdav rotate-key --keep-first", keepFirst, rotateKey},
};

}  // namespace

std::span<const Command> secretCommands() { return rows; }

}  // namespace crmdav
