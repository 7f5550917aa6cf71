#pragma once
#include <optional>
#include <string>
#include <string_view>

#include "protocol/text/content_lines.h"
#include "store/model.h"

/// Contact and Company ⇄ vCard 3.0 and 4.0 (reference/mapping.md §2). Pure functions: no database, no clock.
/// What the CRM has no place for stays in the card; `custom`, `domains`, ids and links stay in the record.
namespace crmdav {

enum class CardKind { person, company, group, other };

/// KIND, X-ADDRESSBOOKSERVER-KIND, X-ABShowAs. Of these, persons and companies have records.
CardKind cardKind(const Component& card);

/// The mapped fields; head, companyId and custom are left empty.
Contact readContact(const Document&);
Company readCompany(const Document&);

/// Rewrites those properties whose field differs between `before` and `after`; everything else stays byte for byte.
/// Lines of emails, phones … are found by value, then by label and place, so that parameters, groups and labels of
/// what was only changed stay. A REV that is there gets `now`.
void overlayContact(Document&, const Contact& before, const Contact& after, Instant now);
void overlayCompany(Document&, const Company& before, const Company& after, Instant now);

/// A fresh vCard 3.0, which every client reads, with UID and X-CRMDAV-ID.
Document makeCard(const Contact&, Instant now);
Document makeCard(const Company&, Instant now);

/// "Prefix First Middle Last Suffix", else nickname, company, first email or phone. Never empty.
std::string composedName(const Contact&);

/// Image bytes of an inline PHOTO; nullopt: none, or a reference to elsewhere.
std::optional<std::string> readPhoto(const Document&);
/// Sets or (empty) removes PHOTO, as base64 of 3.0 or data URI of 4.0.
void setPhoto(Document&, std::string_view image, Instant now);

/// A full date, with or without dashes, time and zone dropped without a shift, as YYYY-MM-DD; empty: no full date,
/// such as one without year (rule D11).
std::string fullDate(const Property&);

}  // namespace crmdav
