#include "tests/protocol/dav/requests_support.h"

using namespace crmdav;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Propfind, AllThreeForms) {  // RFC 4918 §9.1
    EXPECT_EQ(parsePropfind(nullptr).kind, PropertiesWanted::Kind::all);
    auto document = XmlDocument::parse(body("D:propfind", "<D:propname/>"));
    EXPECT_EQ(parsePropfind(&document.root()).kind, PropertiesWanted::Kind::names);
    document = XmlDocument::parse(body("D:propfind", "<D:allprop/><D:include><D:acl/></D:include>"));
    auto wanted = parsePropfind(&document.root());
    EXPECT_EQ(wanted.kind, PropertiesWanted::Kind::all);
    EXPECT_THAT(wanted.names, ElementsAre(dav::acl));
    document = XmlDocument::parse(
        body("D:propfind", "<x:y xmlns:x='urn:x'/><D:prop><D:getetag/><CS:getctag/><D:getetag/><q/></D:prop>"));
    wanted = parsePropfind(&document.root());
    EXPECT_EQ(wanted.kind, PropertiesWanted::Kind::named);
    EXPECT_THAT(wanted.names, ElementsAre(dav::getetag, cs::getctag, (QName{"", "q"})));
}

TEST(Propfind, OtherBodiesAre400) {
    const auto parse = [](const Xml& root) { parsePropfind(&root); };
    EXPECT_EQ(outcome(parse, body("D:propfind", "")), "400");
    EXPECT_EQ(outcome(parse, body("D:propfind", "<x/>")), "400");
    EXPECT_EQ(outcome(parse, body("D:propfind", "<D:prop/><D:allprop/>")), "400");
    EXPECT_EQ(outcome(parse, body("D:prop", "<D:prop/>")), "400");
    EXPECT_EQ(outcome(parse, "<propfind><prop/></propfind>"), "400");
    std::string many = "<D:prop>";
    for (int i = 0; i < 1001; ++i) many += "<p" + std::to_string(i) + "/>";
    EXPECT_EQ(outcome(parse, body("D:propfind", many + "</D:prop>")), "400");
}

TEST(Proppatch, InstructionsKeepTheirOrderAndLanguage) {  // RFC 4918 §9.2, §4.3
    const auto document = XmlDocument::parse(
        body("D:propertyupdate",
             "<D:set xml:lang='de'><D:prop><D:displayname>A</D:displayname><x/></D:prop></D:set>"
             "<D:remove><D:prop><D:displayname/></D:prop></D:remove><D:set><D:prop xml:lang='fr'><z/></D:prop></D:set>",
             "xml:lang='en'"));
    const auto found = parsePropertyUpdate(document.root());
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[0].name, dav::displayname);
    EXPECT_EQ(found[0].value->text(), "A");
    EXPECT_EQ(found[0].language, "de");
    EXPECT_EQ(serialise(*found[1].value, found[1].language), "<x xml:lang='de' xmlns=''/>");
    EXPECT_EQ(found[2].name, dav::displayname);
    EXPECT_FALSE(found[2].value);
    EXPECT_EQ(found[3].language, "fr");
    EXPECT_EQ(outcome(parsePropertyUpdate, body("D:propertyupdate", "<x/>")), "400");
    EXPECT_EQ(outcome(parsePropertyUpdate, body("D:prop", "<D:set/>")), "400");
}

TEST(Mkcol, TypesAreSetApart) {  // RFC 5689 §3.1
    const auto document =
        XmlDocument::parse(body("D:mkcol",
                                "<D:set><D:prop><D:resourcetype><D:collection/><CR:addressbook/></D:resourcetype>"
                                "<D:displayname>Lisa</D:displayname></D:prop></D:set>"));
    const auto made = parseMkcol(document.root());
    EXPECT_THAT(made.types, ElementsAre(dav::collection, carddav::addressbook));
    ASSERT_EQ(made.properties.size(), 1U);
    EXPECT_EQ(made.properties[0].value->text(), "Lisa");
    EXPECT_EQ(outcome(parseMkcol, body("C:mkcalendar", "")), "400");
    EXPECT_EQ(outcome(parseMkcol, body("D:mkcol", "<D:remove/>")), "400");
}

TEST(Mkcalendar, PropertiesAreRead) {  // RFC 4791 §5.3.1.2
    const auto document = XmlDocument::parse(
        body("C:mkcalendar",
             "<D:set><D:prop><D:displayname>E</D:displayname><C:supported-calendar-component-set>"
             "<C:comp name='VEVENT'/></C:supported-calendar-component-set>"
             "<C:calendar-timezone>BEGIN:VCALENDAR&#13;\nEND:VCALENDAR</C:calendar-timezone></D:prop></D:set>"));
    const auto made = parseMkcalendar(document.root());
    EXPECT_THAT(made.types, IsEmpty());
    ASSERT_EQ(made.properties.size(), 3U);
    EXPECT_EQ(made.properties[2].value->text(), "BEGIN:VCALENDAR\r\nEND:VCALENDAR");
}

TEST(SyncCollectionBody, IsRead) {  // RFC 6578 §6.1
    const auto document =
        XmlDocument::parse(body("D:sync-collection",
                                "<D:sync-token> http://x/1 </D:sync-token><D:sync-level>infinite</D:sync-level>"
                                "<D:limit><D:nresults>100</D:nresults></D:limit><D:prop><D:getetag/></D:prop>"));
    const auto sync = parseSyncCollection(document.root());
    EXPECT_EQ(sync.token, "http://x/1");
    EXPECT_TRUE(sync.infinite);
    EXPECT_EQ(sync.limit, 100U);
    EXPECT_THAT(sync.wanted.names, ElementsAre(dav::getetag));
}

TEST(SyncCollectionBody, Outcomes) {
    const std::pair<std::string_view, std::string_view> rows[] = {
        {"<D:sync-token/><D:sync-level>1</D:sync-level><D:prop/>", "200"},
        {"<D:sync-token/><D:prop/>", "200"},
        {"<D:sync-level>1</D:sync-level><D:prop/>", "400"},
        {"<D:sync-token/><D:sync-level>bogus</D:sync-level><D:prop/>", "400"},
        {"<D:sync-token/><D:sync-level>0</D:sync-level><D:prop/>", "400"},
        {"<D:sync-token/><D:limit><D:nresults>0</D:nresults></D:limit><D:prop/>", "400"},
        {"<D:sync-token/><D:limit><D:nresults>-1</D:nresults></D:limit><D:prop/>", "400"},
        {"<D:sync-token/><D:limit/><D:prop/>", "400"},
    };
    for (const auto& [inside, wanted] : rows)
        EXPECT_EQ(outcome(parseSyncCollection, body("D:sync-collection", inside)), wanted) << inside;
}

TEST(ExpandPropertyBody, NestedPropertiesAreRead) {  // RFC 3253 §3.8
    const auto document = XmlDocument::parse(
        body("D:expand-property",
             "<D:property name='group-membership'><D:property name='displayname'/></D:property>"
             "<D:property name='calendar-proxy-read-for' namespace='http://calendarserver.org/ns/'/>"));
    const auto found = parseExpandProperty(document.root());
    ASSERT_EQ(found.size(), 2U);
    EXPECT_EQ(found[0].qname(), dav::group_membership);
    EXPECT_EQ(found[0].inner.at(0).qname(), dav::displayname);
    EXPECT_EQ(found[1].qname(), cs::calendar_proxy_read_for);
    EXPECT_EQ(outcome(parseExpandProperty, body("D:expand-property", "<D:property/>")), "400");
}

TEST(PrincipalReports, MatchIsRead) {  // RFC 3744 §9.3
    auto document = XmlDocument::parse(body("D:principal-match",
                                            "<D:principal-property><D:owner/>"
                                            "</D:principal-property><D:prop><D:acl/></D:prop>"));
    const auto match = parsePrincipalMatch(document.root());
    EXPECT_EQ(match.property, dav::owner);
    EXPECT_THAT(match.wanted.names, ElementsAre(dav::acl));
    EXPECT_EQ(outcome(parsePrincipalMatch, body("D:principal-match", "<D:self/>")), "200");
    EXPECT_EQ(outcome(parsePrincipalMatch, body("D:principal-match", "")), "400");
    EXPECT_EQ(outcome(parsePrincipalMatch, body("D:principal-match", "<D:principal-property/>")), "400");
}

TEST(PrincipalReports, SearchIsRead) {  // RFC 3744 §9.4, with what Apple's clients add
    const std::string search =
        "<D:property-search><D:prop><D:displayname/><CS:email-address-set/></D:prop>"
        "<D:match match-type='starts-with'>Ann</D:match></D:property-search>";
    const auto document =
        XmlDocument::parse(body("D:principal-property-search",
                                search + "<D:apply-to-principal-collection-set/><D:prop><D:displayname/></D:prop>"
                                         "<CS:limit><CS:nresults>3</CS:nresults></CS:limit>",
                                "test='anyof' type='INDIVIDUAL'"));
    const auto found = parsePrincipalPropertySearch(document.root());
    EXPECT_TRUE(found.anyOf);
    EXPECT_TRUE(found.inPrincipalCollections);
    EXPECT_EQ(found.type, "INDIVIDUAL");
    EXPECT_EQ(found.limit, 3U);
    EXPECT_THAT(found.searches.at(0).properties, ElementsAre(dav::displayname, cs::email_address_set));
    EXPECT_EQ(found.searches.at(0).text, "Ann");
    EXPECT_EQ(found.searches.at(0).type, MatchType::startsWith);
    const auto other = [&](std::string_view attributes, const std::string& inside) {
        return outcome(parsePrincipalPropertySearch, body("D:principal-property-search", inside, attributes));
    };
    EXPECT_EQ(other("", search), "200");
    EXPECT_EQ(other("test='bogus'", search), "400");
    EXPECT_EQ(other("type='bogus'", search), "400");
    EXPECT_EQ(other("", ""), "400");
    EXPECT_EQ(other("", "<D:property-search><D:prop><D:acl/></D:prop></D:property-search>"), "400");
    EXPECT_EQ(other("", "<D:property-search><D:prop><D:acl/></D:prop><D:match caseless='bogus'/></D:property-search>"),
              "400");
}

TEST(PrincipalReports, TheOthers) {  // RFC 3744 §9.2, §9.5
    EXPECT_EQ(outcome(parsePrincipalSearchPropertySet, body("D:principal-search-property-set", "")), "200");
    EXPECT_EQ(outcome(parsePrincipalSearchPropertySet, body("D:principal-search-property-set", "<x/>")), "400");
    EXPECT_EQ(outcome(parseAclPrincipalPropSet, body("D:acl-principal-prop-set", "<D:prop/>")), "200");
    EXPECT_EQ(outcome(parseAclPrincipalPropSet, body("D:propfind", "<D:prop/>")), "400");
}
