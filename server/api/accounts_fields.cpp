#include "server/api/accounts_fields.h"

namespace crmdav {

// ---------------------------------------------------------------- words

template <>
std::span<const EnumName<SyncStatus>> namesOf() {
    using enum SyncStatus;
    static constexpr EnumName<SyncStatus> names[] = {
        {none, "none"},       {authorised, "authorised"}, {syncing, "syncing"},
        {active, "active"},   {paused, "paused"},         {SyncStatus::reconnect, "reconnect"},
        {failing, "failing"}, {limit, "limit"},           {stopped, "stopped"},
    };
    return names;
}

template <>
std::span<const EnumName<SyncKind>> namesOf() {
    static constexpr EnumName<SyncKind> names[] = {{SyncKind::calendar, "calendar"}, {SyncKind::contacts, "contacts"}};
    return names;
}

// ---------------------------------------------------------------- accounts

template <>
std::span<const Field<SyncRun>> fieldsOf();

template <>
std::span<const Field<SideView>> fieldsOf() {
    using T = SideView;
    static const Field<T> rows[] = {
        readOnly<T, &T::status>("status", "Where it stands."),
        readOnly<T, &T::text>("text", "The status for people."),
        readOnly<T, &T::cause>("cause", "Why, in plain words; empty: the status speaks for itself."),
        readOnly<T, &T::lastSuccess>("lastSuccess", "When the last run ended well."),
        readOnly<T, &T::nextTry>("nextTry", "When the next run is due."),
        readOnly<T, &T::wanted>("wanted", "A run was asked for and hasn't begun."),
        readOnly<T, &T::linked>("linked", "Records that are kept in step."),
        readOnly<T, &T::busyBlocks>("busyBlocks", "Events that are busy times only."),
        readOnly<T, &T::unsyncable>("unsyncable", "Records that one side can't hold; the journal says why."),
        readOnly<T, &T::run>("run", "The run that is at work, or (mode: preview) the preview; null: none is."),
    };
    return rows;
}

template <>
std::span<const Field<AccountView>> fieldsOf() {
    using T = AccountView;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "UUID."),
        readOnly<T, &T::user>("user", "Login of whose it is."),
        readOnly<T, &T::provider>("provider", "dav, icloud, google or microsoft."),
        readOnly<T, &T::login>("login", "User name or address there."),
        readOnly<T, &T::address>("address", "Of the server; empty but for dav."),
        readOnly<T, &T::connected>("connected", "false: nobody is signed in there."),
        readOnly<T, &T::created>("created", "When it was connected first."),
        readOnly<T, &T::calendar>("calendar", "Calendar sync."),
        readOnly<T, &T::contacts>("contacts", "Contact sync."),
    };
    return rows;
}

template <>
std::span<const Field<NewAccount>> fieldsOf() {
    using T = NewAccount;
    static const Field<T> rows[] = {
        field<T, &T::provider>("provider", "dav or icloud."),
        field<T, &T::address>("address", "Of the server; for an email address it may be found without."),
        field<T, &T::login>("login", "User name or address there."),
        {"password", "An app password, where the provider has them. It is never shown.",
         [] { return std::string(R"({"type":"string","writeOnly":true})"); },
         [](const Call&, JsonWriter& out, const T&) { out.null(); },
         [](const Call&, T& account, const Json& json, const std::string& path) {
             account.password = checkedText(json, path, 1000);
         }},
    };
    return rows;
}

template <>
std::span<const Field<SignInWish>> fieldsOf() {
    static const Field<SignInWish> rows[] = {
        field<SignInWish, &SignInWish::provider>("provider", "google or microsoft."),
    };
    return rows;
}

template <>
std::span<const Field<Disconnected>> fieldsOf() {
    using T = Disconnected;
    static const Field<T> rows[] = {
        readOnly<T, &T::revoked>("revoked", "The provider was told to forget the permission."),
        readOnly<T, &T::note>("note", "What is left to do, for people."),
    };
    return rows;
}

namespace {

/// The sum of some of the counts.
template <auto... Members>
constexpr Field<MetricsView> count(std::string_view name, std::string_view about) {
    return {name, about, [] { return Codec<std::int64_t>::schema(); },
            [](const Call&, JsonWriter& out, const MetricsView& view) { out.number(((view.counts.*Members) + ...)); },
            nullptr};
}

}  // namespace

template <>
std::span<const Field<MetricsView>> fieldsOf() {
    using T = MetricsView;
    using M = Accounts::Metrics;
    static const Field<T> rows[] = {
        count<&M::addedToCrm, &M::addedToProvider>("added", "New on either side."),
        count<&M::addedToCrm>("addedToCrm", "New in the CRM."),
        count<&M::addedToProvider>("addedToProvider", "New at the provider."),
        count<&M::updatedInCrm, &M::updatedAtProvider>("updated", "Matched or changed on either side."),
        count<&M::updatedInCrm>("updatedInCrm", "Matched or changed in the CRM."),
        count<&M::updatedAtProvider>("updatedAtProvider", "Matched or changed at the provider."),
        count<&M::deletedInCrm>("deleted", "Deleted at the provider, and therefore in the CRM."),
        count<&M::deletedAtProvider>("removedAtProvider", "Deleted in the CRM, and therefore at the provider."),
        readOnly<T, &T::source>("source", "Provider and login where they were deleted."),
    };
    return rows;
}

// ---------------------------------------------------------------- what is at the provider

template <>
std::span<const Field<RemoteCollection>> fieldsOf() {
    using T = RemoteCollection;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "The provider's, as settings name it."),
        readOnly<T, &T::name>("name", "As people see it."),
        readOnly<T, &T::color>("color", "#rrggbb; empty: none."),
        readOnly<T, &T::zone>("zone", "IANA; empty: unknown."),
        readOnly<T, &T::writable>("writable", "It can be synced, not only read."),
        readOnly<T, &T::main>("main", "The login's own calendar, the usual book."),
        readOnly<T, &T::busyOnly>("busyOnly", "Only busy times can be read."),
    };
    return rows;
}

template <>
std::span<const Field<RemoteGroup>> fieldsOf() {
    using T = RemoteGroup;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "The provider's, as the setting `group` names it."),
        readOnly<T, &T::name>("name", "As people see it."),
    };
    return rows;
}

// ---------------------------------------------------------------- runs

template <>
std::span<const Field<SyncRun>> fieldsOf() {
    using T = SyncRun;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "UUID."),
        readOnly<T, &T::kind>("kind", "What it synced."),
        readOnly<T, &T::mode>("mode", "run, preview or undo."),
        readOnly<T, &T::phase>("phase", "reading, planning, applying; at its end done, paused, failed or stopped."),
        readOnly<T, &T::done>("done", "How far the phase is."),
        readOnly<T, &T::all>("all", "Of how many; 0: not known."),
        readOnly<T, &T::cause>("cause", "Of a failure or a pause, in plain words."),
        {"counts", "How many of each action.",
         [] { return std::string(R"({"type":"object","additionalProperties":{"type":"integer"}})"); },
         [](const Call&, JsonWriter& out, const T& run) { out.raw(run.summary.empty() ? "{}" : run.summary); },
         nullptr},
        readOnly<T, &T::started>("started", "When it began."),
        readOnly<T, &T::ended>("ended", "When it ended; null: it is at work, or its process died."),
        readOnly<T, &T::undone>("undone", "When all that it did had been taken back; null: there is something left."),
    };
    return rows;
}

template <>
std::span<const Field<JournalField>> fieldsOf() {
    using T = JournalField;
    static const Field<T> rows[] = {
        readOnly<T, &T::field>("field", "Its name."),
        readOnly<T, &T::before>("before", "Its value before."),
        readOnly<T, &T::after>("after", "Its value after."),
        readOnly<T, &T::lost>("lost", "The other side's value, which didn't win."),
    };
    return rows;
}

template <>
std::span<const Field<JournalEntry>> fieldsOf() {
    using T = JournalEntry;
    static const Field<T> rows[] = {
        readOnly<T, &T::id>("id", "Rises with time."),
        readOnly<T, &T::run>("run", "The run that did it."),
        readOnly<T, &T::kind>("kind", "What was synced."),
        readOnly<T, &T::at>("at", "When."),
        readOnly<T, &T::action>("action", "What was done."),
        readOnly<T, &T::outcome>("outcome", "done, skipped, held or failed; begun: whether it was done is not known."),
        readOnly<T, &T::rule>("rule", "That caused it."),
        readOnly<T, &T::reason>("reason", "In plain words; empty: the rule says it all."),
        readOnly<T, &T::title>("title", "Of the record, as it was."),
        readOnly<T, &T::local>("record", "Id of the record in the CRM."),
        readOnly<T, &T::collection>("collection", "Where it is at the provider."),
        readOnly<T, &T::remote>("remote", "Its id at the provider."),
        readOnly<T, &T::fields>("fields", "Field by field."),
        readOnly<T, &T::undone>("undone", "When it was taken back."),
    };
    return rows;
}

template <>
std::span<const Field<RunUndo>> fieldsOf() {
    using T = RunUndo;
    static const Field<T> rows[] = {
        field<T, &T::run>("run", "The run that is taken back."),
        field<T, &T::entry>("entry", "Only this entry of its journal; 0: all of it."),
    };
    return rows;
}

template <>
std::span<const Field<UndoOutcome::Left>> fieldsOf() {
    using T = UndoOutcome::Left;
    static const Field<T> rows[] = {
        readOnly<T, &T::entry>("entry", "Of the journal."),
        readOnly<T, &T::title>("title", "Of the record."),
        readOnly<T, &T::why>("why", "What speaks against it, in plain words."),
    };
    return rows;
}

template <>
std::span<const Field<UndoOutcome>> fieldsOf() {
    using T = UndoOutcome;
    static const Field<T> rows[] = {
        readOnly<T, &T::undone>("undone", "How many actions were taken back."),
        readOnly<T, &T::left>("left", "What was left as it is."),
    };
    return rows;
}

// ---------------------------------------------------------------- schemas

namespace {

std::string settingsSchemaOf(std::string_view kind, const std::string& defaults) {
    return R"({"title":"kind=)" + std::string(kind) + R"(","type":"object","default":)" + defaults + "}";
}

}  // namespace

std::string accountSchema() { return schemaOf<AccountView>(); }
std::string newAccountSchema() { return schemaOf<NewAccount>(); }
std::string syncSideSchema() { return schemaOf<SideView>(); }
std::string signInWishSchema() { return schemaOf<SignInWish>(); }
std::string signInSchema() {
    return R"({"type":"object","properties":{"address":{"type":"string","format":"uri","description":)"
           R"("The provider's sign-in page: open it in a browser."}}})";
}
std::string disconnectedSchema() { return schemaOf<Disconnected>(); }
std::string remoteCollectionSchema() { return schemaOf<RemoteCollection>(); }
std::string remoteGroupSchema() { return schemaOf<RemoteGroup>(); }
std::string syncMetricsSchema() { return schemaOf<MetricsView>(); }
std::string syncRunSchema() { return schemaOf<SyncRun>(); }
std::string journalSchema() { return schemaOf<JournalEntry>(); }
std::string runUndoSchema() { return schemaOf<RunUndo>(); }
std::string runUndoneSchema() { return schemaOf<UndoOutcome>(); }
std::string syncSettingsSchema() {
    return R"({"anyOf":[)" + settingsSchemaOf("calendar", encode(CalendarSettings{})) + ',' +
           settingsSchemaOf("contacts", encode(ContactSettings{})) + "]}";
}
std::string decisionSchema() {
    return R"({"type":"object","properties":{"action":{"type":"string"},"rule":{"type":"string"},)"
           R"("reason":{"type":"string"},"title":{"type":"string"},"deletesInCrm":{"type":"boolean"},)"
           R"("deletesAtProvider":{"type":"boolean"},"fields":{"type":"array","items":{"type":"object",)"
           R"("properties":{"field":{"type":"string"},"to":{"enum":["crm","provider"]},"before":{"type":"string"},)"
           R"("after":{"type":"string"},"lost":{"type":"string"},"refused":{"type":"boolean"}}}}}})";
}
std::string previewSchema() {
    return R"({"type":"object","properties":{"run":{"type":"string"},"counts":{"type":"object",)"
           R"("additionalProperties":{"type":"integer"}},"items":{"type":"array","items":{"$ref":)"
           R"("#/components/schemas/Decision"}},"next":{"type":["string","null"]}}})";
}

}  // namespace crmdav
