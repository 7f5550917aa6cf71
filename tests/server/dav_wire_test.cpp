#include "tests/server/dav_fixture.h"

// Dialogues under tests/wire/<client>/: NN-name.request as sent, NN-name.answer as expected, replayed in order.
// In a request {etag} and {sync-token} are those of the last answer that had one. In an answer * stands for text that
// differs from run to run. CRMDAV_RECORD=1 writes the answers that are missing, for a person to read.
namespace crmdav {
namespace {

namespace fs = std::filesystem;
const fs::path wireFolder = fs::path(TESTS_DIR) / "wire";

std::string contentOf(const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

/// Names of properties whose values nobody can know beforehand.
bool varies(const Xml& element) {
    static constexpr std::string_view names[] = {"getetag",      "sync-token",    "getctag",     "getlastmodified",
                                                 "creationdate", "calendar-data", "address-data"};
    return std::ranges::find(names, element.name().name) != std::end(names);
}

/// One line an element, whatever prefixes, attribute order and white space were used.
void canonical(const Xml& element, int depth, bool mask, std::string& out) {
    out.append(static_cast<std::size_t>(depth) * 2, ' ').append("{").append(element.name().ns).append("}");
    out.append(element.name().name);
    std::map<std::string, std::string> attributes;
    for (const XmlAttribute& attribute : element.attributes())
        attributes[std::string(attribute.name.name)] = attribute.value;
    for (const auto& [name, value] : attributes) out.append(" ").append(name).append("=").append(value);
    std::string text(element.trimmed());
    std::erase(text, '\r');
    const bool data = element.name().name.ends_with("-data");
    if (mask && varies(element) && !data && !text.empty()) text = "*";
    if (!text.empty()) out.append(": ").append(text);
    out += '\n';
    for (const Xml* child = element.firstElement(); child; child = child->nextElement())
        canonical(*child, depth + 1, mask, out);
}

std::string canonical(const std::string& body, bool mask) {
    if (!body.starts_with("<?xml")) return body;
    const XmlDocument document = XmlDocument::parse(body);
    std::string out;
    canonical(document.root(), 0, mask, out);
    return out;
}

class Wire : public DavTest, public ::testing::WithParamInterface<std::string> {
protected:
    std::string filled(std::string text) const {
        for (const auto& [name, value] : known_)
            for (auto at = text.find(name); at != std::string::npos; at = text.find(name, at))
                text.replace(at, name.size(), value);
        return text;
    }

    DavAnswer replay(const std::string& text) {
        std::istringstream in(text);
        std::string method, target, line;
        in >> method >> target;
        std::getline(in, line);
        Headers headers;
        while (std::getline(in, line) && !line.empty()) {
            const auto colon = line.find(": ");
            std::string name = line.substr(0, colon);
            std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
            headers.emplace_back(name, filled(line.substr(colon + 2)));
        }
        std::string body{std::istreambuf_iterator<char>(in), {}};
        const DavAnswer answer = ask("anna", method, target, filled(body), headers);
        if (const std::string token = tokenOf(answer); !token.empty()) known_["{sync-token}"] = token;
        if (const std::string etag = answer.header("ETag"); !etag.empty()) known_["{etag}"] = etag;
        return answer;
    }

    static std::string written(const DavAnswer& answer) {
        std::string out = std::to_string(answer.status) + '\n';
        for (const char* name : {"Content-Type", "DAV", "Allow", "Location"})
            if (const std::string value = answer.header(name); !value.empty()) out += name + (": " + value) + '\n';
        return out + '\n' + canonical(answer.body, true);
    }

    std::map<std::string, std::string> known_ = {{"{etag}", ""}, {"{sync-token}", ""}};
};

TEST_P(Wire, IsAnsweredAsBefore) {
    std::vector<fs::path> requests;
    for (const auto& entry : fs::directory_iterator(wireFolder / GetParam()))
        if (entry.path().extension() == ".request") requests.push_back(entry.path());
    std::ranges::sort(requests);
    ASSERT_FALSE(requests.empty());
    for (const fs::path& request : requests) {
        const std::string got = written(replay(contentOf(request)));
        fs::path file = request;
        file.replace_extension(".answer");
        if (!fs::exists(file) && std::getenv("CRMDAV_RECORD")) std::ofstream(file) << got;
        EXPECT_EQ(got, contentOf(file)) << file;
    }
}
INSTANTIATE_TEST_SUITE_P(Clients, Wire,
                         ::testing::Values("apple-calendar", "apple-contacts", "davx5", "thunderbird", "evolution"));

}  // namespace
}  // namespace crmdav
