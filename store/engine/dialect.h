#pragma once
#include <string>
#include <string_view>

/// The places where SQL engines differ. All other SQL of the store is written in what SQLite and PostgreSQL share:
/// ON CONFLICT … DO UPDATE, RETURNING, partial indexes, VALUES lists, integers for times and flags (a bound flag is
/// compared, `?<>0`), NULL for "none", and `?` in order, or `?1` …, where values are bound.
namespace crmdav {

enum class Engine { sqlite, postgresql };

/// The engine that a store URL names: sqlite:PATH, or postgresql://… as libpq has it.
/// @throws StoreError  another scheme
Engine engineOf(std::string_view url);

/// The URL as messages may show it. Of PostgreSQL's without what follows a question mark: a password may stand there
/// too.
std::string withoutPassword(const std::string& url);

namespace dialect {

/// A statement or a schema as the engine wants it: placeholders, types, and the words in braces of dialect.cpp.
std::string spell(Engine engine, std::string_view sql);

/// A condition in a literal: the column is one of a bound JSON array of numbers.
#define ANY_OF(column) column " {any of}"

/// A statement after which keys that a table makes are beyond those that it was given; empty: they are anyway.
std::string continueKeys(Engine engine, std::string_view table);

/// A search for texts that may hold something, over trigrams: quoted ones (`quote`) joined by AND, OR and brackets.
std::string quote(Engine engine, std::string_view trigram);
std::string_view both(Engine engine);
std::string_view either(Engine engine);

}  // namespace dialect

}  // namespace crmdav
