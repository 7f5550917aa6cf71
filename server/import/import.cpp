#include "server/import/import.h"

#include <Poco/File.h>
#include <Poco/SharedMemory.h>

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>

#include "protocol/dav/errors.h"
#include "protocol/text/text_values.h"
#include "server/http/spool.h"
#include "server/import/readers.h"

namespace crmdav {
namespace {

constexpr std::size_t batchSize = 200;

/// The first words of a file say what it is.
void (*readerOf(std::string_view text))(std::string_view, const TakeIncoming&) {
    const std::string_view begin = text.substr(std::min(text.find_first_not_of(" \t\r\n"), text.size()), 20);
    if (startsWithIgnoreCase(begin, "BEGIN:VCALENDAR")) return readCalendarFile;
    if (startsWithIgnoreCase(begin, "BEGIN:VCARD")) return readCardFile;
    const std::string_view first = text.substr(0, text.find_first_of("\r\n"));
    if (first.find_first_of(",;\t") != std::string_view::npos) return readContactTable;
    throw std::runtime_error("neither a calendar (.ics), nor cards (.vcf), nor a table of contacts (.csv)");
}

/// A name for the address of a new member: its UID where that is plain, else a hash of it.
std::string memberName(const Incoming& incoming) {
    const bool plain = incoming.uid.size() <= 100 &&
                       incoming.uid.find_first_not_of(
                           "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                           "-_.@") == std::string::npos &&
                       incoming.uid[0] != '.';
    return (plain ? incoming.uid : uidOf(incoming.uid)) + (incoming.target < Becomes::contact ? ".ics" : ".vcf");
}

/// A text in a file without a name, mapped: like those of the import itself, its pages come and go.
class MappedCopy {
public:
    MappedCopy() = default;
    MappedCopy(const MappedCopy&) = delete;
    MappedCopy& operator=(const MappedCopy&) = delete;
    ~MappedCopy() {
        if (mapped_) ::munmap(mapped_, size_);
        if (file_ >= 0) ::close(file_);
    }

    void append(std::string_view bytes) {
        if (file_ < 0) file_ = openUnnamedFile();
        while (!bytes.empty()) {
            const auto put = ::write(file_, bytes.data(), bytes.size());
            if (put < 0 && errno == EINTR) continue;
            if (put <= 0) throw std::system_error(errno, std::generic_category(), "no room for the file in UTF-8");
            bytes.remove_prefix(static_cast<std::size_t>(put));
            size_ += static_cast<std::size_t>(put);
        }
    }

    std::string_view text() {
        if (size_ == 0) return {};
        void* const mapped = ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, file_, 0);
        if (mapped == MAP_FAILED) throw std::system_error(errno, std::generic_category(), "mmap");
        mapped_ = mapped;
        return {static_cast<const char*>(mapped), size_};
    }

private:
    int file_ = -1;
    std::size_t size_ = 0;
    void* mapped_ = nullptr;
};

class Importer {
public:
    Importer(Store& store, const Actor& actor, const User& user, const ImportOptions& options)
        : store_(store), actor_(actor), user_(user), options_(options) {}

    ImportReport run(std::string_view text) {
        all_ = text.size();
        readerOf(text)(text, [&](Incoming&& incoming) { take(std::move(incoming)); });
        flush();
        if (options_.progress) options_.progress(all_, all_);
        std::ranges::stable_sort(report_.leftOut, {}, &LeftOut::line);
        return std::move(report_);
    }

private:
    void take(Incoming&& incoming) {
        bytes_ += incoming.bytes.size();
        pending_.push_back(std::move(incoming));
        if (pending_.size() >= batchSize || bytes_ > 8'000'000) flush();
    }

    void flush() {
        if (pending_.empty()) return;
        const auto each = [&] {
            for (const Incoming& incoming : pending_) save(incoming);
        };
        // Tables are small; what a failed batch had counted is no longer true.
        const ImportReport before = report_;
        try {
            options_.dryRun ? each() : store_.batch(each);
        } catch (...) {
            report_ = before;
            throw;
        }
        if (options_.progress) options_.progress(pending_.back().offset, all_);
        pending_.clear();
        bytes_ = 0;
    }

    void save(const Incoming& incoming) {
        const auto leaveOut = [&](std::string why) {
            report_.leftOut.push_back({incoming.line, incoming.title, std::move(why)});
        };
        if (!incoming.error.empty()) return leaveOut(incoming.error);
        try {
            const Collection& collection = collectionFor(incoming.target);
            const auto existing = store_.memberByUid(collection.id, incoming.uid);
            if (options_.dryRun) return foresee(collection, existing, incoming);
            const std::string name = existing ? existing->name : memberName(incoming);
            const Saved saved = store_.saveObject(actor_, collection.id, name, incoming.bytes, {});
            ++(saved.created ? report_.created : saved.changed ? report_.updated : report_.unchanged);
        } catch (const DavError& error) {
            leaveOut(error.what());
        } catch (const InvalidField& error) {
            leaveOut(error.field + " " + error.what());
        } catch (const Forbidden& error) {
            leaveOut(error.what());
        }
    }

    void foresee(const Collection& collection, const std::optional<Member>& existing, const Incoming& incoming) {
        if (!existing) {
            ++report_.created;
            return;
        }
        bool same = false;
        store_.object(collection.id, existing->name,
                      [&](const Member&, std::string_view bytes) { same = bytes == incoming.bytes; });
        ++(same ? report_.unchanged : report_.updated);
    }

    const Collection& collectionFor(Becomes target) {
        auto& found = collections_[static_cast<std::size_t>(target)];
        if (!found) found = find(target);
        return *found;
    }

    Collection find(Becomes target) const {
        const bool cards = target >= Becomes::contact;
        const std::string& wanted = cards ? options_.book : options_.calendar;
        const Home home = cards ? Home::addressbooks : Home::calendars;
        static constexpr std::string_view usual[] = {"activities", "tasks", "activities", "contacts", "companies"};
        const std::string name = wanted.empty() ? std::string(usual[static_cast<std::size_t>(target)]) : wanted;
        if (auto collection = store_.collection(user_.login, home, name)) return *std::move(collection);
        for (Collection& collection : store_.home(user_.login, home))
            if (collection.displayName == name) return std::move(collection);
        throw std::runtime_error(user_.login + " has no " + (cards ? "address book " : "calendar ") + name);
    }

    Store& store_;
    const Actor& actor_;
    const User& user_;
    const ImportOptions& options_;
    ImportReport report_;
    std::vector<Incoming> pending_;
    std::size_t bytes_ = 0, all_ = 0;
    std::optional<Collection> collections_[5];
};

}  // namespace

ImportReport importFile(Store& store, const Actor& actor, const User& user, const std::string& file,
                        const ImportOptions& options) {
    const Poco::File path(file);
    if (!path.exists() || !path.isFile()) throw std::runtime_error("there is no file " + file);
    if (path.getSize() == 0) return {};
    const Poco::SharedMemory mapped(path, Poco::SharedMemory::AM_READ);  // pages come and go, memory stays small
    const std::string_view bytes(mapped.begin(), static_cast<std::size_t>(mapped.end() - mapped.begin()));
    MappedCopy utf8;
    const bool copied = convertUtf16(bytes, [&](std::string_view piece) { utf8.append(piece); });
    return Importer(store, actor, user, options).run(copied ? utf8.text() : withoutMark(bytes));
}

}  // namespace crmdav
