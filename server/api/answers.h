#pragma once
#include "server/api/fields.h"

/// Answers of what has no version of its own: its ETag is that of its JSON.
namespace crmdav {

template <class T>
std::string jsonOf(const Call& call, const T& value) {
    JsonWriter out;
    writeFields(call, out, value);
    return out.take();
}

template <class T>
Response answer(const Call& call, int status, const T& value) {
    std::string json = jsonOf(call, value);
    const std::string etag = etagOfJson(json);
    return jsonResponse(status, std::move(json)).with("ETag", "\"" + etag + "\"");
}

template <class T>
Response shown(const Call& call, const T& value) {
    std::string json = jsonOf(call, value);
    const std::string etag = etagOfJson(json);
    return conditional(call.request, etag, std::move(json));
}

template <class Range>
Response all(const Call& call, const Range& values) {
    JsonWriter out;
    out.beginObject().key("items").beginArray();
    for (const auto& value : values) writeFields(call, out, value);
    return jsonResponse(200, out.endArray().key("next").null().endObject().take());
}

}  // namespace crmdav
