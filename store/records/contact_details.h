#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "store/history.h"
#include "store/model.h"

/// Emails, phones and the like of contacts and companies, in rows with the form in which they are compared.
namespace crmdav {

class Connection;
class RowKeys;

enum class DetailKind { email, phone, url, im, date };

/// Writes the rows of one kind; only what differs between `before` and `after` is touched.
void writeDetails(Connection&, RecordKind, std::int64_t row, DetailKind, const std::vector<LabelledValue>& before,
                  const std::vector<LabelledValue>& after, std::string_view region);
void writeAddresses(Connection&, RecordKind, std::int64_t row, const std::vector<PostalAddress>& before,
                    const std::vector<PostalAddress>& after);

/// All details of one record.
struct Details {
    std::vector<LabelledValue> kinds[5];
    std::vector<PostalAddress> addresses;
    std::vector<LabelledValue>& of(DetailKind kind) { return kinds[static_cast<int>(kind)]; }
};
/// In the order of the keys; two statements, however many they are.
std::vector<Details> readDetails(Connection&, RecordKind, const RowKeys&);
void dropDetails(Connection&, RecordKind, std::int64_t row);

std::string normalDetail(DetailKind, std::string_view value, std::string_view region);

/// LIKE patterns by which a search finds phones, however number and search are written: as a number of the
/// organisation's region from its beginning, and as digits that go on anywhere. Text that is no number finds none.
struct PhonePatterns {
    std::string international = "-", digits = "-";
};
PhonePatterns phonePatterns(Connection&, std::string_view text);
/// A condition with those two bound. @param kind, row  of the record: a literal and a column
#define HAS_PHONE(kind, row)                                                            \
    "EXISTS(SELECT 1 FROM details p WHERE p.record_kind=" kind " AND p.record_row=" row \
    " AND p.kind=1 AND "                                                                \
    "(p.normal {like} ? OR p.normal {like} ?))"

/// Another region: what was compared in the one before is not known any more, even when that one comes back before
/// `tend` got to it.
void phonesAreStale(Connection&);
/// Writes the compared form of phones anew, as numbers of `region`, for at most `slice` records.
/// @param cursor  the record that was looked at last; 0 begins a round
/// @returns true: there are more
bool rereadPhones(Connection&, std::string_view region, std::size_t slice, std::int64_t& cursor);

/// @throws InvalidField named `field`: too many, too long, no email address, a date that is none
void checkDetails(DetailKind, const char* field, std::vector<LabelledValue>&);

}  // namespace crmdav
