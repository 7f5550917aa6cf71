#include "store/engine/tables.h"

namespace crmdav {

namespace {

constexpr Table all[] = {
    {"meta", "name"},
    {"settings", "name"},
    {"leases", "name"},
    {"failed_sign_ins", "key"},
    {"users", "id", true},
    {"user_emails", "email, user_id"},
    {"team_members", "team_id, member_id"},
    {"app_passwords", "id", true},
    {"feeds", "id", true},
    {"sessions", "id", true},
    {"activity_types", "id", true},
    {"collections", "id", true},
    {"mounts", "user_id, collection_id"},
    {"shares", "grantee, collection_id"},
    {"path_properties", "path, ns, name"},
    {"dead_properties", "collection_id, member_id, ns, name"},
    {"companies", "id", true},
    {"company_domains", "domain, company_id"},
    {"contacts", "id", true},
    {"details", "record_kind, record_row, kind, position"},
    {"addresses", "record_kind, record_row, position"},
    {"deals", "id", true},
    {"deal_contacts", "deal_id, position"},
    {"activities", "id", true},
    {"activity_participants", "activity_id, position"},
    {"activity_reminders", "activity_id, position"},
    {"activity_exceptions", "activity_id, position"},
    {"activity_dates", "activity_id, position"},
    {"activity_links", "activity_id, kind, position"},
    {"aliases", "uuid"},
    {"merge_trail", "history_id, led, holder, contact"},
    {"distinct_contacts", "one, other"},
    {"members", "id", true},
    {"bodies", "id", true},
    {"occurrences", "collection_id, span, start_utc, member_id, seq"},
    {"series", "member_id"},
    {"actors", "id"},
    {"history", "id", true},
    {"history_objects", "history_id, position"},
    {"sync_accounts", "id", true},
    {"sync_sides", "account_id, kind"},
    {"sync_links", "id", true},
    {"sync_guests", "email, link"},
    {"sync_cursors", "account_id, kind, preview, collection"},
    {"sync_stage", "id", true},
    {"sync_listed", "account_id, kind, preview, collection, remote"},
    {"sync_seen", "account_id, kind, preview, collection, remote"},
    {"sync_runs", "id", true},
    {"sync_journal", "id", true},
    {"sync_outbox", "id", true},
    {"sync_pushes", "id"},
    {"webhooks", "id", true},
    {"appointment_calendars", "id", true},
    {"appointment_members", "calendar_id, position"},
    {"appointment_questions", "calendar_id, position"},
    {"bookings", "id", true},
    {"appointment_steps", "calendar_id, position"},
    {"appointment_enrolments", "activity_id"},
    {"appointment_reminders", "activity_id, step, original"},
};

}  // namespace

std::span<const Table> tables() noexcept { return all; }

}  // namespace crmdav
