#include "protocol/dav/requests.h"

#include <algorithm>

#include "protocol/dav/names.h"
#include "protocol/dav/requests_read.h"
#include "protocol/text/text_values.h"

namespace crmdav {

using namespace reading;

namespace {

std::string_view languageOf(const Xml& element, std::string_view outer) {
    for (const XmlAttribute& attribute : element.attributes())
        if (attribute.prefix == "xml" && attribute.name.name == "lang") return attribute.value;
    return outer;
}

void readInstructions(std::vector<Instruction>& found, const Xml& setOrRemove, bool set, std::string_view outer) {
    const std::string_view language = languageOf(setOrRemove, outer);
    for (const Xml* prop = setOrRemove.firstElement(); prop; prop = prop->nextElement()) {
        if (!prop->is(dav::prop)) continue;
        const std::string_view inner = languageOf(*prop, language);
        for (const Xml* property = prop->firstElement(); property; property = property->nextElement())
            found.push_back({property->name(), set ? property : nullptr, set ? inner : std::string_view()});
    }
}

NewCollection readNewCollection(const Xml& root, const QName& name) {
    requireName(root, name);
    NewCollection collection;
    for (const Xml* set = root.firstElement(); set; set = set->nextElement()) {
        if (set->is(dav::remove)) bad("nothing to remove from a new collection");
        if (set->is(dav::set)) readInstructions(collection.properties, *set, true, languageOf(root, {}));
    }
    std::erase_if(collection.properties, [&](const Instruction& instruction) {
        if (instruction.name != dav::resourcetype) return false;
        for (const Xml* type = instruction.value->firstElement(); type; type = type->nextElement())
            collection.types.push_back(type->name());
        return true;
    });
    return collection;
}

Multiget readMultiget(const Xml& root, const QName& name) {
    requireName(root, name);
    Multiget multiget;
    multiget.wanted = readWanted(root);
    for (const Xml* href = root.firstElement(); href; href = href->nextElement())
        if (href->is(dav::href)) multiget.hrefs.push_back(href->trimmed());
    if (multiget.hrefs.empty()) bad("multiget without href");
    return multiget;
}

std::vector<ExpandProperty> readExpand(const Xml& parent) {
    std::vector<ExpandProperty> found;
    for (const Xml* property = parent.firstElement(); property; property = property->nextElement()) {
        if (!property->is(dav::property)) continue;
        const auto name = property->attribute("name");
        if (!name || name->empty()) bad("property without name");
        ExpandProperty row;
        row.name = *name;
        if (const auto ns = property->attribute("namespace")) row.ns = *ns;
        row.inner = readExpand(*property);
        found.push_back(std::move(row));
    }
    return found;
}

constexpr std::pair<std::string_view, MatchType> principalMatchTypes[] = {
    {"contains", MatchType::contains},
    {"equals", MatchType::equals},
    {"starts-with", MatchType::startsWith},
    {"ends-with", MatchType::endsWith},
};

PrincipalPropertySearch::Search readSearch(const Xml& element) {
    const Xml* prop = element.child(dav::prop);
    const Xml* match = element.child(dav::match);
    if (!prop || !match || !prop->firstElement()) bad("property-search needs prop and match");
    readFlag(*match, "caseless", "yes", "no", true);
    PrincipalPropertySearch::Search search;
    for (const Xml* name = prop->firstElement(); name; name = name->nextElement())
        search.properties.push_back(name->name());
    search.text = match->text();
    const auto type = match->attribute("match-type").value_or("contains");
    const auto* known = std::find_if(std::begin(principalMatchTypes), std::end(principalMatchTypes),
                                     [&](const auto& row) { return row.first == type; });
    if (known == std::end(principalMatchTypes)) bad("unknown match-type");
    search.type = known->second;
    return search;
}

}  // namespace

PropertiesWanted parsePropfind(const Xml* root) {
    if (!root) {
        PropertiesWanted all;
        all.kind = PropertiesWanted::Kind::all;
        return all;
    }
    requireName(*root, dav::propfind);
    if (!root->child(dav::prop) && !root->child(dav::allprop) && !root->child(dav::propname))
        bad("propfind without prop, allprop or propname");
    return readWanted(*root);
}

std::vector<Instruction> parsePropertyUpdate(const Xml& root) {
    requireName(root, dav::propertyupdate);
    std::vector<Instruction> found;
    bool given = false;
    for (const Xml* part = root.firstElement(); part; part = part->nextElement()) {
        if (!part->is(dav::set) && !part->is(dav::remove)) continue;
        given = true;
        readInstructions(found, *part, part->is(dav::set), languageOf(root, {}));
    }
    if (!given) bad("propertyupdate without set or remove");
    return found;
}

NewCollection parseMkcol(const Xml& root) { return readNewCollection(root, dav::mkcol); }

NewCollection parseMkcalendar(const Xml& root) { return readNewCollection(root, caldav::mkcalendar); }

SyncCollection parseSyncCollection(const Xml& root) {
    requireName(root, dav::sync_collection);
    const Xml* token = root.child(dav::sync_token);
    if (!token) bad("sync-collection without sync-token");
    SyncCollection sync;
    sync.token = token->trimmed();
    if (const Xml* level = root.child(dav::sync_level)) {
        const std::string_view text = level->trimmed();
        sync.infinite = text == "infinite" || text == "infinity";
        if (!sync.infinite && text != "1") bad("sync-level is neither 1 nor infinite");
    }
    sync.limit = readLimit(root);
    sync.wanted = readWanted(root);
    return sync;
}

Multiget parseCalendarMultiget(const Xml& root) {
    Multiget multiget = readMultiget(root, caldav::calendar_multiget);
    multiget.zone = readTimezone(root);
    return multiget;
}

Multiget parseAddressbookMultiget(const Xml& root) { return readMultiget(root, carddav::addressbook_multiget); }

TimeRange parseFreeBusyQuery(const Xml& root) {
    requireName(root, caldav::free_busy_query);
    const Xml* element = root.child(caldav::time_range);
    const auto range = element ? readRange(*element) : std::nullopt;
    if (!range) bad("free-busy-query needs a time-range in UTC");
    return *range;
}

std::vector<ExpandProperty> parseExpandProperty(const Xml& root) {
    requireName(root, dav::expand_property);
    return readExpand(root);
}

PrincipalMatch parsePrincipalMatch(const Xml& root) {
    requireName(root, dav::principal_match);
    PrincipalMatch match;
    match.self = root.child(dav::self) != nullptr;
    const Xml* property = root.child(dav::principal_property);
    if (match.self == (property != nullptr)) bad("principal-match needs one of self and principal-property");
    if (property) {
        if (!property->firstElement()) bad("principal-property is empty");
        match.property = property->firstElement()->name();
    }
    match.wanted = readWanted(root);
    return match;
}

PrincipalPropertySearch parsePrincipalPropertySearch(const Xml& root) {
    constexpr std::string_view kinds[] = {"INDIVIDUAL", "GROUP", "RESOURCE", "ROOM", "UNKNOWN"};
    requireName(root, dav::principal_property_search);
    PrincipalPropertySearch search;
    search.anyOf = readFlag(root, "test", "anyof", "allof", false);
    if (const auto type = root.attribute("type")) {
        if (std::find(std::begin(kinds), std::end(kinds), *type) == std::end(kinds)) bad("unknown type of principal");
        search.type = *type;
    }
    for (const Xml* child = root.firstElement(); child; child = child->nextElement())
        if (child->is(dav::property_search)) search.searches.push_back(readSearch(*child));
    if (search.searches.empty()) bad("principal-property-search without property-search");
    search.inPrincipalCollections = root.child(dav::apply_to_principal_collection_set) != nullptr;
    search.limit = readLimit(root);
    search.wanted = readWanted(root);
    return search;
}

void parsePrincipalSearchPropertySet(const Xml& root) {
    requireName(root, dav::principal_search_property_set);
    if (root.firstElement()) bad("principal-search-property-set is empty");
}

PropertiesWanted parseAclPrincipalPropSet(const Xml& root) {
    requireName(root, dav::acl_principal_prop_set);
    return readWanted(root);
}

}  // namespace crmdav
