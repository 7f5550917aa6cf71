#include <algorithm>
#include <map>
#include <vector>

#include "protocol/text/content_lines.h"
#include "protocol/text/legacy_text.h"
#include "server/import/readers.h"

/// Calendar files. A first pass finds where every component lies and which UID it has; the second puts together what
/// belongs together. Nothing but that index is held.
namespace crmdav {
namespace {

struct Block {
    std::string_view text;  ///< BEGIN … END with line ends
    std::size_t line = 1;
    std::size_t calendar = 0;  ///< which VCALENDAR it stands in
    std::string_view kind;     ///< VEVENT …
    std::string uid;           ///< made from the content where there is none
    bool named = true;         ///< it brought its UID along
};

struct Calendar {
    std::string_view text, product;
    std::string zone;  ///< the lines of a vCalendar 1.0 that say it
    bool legacy = false, method = false;
};

struct Index {
    std::vector<Calendar> calendars;
    std::vector<Block> blocks;
    std::map<std::string, std::string_view, std::less<>> zones;  ///< TZID → VTIMEZONE
    std::vector<Incoming> broken;
};

struct Line {
    std::string_view raw, text;  ///< with and without its line end
    std::size_t offset = 0, number = 1;
};

/// Lines that end in CRLF, LF or CR.
class Lines {
public:
    explicit Lines(std::string_view text) : text_(text) {}
    bool next(Line& line) {
        if (at_ >= text_.size()) return false;
        const std::size_t end = std::min(text_.find_first_of("\r\n", at_), text_.size());
        std::size_t after = std::min(end + 1, text_.size());
        if (end + 1 < text_.size() && text_[end] == '\r' && text_[end + 1] == '\n') ++after;
        line = {text_.substr(at_, after - at_), text_.substr(at_, end - at_), at_, ++number_};
        at_ = after;
        return true;
    }

private:
    std::string_view text_;
    std::size_t at_ = 0, number_ = 0;
};

/// BEGIN:X or END:X: X; else empty.
std::string_view named(std::string_view line, std::string_view word) {
    if (!startsWithIgnoreCase(line, word)) return {};
    return trim(line.substr(word.size()));
}

std::string unfolded(std::string_view text) {
    std::string out;
    Lines lines(text);
    for (Line line; lines.next(line);) {
        const bool folded = !line.text.empty() && (line.text[0] == ' ' || line.text[0] == '\t');
        if (folded)
            out.append(line.text.substr(1));
        else
            out.append(out.empty() ? "" : "\n").append(line.text);
    }
    return out;
}

/// Value of the first line `name…:` at the top of an unfolded component; empty: none.
std::string valueOf(std::string_view component, std::string_view name) {
    int depth = 0;
    Lines lines(component);
    for (Line line; lines.next(line);) {
        if (!named(line.text, "BEGIN:").empty()) ++depth;
        if (!named(line.text, "END:").empty()) --depth;
        if (depth != 1 || !startsWithIgnoreCase(line.text, name) || line.text.size() <= name.size()) continue;
        if (const char c = line.text[name.size()]; c != ':' && c != ';') continue;
        bool quoted = false;
        for (std::size_t i = name.size(); i < line.text.size(); ++i) {
            if (line.text[i] == '"') quoted = !quoted;
            if (line.text[i] == ':' && !quoted) return std::string(trim(line.text.substr(i + 1)));
        }
    }
    return {};
}

/// What makes two exports of the same component differ doesn't count.
std::string contentUid(std::string_view component) {
    std::string content;
    Lines lines(component);
    for (Line line; lines.next(line);) {
        bool stamp = false;
        for (const std::string_view name : {"DTSTAMP", "CREATED", "LAST-MODIFIED"})
            stamp = stamp || startsWithIgnoreCase(line.text, name);
        if (!stamp) content.append(line.text) += '\n';
    }
    return uidOf(content);
}

bool isObjectKind(std::string_view kind) {
    return equalsIgnoreCase(kind, "VEVENT") || equalsIgnoreCase(kind, "VTODO") || equalsIgnoreCase(kind, "VJOURNAL");
}

class Indexer {
public:
    Index run(std::string_view text) {
        text_ = text;
        Lines lines(text);
        for (Line line; lines.next(line);) take(line);
        if (!open_.empty()) abandon("its END is missing");
        return std::move(index_);
    }

private:
    void take(const Line& line) {
        if (const auto begun = named(line.text, "BEGIN:"); !begun.empty()) return begin(line, begun);
        if (const auto ended = named(line.text, "END:"); !ended.empty()) return end(line, ended);
        if (open_.size() != 1) return;
        Calendar& calendar = index_.calendars.back();
        if (startsWithIgnoreCase(line.text, "PRODID")) calendar.product = line.text;
        if (startsWithIgnoreCase(line.text, "TZ:") || startsWithIgnoreCase(line.text, "DAYLIGHT:"))
            calendar.zone.append(line.text).append("\r\n");
        if (startsWithIgnoreCase(line.text, "METHOD")) calendar.method = true;
        if (startsWithIgnoreCase(line.text, "VERSION:1.0")) calendar.legacy = true;
    }

    void begin(const Line& line, std::string_view name) {
        if (equalsIgnoreCase(name, "VCALENDAR")) {
            if (!open_.empty()) abandon("its END is missing");
            index_.calendars.push_back({text_.substr(line.offset), {}, {}, false, false});
        } else if (open_.empty()) {
            return;  // cards and the like between calendars
        } else if (open_.size() > 1 && isObjectKind(name)) {
            abandon("its END is missing");
        }
        if (open_.size() == 1) start_ = line;
        open_.push_back(name);
    }

    void end(const Line& line, std::string_view name) {
        const auto found = std::ranges::find_if(open_, [&](auto each) { return equalsIgnoreCase(each, name); });
        if (found == open_.end()) return;
        const std::size_t after = line.offset + line.raw.size();
        if (found == open_.begin()) {
            if (open_.size() > 1) abandon("its END is missing");
            Calendar& calendar = index_.calendars.back();
            calendar.text =
                calendar.text.substr(0, after - static_cast<std::size_t>(calendar.text.data() - text_.data()));
            open_.clear();
            return;
        }
        open_.erase(found, open_.end());
        if (open_.size() == 1) keep(text_.substr(start_.offset, after - start_.offset), name);
    }

    void keep(std::string_view block, std::string_view kind) {
        if (equalsIgnoreCase(kind, "VTIMEZONE")) {
            index_.zones.emplace(valueOf(unfolded(block), "TZID"), block);
        } else if (isObjectKind(kind)) {
            const std::string plain = unfolded(block);
            std::string uid = valueOf(plain, "UID");
            const bool has = !uid.empty();
            index_.blocks.push_back({block, start_.number, index_.calendars.size() - 1, kind,
                                     has ? std::move(uid) : contentUid(plain), has});
        }
    }

    void abandon(std::string_view why) {
        if (open_.size() > 1) {
            Incoming broken;
            broken.line = start_.number;
            broken.title = std::string(open_[1]);
            broken.error = why;
            index_.broken.push_back(std::move(broken));
        }
        open_.resize(std::min<std::size_t>(open_.size(), 1));
    }

    std::string_view text_;
    Index index_;
    std::vector<std::string_view> open_;
    Line start_;
};

void appendCrlf(std::string& out, std::string_view text) {
    Lines lines(text);
    for (Line line; lines.next(line);)
        if (!line.text.empty()) out.append(line.text).append("\r\n");
}

bool hasBareCr(std::string_view text) {
    for (std::size_t at = text.find('\r'); at != std::string_view::npos; at = text.find('\r', at + 1))
        if (at + 1 == text.size() || text[at + 1] != '\n') return true;
    return false;
}

/// The zones that these components name, as the file has them.
void appendZones(std::string& out, const Index& index, std::span<const Block* const> blocks) {
    if (index.zones.empty()) return;
    std::string plain;
    for (const Block* block : blocks) plain += unfolded(block->text);
    for (const auto& [id, zone] : index.zones)
        if (plain.find("TZID=" + id) != std::string::npos || plain.find("TZID=\"" + id + '"') != std::string::npos)
            appendCrlf(out, zone);
}

std::string assemble(const Index& index, std::span<const Block* const> blocks) {
    const Calendar& calendar = index.calendars[blocks[0]->calendar];
    const bool alone = index.calendars.size() == 1 && index.blocks.size() == blocks.size() && index.broken.empty();
    const auto fine = [&] {  // asked of a single object only: it reads the whole calendar
        return blocks[0]->named && !calendar.legacy && !calendar.method && !hasBareCr(calendar.text);
    };
    if (alone && fine()) return std::string(calendar.text);  // the file is one object: byte for byte
    std::string out = "BEGIN:VCALENDAR\r\n";
    out += calendar.legacy ? "VERSION:1.0\r\n" : "VERSION:2.0\r\n";
    out += calendar.product.empty() ? "PRODID:-//crmdav//import//EN" : calendar.product;
    out += "\r\n";
    if (calendar.legacy) out += calendar.zone;
    appendZones(out, index, blocks);
    for (const Block* block : blocks) {
        std::string text;
        appendCrlf(text, block->text);
        if (!block->named) text.insert(text.find("\r\n") + 2, "UID:" + block->uid + "\r\n");
        out += text;
    }
    out += "END:VCALENDAR\r\n";
    if (calendar.legacy) return fromVCalendar10(std::move(out));
    std::string converted;
    return std::string(asUtf8(out, converted));
}

/// A file may hold the same component twice, or an older and a newer state of it: the higher SEQUENCE counts, then the
/// later place in the file.
std::vector<const Block*> latest(std::span<const Block* const> blocks) {
    struct Version {
        std::string occurrence;
        int sequence;
        const Block* block;
    };
    std::vector<Version> versions;
    for (const Block* block : blocks) {
        const std::string plain = unfolded(block->text);
        Version version{valueOf(plain, "RECURRENCE-ID"), std::atoi(valueOf(plain, "SEQUENCE").c_str()), block};
        const auto same = std::ranges::find(versions, version.occurrence, &Version::occurrence);
        if (same == versions.end())
            versions.push_back(std::move(version));
        else if (version.sequence >= same->sequence)
            *same = std::move(version);
    }
    std::vector<const Block*> all;
    for (const Version& version : versions) all.push_back(version.block);
    return all;
}

Becomes targetOf(std::string_view kind) {
    return equalsIgnoreCase(kind, "VTODO")      ? Becomes::todo
           : equalsIgnoreCase(kind, "VJOURNAL") ? Becomes::journal
                                                : Becomes::event;
}

}  // namespace

void readCalendarFile(std::string_view text, const TakeIncoming& take) {
    Index index = Indexer().run(text);
    std::map<std::pair<std::string_view, std::string_view>, std::vector<const Block*>> byUid;
    for (const Block& block : index.blocks) byUid[{block.uid, block.kind}].push_back(&block);
    for (Incoming& broken : index.broken) take(std::move(broken));
    for (const Block& block : index.blocks) {
        const auto found = byUid.find({block.uid, block.kind});
        if (found == byUid.end() || found->second.front() != &block) continue;  // once, where it stands first
        const auto blocks = latest(found->second);
        Incoming incoming;
        incoming.target = targetOf(block.kind);
        incoming.line = block.line;
        incoming.offset = static_cast<std::size_t>(block.text.data() - text.data()) + block.text.size();
        incoming.uid = block.uid;
        incoming.title = unescapeText(valueOf(unfolded(block.text), "SUMMARY"));
        try {
            incoming.bytes = assemble(index, blocks);
        } catch (const ParseError& error) {
            incoming.error = error.what();
        }
        take(std::move(incoming));
    }
}

}  // namespace crmdav
