#pragma once
#include <string>
#include <string_view>
#include <vector>

namespace crmdav {

/// A table of text with separators (RFC 4180, and what spreadsheets make of it): fields in quotes may hold line breaks.
class CsvReader {
public:
    /// The separator is the one of comma, semicolon, tab that the first line has most of.
    explicit CsvReader(std::string_view text);
    /// @returns false at the end. Empty lines are skipped. @throws std::runtime_error a quote that never ends
    bool next(std::vector<std::string>& fields);
    std::size_t line() const { return line_; }  ///< where the last row began, from 1
    std::size_t offset() const { return at_; }

private:
    std::string field();

    std::string_view text_;
    char separator_ = ',';
    std::size_t at_ = 0, line_ = 0, nextLine_ = 1;
};

/// Appends a row; fields are quoted where they need it. What a spreadsheet would take for a formula gets a quote mark
/// before it.
void appendCsvRow(std::string& out, const std::vector<std::string>& fields);

}  // namespace crmdav
