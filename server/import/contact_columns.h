#pragma once
#include <string>

/// Which part of a contact a column of a table holds, told from its header.
namespace crmdav {

enum class CardPart {
    ignore,
    fullName,
    prefix,
    first,
    middle,
    last,
    suffix,
    nickname,
    company,
    department,
    title,
    notes,
    birthday,
    anniversary,
    url,
    tags,
    uid,
    email,
    phone,
    street,
    extended,
    poBox,
    city,
    region,
    postcode,
    country,
    wholeAddress,
};

/// What a column holds; `label` as vCard TYPE, `slot` tells the first email from the second.
struct Column {
    CardPart part = CardPart::ignore;
    std::string label;
    int slot = 1;
    std::string header;
    bool isLabel = false;  ///< the label of that slot instead of its value (Google: "E-mail 1 - Label")
    bool unknown = false;
};

/// Google's, Outlook's and Thunderbird's names, in English and German, and what people write themselves.
Column columnOf(const std::string& header);

}  // namespace crmdav
