#include "tests/standins/graph_mailbox.h"

/// What people do in Outlook, and what tests look at.
namespace crmdav::standins {

Instant Graph::now() const {
    const std::lock_guard lock(mutex_);
    return mailbox_->clock();
}
void Graph::setClock(Clock clock) {
    const std::lock_guard lock(mutex_);
    mailbox_->clock = std::move(clock);
}
std::string Graph::token() const {
    const std::lock_guard lock(mutex_);
    return "token-" + std::to_string(tokens_);
}
void Graph::expireToken() {
    const std::lock_guard lock(mutex_);
    ++tokens_;
}
void Graph::revoke() {
    const std::lock_guard lock(mutex_);
    revoked_ = true;
}
void Graph::expireCursors() {
    const std::lock_guard lock(mutex_);
    mailbox_->tokens.clear();
}

std::string Graph::mainCalendar() const {
    const std::lock_guard lock(mutex_);
    return mailbox_->main;
}
std::string Graph::addCalendar(const std::string& name, bool canEdit) {
    const std::lock_guard lock(mutex_);
    const std::string id = mailbox_->newId('K');
    mailbox_->calendarList[id] = {name, canEdit};
    return id;
}
void Graph::removeCalendar(const std::string& id) {
    const std::lock_guard lock(mutex_);
    mailbox_->calendarList.erase(id);
    std::erase_if(mailbox_->eventList, [&](const auto& event) { return event.second.calendar == id; });
}

std::string Graph::addEvent(const std::string& calendar, const std::string& json) {
    const std::lock_guard lock(mutex_);
    return mailbox_->create(calendar, parseJson(json), true).id;
}
void Graph::editEvent(const std::string& id, const std::string& patch) {
    const std::lock_guard lock(mutex_);
    const Json json = parseJson(patch);
    GraphEvent& event = mailbox_->require(id);
    for (const char* name : {"isCancelled", "isOrganizer", "onlineMeeting"})
        if (const Json& value = at(json, name); !value.isNull()) set(event.properties, name, value);
    mailbox_->patch(event, json, true);
}
void Graph::removeEvent(const std::string& id) {
    const std::lock_guard lock(mutex_);
    mailbox_->remove(id, true);
}
void Graph::moveEvent(const std::string& id, const std::string& calendar) {
    const std::lock_guard lock(mutex_);
    GraphEvent& event = mailbox_->require(id);
    mailbox_->touch(event);
    mailbox_->tombstones.push_back({event.calendar, id, event.changed});
    event.calendar = calendar;
}
void Graph::editOccurrence(const std::string& master, const std::string& date, const std::string& patch) {
    const std::lock_guard lock(mutex_);
    mailbox_->patchOccurrence(mailbox_->require(master), date, parseJson(patch));
}
void Graph::cancelOccurrence(const std::string& master, const std::string& date) {
    const std::lock_guard lock(mutex_);
    mailbox_->cancel(mailbox_->require(master), date);
}

Json Graph::event(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = mailbox_->eventList.find(id);
    if (found == mailbox_->eventList.end()) return {};
    Json json = mailbox_->render(found->second);
    Json exceptions = jsonObject(), cancelled = jsonArray();
    for (const auto& [date, own] : found->second.exceptions)
        set(exceptions, date, mailbox_->renderOccurrence(found->second, date, false));
    for (const std::string& date : found->second.cancelled) cancelled.array.push_back(jsonText(date));
    set(json, "exceptions", std::move(exceptions));
    set(json, "cancelled", std::move(cancelled));
    return json;
}
std::vector<std::string> Graph::events(const std::string& calendar) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [id, event] : mailbox_->eventList)
        if (event.calendar == calendar) all.push_back(id);
    return all;
}

std::string Graph::addFolder(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const std::string id = mailbox_->newId('F');
    mailbox_->folders[id] = name;
    return id;
}
std::string Graph::addContact(const std::string& json, const std::string& folder) {
    const std::lock_guard lock(mutex_);
    return mailbox_->createContact(folder, parseJson(json)).id;
}
void Graph::editContact(const std::string& id, const std::string& patch) {
    const std::lock_guard lock(mutex_);
    mailbox_->patchContact(mailbox_->requireContact(id), parseJson(patch));
}
void Graph::removeContact(const std::string& id) {
    const std::lock_guard lock(mutex_);
    mailbox_->removeContact(id);
}
void Graph::setPhoto(const std::string& id, const std::string& image) {
    const std::lock_guard lock(mutex_);
    mailbox_->requireContact(id).photo = image;
}
Json Graph::contact(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = mailbox_->contactList.find(id);
    return found == mailbox_->contactList.end() ? Json() : mailbox_->renderContact(found->second);
}
std::vector<std::string> Graph::contacts(const std::string& folder) const {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> all;
    for (const auto& [id, contact] : mailbox_->contactList)
        if (contact.folder == folder) all.push_back(id);
    return all;
}

std::vector<std::string> Graph::mails() const {
    const std::lock_guard lock(mutex_);
    return mailbox_->mails;
}
std::vector<std::string> Graph::requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
}
void Graph::forgetRequests() {
    const std::lock_guard lock(mutex_);
    requests_.clear();
}
std::vector<std::string> Graph::violations() const {
    const std::lock_guard lock(mutex_);
    return violations_;
}
int Graph::mostAtOnce() const {
    const std::lock_guard lock(mutex_);
    return mostAtOnce_;
}
std::size_t Graph::subscriptions() const {
    const std::lock_guard lock(mutex_);
    return mailbox_->subscriptionList.size();
}

}  // namespace crmdav::standins
