#include "server/import/csv.h"

#include <algorithm>
#include <stdexcept>

namespace crmdav {

CsvReader::CsvReader(std::string_view text) : text_(text) {
    std::size_t most = 0;
    const std::string_view first = text_.substr(0, text_.find_first_of("\r\n"));
    for (const char candidate : {',', ';', '\t'})
        if (const auto count = static_cast<std::size_t>(std::ranges::count(first, candidate)); count > most) {
            most = count;
            separator_ = candidate;
        }
    if (first.starts_with("sep=") && first.size() == 5) {  // Excel's own hint
        separator_ = first[4];
        at_ = std::min(text_.find_first_not_of("\r\n", first.size()), text_.size());
        nextLine_ = 2;
    }
}

std::string CsvReader::field() {
    std::string value;
    if (at_ < text_.size() && text_[at_] == '"') {
        for (++at_;; ++at_) {
            if (at_ >= text_.size()) throw std::runtime_error("a quote is opened and never closed");
            if (text_[at_] == '\n') ++nextLine_;
            if (text_[at_] != '"')
                value += text_[at_];
            else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"')
                value += text_[++at_];
            else
                break;
        }
        ++at_;
    }
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\r' && text_[at_] != '\n')
        value += text_[at_++];
    return value;
}

bool CsvReader::next(std::vector<std::string>& fields) {
    fields.clear();
    while (at_ < text_.size()) {
        line_ = nextLine_;
        for (;;) {
            fields.push_back(field());
            if (at_ >= text_.size() || text_[at_] != separator_) break;
            ++at_;
        }
        if (at_ < text_.size()) {
            if (text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n') ++at_;
            ++at_;
            ++nextLine_;
        }
        if (std::ranges::any_of(fields, [](const std::string& f) { return !f.empty(); })) return true;
        fields.clear();
    }
    return false;
}

void appendCsvRow(std::string& out, const std::vector<std::string>& fields) {
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (i > 0) out += ',';
        std::string field = fields[i];
        const bool number = field.find_first_not_of("+-0123456789 ()./") == std::string::npos;
        if (!field.empty() && !number && std::string_view("=+-@\t").find(field[0]) != std::string_view::npos)
            field.insert(0, "'");
        if (field.find_first_of(",\"\r\n;") == std::string::npos) {
            out += field;
            continue;
        }
        out += '"';
        for (const char c : field) out.append(c == '"' ? 2 : 1, c);
        out += '"';
    }
    out += "\r\n";
}

}  // namespace crmdav
