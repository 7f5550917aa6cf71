#pragma once
#include <filesystem>
#include <string>

namespace crmdav {

/// Where the store of a test is: a SQLite file in a folder of its own, or, with CRMDAV_TEST_STORE=postgresql://…
/// (tests/postgresql/run), a database of its own on that server. It goes with this object.
class StorePlace {
public:
    /// What a database holds at first: the current schema, as a store that was just made, or nothing. A SQLite file
    /// isn't there yet.
    enum class Holds { schema, nothing };
    explicit StorePlace(Holds = Holds::schema);
    ~StorePlace();
    StorePlace(const StorePlace&) = delete;
    StorePlace& operator=(const StorePlace&) = delete;

    const std::string& url() const { return url_; }
    std::string file() const { return *this / "crmdav.db"; }  ///< the store, on SQLite
    /// A file beside it, for whatever else the test needs.
    std::string operator/(const std::string& name) const { return folder_ / name; }
    static bool onPostgresql();

    /// Every value of every table, as one string of the bytes in them.
    std::string everything() const;

private:
    std::filesystem::path folder_;
    std::string url_, database_;
};

/// For the first line of a test of what only a SQLite file has; says why in the list of what was left out.
#define SQLITE_ONLY(why) \
    if (StorePlace::onPostgresql()) GTEST_SKIP() << "SQLite only: " << why

}  // namespace crmdav
