#pragma once

namespace crmdav {

/// Makes SQLite write its log (WAL) in few large pieces: a commit of n pages is one write instead of 2n. What is
/// buffered is written before it is synchronised or read, so a commit is exactly as durable as without it.
/// To be called once, before a database is opened.
void gatherLogWrites();

}  // namespace crmdav
