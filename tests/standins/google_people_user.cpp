#include "tests/standins/google_people.h"

/// What the owner of contacts does at Google.
namespace crmdav::standins {

Json GooglePeople::insert(Json fields) {
    const std::lock_guard lock(mutex_);
    const Json made = create(fields, "metadata");
    return store(person(std::string(textAt(made, "resourceName"))), std::string(textAt(made, "resourceName")));
}

Json GooglePeople::edit(const std::string& name, const Json& fields) {
    const std::lock_guard lock(mutex_);
    Person& changed = person(name);
    for (const auto& [field, value] : fields.object) set(changed.fields, field, value.isNull() ? jsonArray() : value);
    return store(changed, name);
}

void GooglePeople::erase(const std::string& name) {
    const std::lock_guard lock(mutex_);
    Person& gone = person(name);
    gone.deleted = true;
    store(gone, name);
}

std::string GooglePeople::rename(const std::string& name) {
    const std::lock_guard lock(mutex_);
    Person& old = person(name);
    const std::string next = "people/c" + std::to_string(1000 + ++made_);
    Person renamed = old;
    renamed.former.push_back(name);
    old.deleted = true;
    show(true);
    people_.erase(name);
    listed_.erase(name);  // it isn't reported as deleted: the new name says what it was
    store(people_[next] = std::move(renamed), next);
    return next;
}

void GooglePeople::setPhoto(const std::string& name, const std::string& bytes) {
    const std::lock_guard lock(mutex_);
    Person& changed = person(name);
    if (bytes.empty())
        photos_.erase(name.substr(7));
    else
        photos_[name.substr(7)] = bytes;
    store(changed, name);
}

std::string GooglePeople::addGroup(const std::string& name) {
    const std::lock_guard lock(mutex_);
    const std::string resource = "contactGroups/g" + std::to_string(++made_);
    groups_[resource] = name;
    return resource;
}

void GooglePeople::setGroups(const std::string& name, const std::vector<std::string>& groups) {
    Json memberships = jsonArray();
    for (const std::string& group : groups)
        memberships.array.push_back(
            jsonObject({{"contactGroupMembership", jsonObject({{"contactGroupResourceName", jsonText(group)}})}}));
    edit(name, jsonObject({{"memberships", std::move(memberships)}}));
}

std::optional<Json> GooglePeople::find(const std::string& name) const {
    const std::lock_guard lock(mutex_);
    const auto found = people_.find(name);
    if (found == people_.end() || found->second.deleted) return std::nullopt;
    return found->second.fields;
}

std::vector<Json> GooglePeople::live() const {
    const std::lock_guard lock(mutex_);
    std::vector<Json> all;
    for (const auto& [name, person] : people_)
        if (!person.deleted) all.push_back(person.fields);
    return all;
}

void GooglePeople::expireTokens() {
    const std::lock_guard lock(mutex_);
    ++epoch_;
}

void GooglePeople::settle() {
    const std::lock_guard lock(mutex_);
    show(true);
}

std::optional<std::string> GooglePeople::photo(const std::string& id) const {
    const std::lock_guard lock(mutex_);
    const auto found = photos_.find(id);
    return found == photos_.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace crmdav::standins
