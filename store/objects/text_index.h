#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "store/engine/dialect.h"
#include "store/objects.h"

/// The cards' text index: trigrams of what people search for. It names candidates only; the bytes decide.
namespace crmdav {

class Component;
class Connection;
struct CardFilter;

/// What is indexed of a card, folded (protocol/dav/filter.h foldForIndex): names, addresses for mail and phone,
/// organisation, notes. A card with more than some KB of that is a candidate of every search.
std::string indexedText(const Component& card);

/// Adds the text of a member. What was there before stays as a stale candidate: nothing has to be taken out.
void addText(Connection&, MemberId, std::string_view folded);

/// A search (dialect.h) that finds a member by its own text; empty: it has too little. For check().
std::string textExpression(Engine, std::string_view folded);

/// A search for cards that may have that text, in whatever case; empty: it is too short, or looks like a number, which
/// people write in many ways. For lists of records.
std::string searchExpression(Engine, std::string_view text);

/// A search for cards that can match the filter; empty: the index can't help, every card is a candidate.
std::string matchExpression(Engine, const CardFilter&);

}  // namespace crmdav
