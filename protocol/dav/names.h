#pragma once
#include "protocol/dav/errors.h"

/// Every XML name that the RFCs give us, once. Hyphens are underscores here; what C++ keeps for itself ends in one.

namespace crmdav::dav {

inline constexpr std::string_view ns = "DAV:";

// RFC 4918: elements
inline constexpr QName activelock{ns, "activelock"}, allprop{ns, "allprop"}, collection{ns, "collection"},
    depth{ns, "depth"}, error{ns, "error"}, exclusive{ns, "exclusive"}, href{ns, "href"}, include{ns, "include"},
    location{ns, "location"}, lockentry{ns, "lockentry"}, lockinfo{ns, "lockinfo"}, lockroot{ns, "lockroot"},
    lockscope{ns, "lockscope"}, locktoken{ns, "locktoken"}, locktype{ns, "locktype"}, multistatus{ns, "multistatus"},
    owner{ns, "owner"}, prop{ns, "prop"}, propertyupdate{ns, "propertyupdate"}, propfind{ns, "propfind"},
    propname{ns, "propname"}, propstat{ns, "propstat"}, remove{ns, "remove"}, response{ns, "response"},
    responsedescription{ns, "responsedescription"}, set{ns, "set"}, shared{ns, "shared"}, status{ns, "status"},
    timeout{ns, "timeout"}, write{ns, "write"};

// RFC 4918: properties
inline constexpr QName creationdate{ns, "creationdate"}, displayname{ns, "displayname"},
    getcontentlanguage{ns, "getcontentlanguage"}, getcontentlength{ns, "getcontentlength"},
    getcontenttype{ns, "getcontenttype"}, getetag{ns, "getetag"}, getlastmodified{ns, "getlastmodified"},
    lockdiscovery{ns, "lockdiscovery"}, resourcetype{ns, "resourcetype"}, supportedlock{ns, "supportedlock"};

// RFC 4918 §16: conditions
inline constexpr QName lock_token_matches_request_uri{ns, "lock-token-matches-request-uri"},
    lock_token_submitted{ns, "lock-token-submitted"}, no_conflicting_lock{ns, "no-conflicting-lock"},
    no_external_entities{ns, "no-external-entities"}, preserved_live_properties{ns, "preserved-live-properties"},
    propfind_finite_depth{ns, "propfind-finite-depth"},
    cannot_modify_protected_property{ns, "cannot-modify-protected-property"};

// RFC 3744: properties and principals
inline constexpr QName principal{ns, "principal"}, principal_URL{ns, "principal-URL"},
    alternate_URI_set{ns, "alternate-URI-set"}, group_member_set{ns, "group-member-set"},
    group_membership{ns, "group-membership"}, group{ns, "group"},
    supported_privilege_set{ns, "supported-privilege-set"}, supported_privilege{ns, "supported-privilege"},
    abstract{ns, "abstract"}, description{ns, "description"},
    current_user_privilege_set{ns, "current-user-privilege-set"}, acl{ns, "acl"},
    acl_restrictions{ns, "acl-restrictions"}, inherited_acl_set{ns, "inherited-acl-set"},
    principal_collection_set{ns, "principal-collection-set"};

// RFC 3744: access control entries
inline constexpr QName ace{ns, "ace"}, all{ns, "all"}, authenticated{ns, "authenticated"},
    unauthenticated{ns, "unauthenticated"}, property{ns, "property"}, self{ns, "self"}, invert{ns, "invert"},
    grant{ns, "grant"}, deny{ns, "deny"}, protected_{ns, "protected"}, inherited{ns, "inherited"},
    grant_only{ns, "grant-only"}, no_invert{ns, "no-invert"}, deny_before_grant{ns, "deny-before-grant"},
    required_principal{ns, "required-principal"}, privilege{ns, "privilege"};

// RFC 3744: privileges
inline constexpr QName read{ns, "read"}, write_properties{ns, "write-properties"}, write_content{ns, "write-content"},
    unlock{ns, "unlock"}, read_acl{ns, "read-acl"},
    read_current_user_privilege_set{ns, "read-current-user-privilege-set"}, write_acl{ns, "write-acl"},
    bind{ns, "bind"}, unbind{ns, "unbind"};

// RFC 3744: reports and conditions
inline constexpr QName acl_principal_prop_set{ns, "acl-principal-prop-set"}, principal_match{ns, "principal-match"},
    principal_property{ns, "principal-property"}, principal_property_search{ns, "principal-property-search"},
    property_search{ns, "property-search"}, match{ns, "match"}, caseless{ns, "caseless"}, substring{ns, "substring"},
    apply_to_principal_collection_set{ns, "apply-to-principal-collection-set"},
    principal_search_property_set{ns, "principal-search-property-set"},
    principal_search_property{ns, "principal-search-property"}, need_privileges{ns, "need-privileges"},
    resource{ns, "resource"}, no_ace_conflict{ns, "no-ace-conflict"},
    no_protected_ace_conflict{ns, "no-protected-ace-conflict"},
    no_inherited_ace_conflict{ns, "no-inherited-ace-conflict"}, limited_number_of_aces{ns, "limited-number-of-aces"},
    allowed_principal{ns, "allowed-principal"}, recognized_principal{ns, "recognized-principal"},
    not_supported_privilege{ns, "not-supported-privilege"}, no_abstract{ns, "no-abstract"},
    number_of_matches_within_limits{ns, "number-of-matches-within-limits"};

// RFC 3253: reports
inline constexpr QName supported_report_set{ns, "supported-report-set"}, supported_report{ns, "supported-report"},
    report{ns, "report"}, expand_property{ns, "expand-property"}, supported_method_set{ns, "supported-method-set"},
    supported_method{ns, "supported-method"}, supported_live_property_set{ns, "supported-live-property-set"},
    supported_live_property{ns, "supported-live-property"}, version_history{ns, "version-history"},
    label_name{ns, "label-name"}, version_tree{ns, "version-tree"}, creator_displayname{ns, "creator-displayname"},
    comment{ns, "comment"};

// RFC 5397, 5689, 5842, 5995, 6578, 4331
inline constexpr QName current_user_principal{ns, "current-user-principal"}, mkcol{ns, "mkcol"},
    mkcol_response{ns, "mkcol-response"}, valid_resourcetype{ns, "valid-resourcetype"},
    resource_must_be_null{ns, "resource-must-be-null"}, resource_id{ns, "resource-id"}, parent_set{ns, "parent-set"},
    add_member{ns, "add-member"}, sync_collection{ns, "sync-collection"}, sync_token{ns, "sync-token"},
    sync_level{ns, "sync-level"}, limit{ns, "limit"}, nresults{ns, "nresults"},
    valid_sync_token{ns, "valid-sync-token"}, sync_traversal_supported{ns, "sync-traversal-supported"},
    quota_available_bytes{ns, "quota-available-bytes"}, quota_used_bytes{ns, "quota-used-bytes"},
    quota_not_exceeded{ns, "quota-not-exceeded"}, sufficient_disk_space{ns, "sufficient-disk-space"};

// Old Microsoft names that clients still ask for
inline constexpr QName iscollection{ns, "iscollection"}, ishidden{ns, "ishidden"};

}  // namespace crmdav::dav

namespace crmdav::caldav {

inline constexpr std::string_view ns = "urn:ietf:params:xml:ns:caldav";

// RFC 4791: properties
inline constexpr QName calendar{ns, "calendar"}, calendar_description{ns, "calendar-description"},
    calendar_timezone{ns, "calendar-timezone"},
    supported_calendar_component_set{ns, "supported-calendar-component-set"},
    supported_calendar_data{ns, "supported-calendar-data"}, max_resource_size{ns, "max-resource-size"},
    min_date_time{ns, "min-date-time"}, max_date_time{ns, "max-date-time"}, max_instances{ns, "max-instances"},
    max_attendees_per_instance{ns, "max-attendees-per-instance"}, calendar_home_set{ns, "calendar-home-set"},
    supported_collation_set{ns, "supported-collation-set"};

// RFC 4791: elements
inline constexpr QName mkcalendar{ns, "mkcalendar"}, mkcalendar_response{ns, "mkcalendar-response"},
    supported_collation{ns, "supported-collation"}, calendar_query{ns, "calendar-query"},
    calendar_data{ns, "calendar-data"}, comp{ns, "comp"}, allcomp{ns, "allcomp"}, allprop{ns, "allprop"},
    prop{ns, "prop"}, expand{ns, "expand"}, limit_recurrence_set{ns, "limit-recurrence-set"},
    limit_freebusy_set{ns, "limit-freebusy-set"}, filter{ns, "filter"}, comp_filter{ns, "comp-filter"},
    prop_filter{ns, "prop-filter"}, param_filter{ns, "param-filter"}, is_not_defined{ns, "is-not-defined"},
    text_match{ns, "text-match"}, timezone{ns, "timezone"}, time_range{ns, "time-range"},
    calendar_multiget{ns, "calendar-multiget"}, free_busy_query{ns, "free-busy-query"},
    read_free_busy{ns, "read-free-busy"};

// RFC 4791 and 6638: conditions
inline constexpr QName calendar_collection_location_ok{ns, "calendar-collection-location-ok"},
    valid_calendar_data{ns, "valid-calendar-data"},
    valid_calendar_object_resource{ns, "valid-calendar-object-resource"},
    supported_calendar_component{ns, "supported-calendar-component"}, no_uid_conflict{ns, "no-uid-conflict"},
    initialize_calendar_collection{ns, "initialize-calendar-collection"}, valid_filter{ns, "valid-filter"},
    supported_filter{ns, "supported-filter"}, valid_timezone{ns, "valid-timezone"},
    valid_time_range{ns, "valid-time-range"}, initialize_calendar{ns, "initialize-calendar"},
    default_calendar_needed{ns, "default-calendar-needed"},
    valid_schedule_default_calendar_URL{ns, "valid-schedule-default-calendar-URL"},
    unique_scheduling_object_resource{ns, "unique-scheduling-object-resource"},
    same_organizer_in_all_components{ns, "same-organizer-in-all-components"},
    allowed_organizer_scheduling_object_change{ns, "allowed-organizer-scheduling-object-change"},
    allowed_attendee_scheduling_object_change{ns, "allowed-attendee-scheduling-object-change"},
    valid_scheduling_message{ns, "valid-scheduling-message"}, valid_organizer{ns, "valid-organizer"},
    recipient_permissions{ns, "recipient-permissions"}, originator_specified{ns, "originator-specified"},
    originator_allowed{ns, "originator-allowed"}, recipient_specified{ns, "recipient-specified"},
    valid_managed_id{ns, "valid-managed-id"};

// RFC 6638: properties, privileges, answers
inline constexpr QName schedule_outbox{ns, "schedule-outbox"}, schedule_outbox_URL{ns, "schedule-outbox-URL"},
    schedule_inbox{ns, "schedule-inbox"}, schedule_inbox_URL{ns, "schedule-inbox-URL"},
    calendar_user_address_set{ns, "calendar-user-address-set"}, calendar_user_type{ns, "calendar-user-type"},
    schedule_calendar_transp{ns, "schedule-calendar-transp"}, opaque{ns, "opaque"}, transparent{ns, "transparent"},
    schedule_default_calendar_URL{ns, "schedule-default-calendar-URL"}, schedule_tag{ns, "schedule-tag"},
    schedule_deliver{ns, "schedule-deliver"}, schedule_deliver_invite{ns, "schedule-deliver-invite"},
    schedule_deliver_reply{ns, "schedule-deliver-reply"}, schedule_query_freebusy{ns, "schedule-query-freebusy"},
    schedule_send{ns, "schedule-send"}, schedule_send_invite{ns, "schedule-send-invite"},
    schedule_send_reply{ns, "schedule-send-reply"}, schedule_send_freebusy{ns, "schedule-send-freebusy"},
    schedule_response{ns, "schedule-response"}, response{ns, "response"}, recipient{ns, "recipient"},
    request_status{ns, "request-status"}, calendar_free_busy_set{ns, "calendar-free-busy-set"},
    originator{ns, "originator"};

// RFC 7809: time zones by reference
inline constexpr QName timezone_service_set{ns, "timezone-service-set"},
    calendar_timezone_id{ns, "calendar-timezone-id"}, timezone_id{ns, "timezone-id"},
    timezones_by_reference{ns, "timezones-by-reference"};

// RFC 7953 and 8607
inline constexpr QName calendar_availability{ns, "calendar-availability"},
    max_attachments_per_resource{ns, "max-attachments-per-resource"}, max_attachment_size{ns, "max-attachment-size"},
    managed_attachments_server_URL{ns, "managed-attachments-server-URL"};

// Apple's and others' additions in this namespace
inline constexpr QName default_alarm_vevent_date{ns, "default-alarm-vevent-date"},
    default_alarm_vevent_datetime{ns, "default-alarm-vevent-datetime"},
    default_alarm_vtodo_date{ns, "default-alarm-vtodo-date"},
    default_alarm_vtodo_datetime{ns, "default-alarm-vtodo-datetime"},
    supported_calendar_component_sets{ns, "supported-calendar-component-sets"},
    supported_rscale_set{ns, "supported-rscale-set"}, supported_rscale{ns, "supported-rscale"};

}  // namespace crmdav::caldav

namespace crmdav::carddav {

inline constexpr std::string_view ns = "urn:ietf:params:xml:ns:carddav";

// RFC 6352: properties
inline constexpr QName addressbook{ns, "addressbook"}, addressbook_description{ns, "addressbook-description"},
    supported_address_data{ns, "supported-address-data"}, address_data_type{ns, "address-data-type"},
    max_resource_size{ns, "max-resource-size"}, addressbook_home_set{ns, "addressbook-home-set"},
    principal_address{ns, "principal-address"}, supported_collation_set{ns, "supported-collation-set"},
    supported_collation{ns, "supported-collation"};

// RFC 6352: elements
inline constexpr QName addressbook_query{ns, "addressbook-query"}, address_data{ns, "address-data"},
    allprop{ns, "allprop"}, prop{ns, "prop"}, filter{ns, "filter"}, prop_filter{ns, "prop-filter"},
    param_filter{ns, "param-filter"}, is_not_defined{ns, "is-not-defined"}, text_match{ns, "text-match"},
    limit{ns, "limit"}, nresults{ns, "nresults"}, addressbook_multiget{ns, "addressbook-multiget"};

// RFC 6352: conditions
/// As CalendarServer has them, like RFC 6638's of calendars.
inline constexpr QName default_addressbook_URL{ns, "default-addressbook-URL"},
    default_addressbook_needed{ns, "default-addressbook-needed"};
inline constexpr QName valid_address_data{ns, "valid-address-data"}, no_uid_conflict{ns, "no-uid-conflict"},
    addressbook_collection_location_ok{ns, "addressbook-collection-location-ok"},
    supported_address_data_conversion{ns, "supported-address-data-conversion"},
    supported_filter{ns, "supported-filter"}, valid_filter{ns, "valid-filter"};

// draft-daboo-carddav-directory-gateway
inline constexpr QName directory_gateway{ns, "directory-gateway"}, directory{ns, "directory"};

}  // namespace crmdav::carddav

namespace crmdav::cs {

inline constexpr std::string_view ns = "http://calendarserver.org/ns/";

inline constexpr QName getctag{ns, "getctag"}, calendar_proxy_read{ns, "calendar-proxy-read"},
    calendar_proxy_write{ns, "calendar-proxy-write"}, calendar_proxy_read_for{ns, "calendar-proxy-read-for"},
    calendar_proxy_write_for{ns, "calendar-proxy-write-for"}, email_address_set{ns, "email-address-set"},
    dropbox_home_URL{ns, "dropbox-home-URL"}, notification_URL{ns, "notification-URL"}, source{ns, "source"},
    me_card{ns, "me-card"}, subscribed{ns, "subscribed"}, subscribed_strip_todos{ns, "subscribed-strip-todos"},
    subscribed_strip_alarms{ns, "subscribed-strip-alarms"},
    subscribed_strip_attachments{ns, "subscribed-strip-attachments"}, publish_url{ns, "publish-url"},
    pre_publish_url{ns, "pre-publish-url"}, allowed_sharing_modes{ns, "allowed-sharing-modes"},
    shared_url{ns, "shared-url"}, invite{ns, "invite"}, can_be_shared{ns, "can-be-shared"},
    can_be_published{ns, "can-be-published"}, pushkey{ns, "pushkey"}, push_transports{ns, "push-transports"},
    xmpp_server{ns, "xmpp-server"}, xmpp_uri{ns, "xmpp-uri"}, calendar_availability{ns, "calendar-availability"},
    first_name{ns, "first-name"}, last_name{ns, "last-name"}, record_type{ns, "record-type"},
    auto_schedule{ns, "auto-schedule"}, checksum_versions{ns, "checksum-versions"}, created_by{ns, "created-by"},
    updated_by{ns, "updated-by"}, valid_calendar_data_type{ns, "valid-calendar-data-type"};

}  // namespace crmdav::cs

namespace crmdav::apple {

inline constexpr std::string_view ns = "http://apple.com/ns/ical/";

inline constexpr QName calendar_color{ns, "calendar-color"}, calendar_order{ns, "calendar-order"},
    symbolic_color{ns, "symbolic-color"}, refreshrate{ns, "refreshrate"}, autoprovisioned{ns, "autoprovisioned"},
    location_code{ns, "location-code"}, language_code{ns, "language-code"};

}  // namespace crmdav::apple
