#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "protocol/text/icalendar.h"
#include "protocol/text/json_text.h"
#include "protocol/text/vcard.h"
#include "protocol/text/vcard_convert.h"

/// Every file of tests/corpus: objects as phones, desktops and servers write them.
namespace crmdav {
namespace {

struct File {
    std::string name, bytes;
};

std::vector<File> filesOf(const char* folder) {
    std::vector<File> files;
    for (const auto& entry : std::filesystem::directory_iterator(std::string(TESTS_DIR "/corpus/") + folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        files.push_back({entry.path().filename(), {std::istreambuf_iterator<char>(in), {}}});
    }
    std::ranges::sort(files, {}, &File::name);
    return files;
}

/// Bytes of each content line with its folds, in order of the document.
void linesOf(const Component& component, std::vector<std::string>& lines) {
    component.beginLine().appendTo(lines.emplace_back(), "\r\n");
    for (const Property& property : component.properties()) property.appendTo(lines.emplace_back(), "\r\n");
    for (const Component& inner : component.components()) linesOf(inner, lines);
    component.endLine().appendTo(lines.emplace_back(), "\r\n");
}

std::vector<std::string> linesOf(const Document& document) {
    std::vector<std::string> lines;
    linesOf(document.root(), lines);
    return lines;
}

/// Edits the last property of that name in the object; nothing else may change.
void expectOnlyOneLineChanges(const File& file, Component& edited, Document& document, const char* name) {
    const auto before = linesOf(document);
    const bool added = edited.find(name) == nullptr;
    edited.setText(name, "Changed, in the CRM; \xC3\xBC");
    const Document again = Document::parse(document.bytes());
    const auto after = linesOf(again);
    ASSERT_EQ(after.size(), before.size() + (added ? 1 : 0)) << file.name;
    std::size_t changed = 0;
    for (std::size_t i = 0, k = 0; i < after.size(); ++i) {
        if (k < before.size() && after[i] == before[k]) {
            ++k;
            continue;
        }
        ++changed;
        if (!added) ++k;
    }
    EXPECT_EQ(changed, 1U) << file.name;
}

TEST(Corpus, HasEnoughOfEverything) {
    EXPECT_GE(filesOf("ics").size(), 100U);
    EXPECT_GE(filesOf("vcf").size(), 100U);
}

TEST(Corpus, EveryFileComesBackByteForByte) {
    for (const char* folder : {"ics", "vcf"})
        for (const File& file : filesOf(folder))
            EXPECT_EQ(Document::parse(file.bytes).bytes(), file.bytes) << file.name;
}

TEST(Corpus, EveryFileIsAcceptedForStorage) {
    for (const File& file : filesOf("ics"))
        EXPECT_NO_THROW(requireCalendarObject(requireCalendar(file.bytes))) << file.name;
    for (const File& file : filesOf("vcf")) EXPECT_NO_THROW(requireCard(file.bytes)) << file.name;
}

TEST(Corpus, AnEditLeavesEveryOtherLineAlone) {
    for (const File& file : filesOf("ics")) {
        Document document = Document::parse(file.bytes);
        const auto object = readCalendarObject(document);
        const auto at = static_cast<std::size_t>(&object.first() - document.root().components().data());
        expectOnlyOneLineChanges(file, document.root().components()[at], document, "SUMMARY");
    }
    for (const char* name : {"FN", "X-NEW"})
        for (const File& file : filesOf("vcf")) {
            Document document = Document::parse(file.bytes);
            expectOnlyOneLineChanges(file, document.root(), document, name);
        }
}

TEST(Corpus, JsonAndBackSaysTheSame) {
    for (const char* folder : {"ics", "vcf"})
        for (const File& file : filesOf(folder)) {
            const std::string json = toJson(Document::parse(file.bytes));
            EXPECT_EQ(toJson(fromJson(json)), json) << file.name;
        }
}

TEST(Corpus, ConversionDropsNothingAndSettles) {
    for (const File& file : filesOf("vcf")) {
        const Document original = Document::parse(file.bytes);
        const CardVersion version = cardVersion(original.root());
        const CardVersion other = version == CardVersion::v3 ? CardVersion::v4 : CardVersion::v3;
        const auto thereAndBack = [&](const Document& card) {
            return Document::parse(convertedCard(Document::parse(convertedCard(card, other)), version));
        };
        const Document once = thereAndBack(original);
        const std::size_t name = original.root().find("N") == nullptr ? 1 : 0;  // 3.0 has to have one
        EXPECT_EQ(once.root().properties().size(), original.root().properties().size() + name) << file.name;
        EXPECT_EQ(thereAndBack(once).bytes(), once.bytes()) << file.name;
        EXPECT_EQ(vCardKind(once.root()), vCardKind(original.root())) << file.name;
        EXPECT_EQ(groupMembers(once.root()), groupMembers(original.root())) << file.name;
        for (const Property& property : original.root().properties()) {
            if (!property.is("PHOTO") || property.value().empty()) continue;
            const auto before = readPhoto(property), after = readPhoto(*once.root().find("PHOTO"));
            ASSERT_TRUE(before && after) << file.name;
            EXPECT_EQ(before->image, after->image) << file.name;
            EXPECT_EQ(before->uri, after->uri) << file.name;
        }
    }
}

}  // namespace
}  // namespace crmdav
