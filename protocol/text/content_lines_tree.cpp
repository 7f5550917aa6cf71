#include <algorithm>
#include <utility>

#include "protocol/text/content_lines.h"

/// Finding, adding and removing within components.
namespace crmdav {

Component::Component(std::string_view name) : begin_("BEGIN", name), end_("END", name) {}

const Property* Component::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find_if(properties_, [&](const Property& property) { return property.is(name); });
    return found == properties_.end() ? nullptr : &*found;
}

Property* Component::find(std::string_view name) noexcept {
    return const_cast<Property*>(std::as_const(*this).find(name));
}

std::vector<const Property*> Component::findAll(std::string_view name) const {
    std::vector<const Property*> found;
    for (const auto& property : properties_)
        if (property.is(name)) found.push_back(&property);
    return found;
}

std::size_t Component::count(std::string_view name) const noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(properties_, [&](const Property& property) { return property.is(name); }));
}

const Property* Component::findInGroup(std::string_view group, std::string_view name) const noexcept {
    if (group.empty()) return nullptr;
    const auto found = std::ranges::find_if(properties_, [&](const Property& property) {
        return property.is(name) && equalsIgnoreCase(property.group(), group);
    });
    return found == properties_.end() ? nullptr : &*found;
}

Property* Component::findInGroup(std::string_view group, std::string_view name) noexcept {
    return const_cast<Property*>(std::as_const(*this).findInGroup(group, name));
}

std::string_view Component::value(std::string_view name) const noexcept {
    const Property* property = find(name);
    return property != nullptr ? property->value() : std::string_view{};
}

std::string Component::text(std::string_view name) const { return unescapeText(value(name)); }

const Component* Component::findComponent(std::string_view name) const noexcept {
    const auto found =
        std::ranges::find_if(components_, [&](const Component& component) { return component.is(name); });
    return found == components_.end() ? nullptr : &*found;
}

Component* Component::findComponent(std::string_view name) noexcept {
    return const_cast<Component*>(std::as_const(*this).findComponent(name));
}

Property& Component::add(Property property) {
    const auto same = std::find_if(properties_.rbegin(), properties_.rend(),
                                   [&](const Property& other) { return other.is(property.name()); });
    const std::size_t end = components_.empty() ? properties_.size() : components_.front().position_;
    return insert(same != properties_.rend() ? static_cast<std::size_t>(properties_.rend() - same) : end,
                  std::move(property));
}

Property& Component::insert(std::size_t index, Property property) {
    const auto at = static_cast<std::ptrdiff_t>(std::min(index, properties_.size()));
    for (auto& component : components_)
        if (component.position_ >= index) ++component.position_;
    return *properties_.insert(properties_.begin() + at, std::move(property));
}

Property& Component::setValue(std::string_view name, std::string_view escaped) {
    Property* property = find(name);
    if (property == nullptr) return add(Property(name, escaped));
    property->setValue(escaped);
    return *property;
}

Property& Component::setText(std::string_view name, std::string_view plain) {
    return setValue(name, escapeText(plain));
}

std::size_t Component::remove(std::string_view name) {
    return removeIf([&](const Property& property) { return property.is(name); });
}

std::size_t Component::removeIf(const std::function<bool(const Property&)>& unwanted) {
    std::size_t kept = 0;
    auto component = components_.begin();
    for (std::size_t i = 0; i < properties_.size(); ++i) {
        for (; component != components_.end() && component->position_ <= i; ++component)
            component->position_ = static_cast<std::uint32_t>(kept);
        if (unwanted(properties_[i])) continue;
        if (kept != i) properties_[kept] = std::move(properties_[i]);
        ++kept;
    }
    for (; component != components_.end(); ++component) component->position_ = static_cast<std::uint32_t>(kept);
    const std::size_t removed = properties_.size() - kept;
    properties_.erase(properties_.begin() + static_cast<std::ptrdiff_t>(kept), properties_.end());
    return removed;
}

Component& Component::addComponent(Component component) {
    const auto same = std::find_if(components_.rbegin(), components_.rend(),
                                   [&](const Component& other) { return other.is(component.name()); });
    const auto at = same != components_.rend() ? same.base() : components_.end();
    std::string end;
    component.end_.appendTo(end, "\n");
    if (!end.ends_with('\n')) component.end_.rewrite(std::string(component.end_.line()));  // was the file's last line
    component.position_ = static_cast<std::uint32_t>(same != components_.rend() ? same->position_ : properties_.size());
    return *components_.insert(at, std::move(component));
}

std::size_t Component::removeComponentsIf(const std::function<bool(const Component&)>& unwanted) {
    return std::erase_if(components_, unwanted);
}

void Component::appendTo(std::string& out, std::string_view eol) const {
    begin_.appendTo(out, eol);
    std::size_t written = 0;
    const auto propertiesUpTo = [&](std::size_t end) {
        for (; written < end; ++written) properties_[written].appendTo(out, eol);
    };
    for (const auto& component : components_) {
        propertiesUpTo(component.position_);
        component.appendTo(out, eol);
    }
    propertiesUpTo(properties_.size());
    end_.appendTo(out, eol);
}

}  // namespace crmdav
