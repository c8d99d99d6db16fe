// Whether the rows of a query may take the new names: only if everything that happens to them is seen.
//
//   rows = cur.execute("SELECT user_name FROM plays")     -> followed: SELECT listener_name, row["listener_name"]
//   for row in rows: print(row["user_name"])
//   return json.dumps(cur.execute("SELECT user_name FROM plays").fetchall())
//                                                         -> not seen: SELECT listener_name AS user_name, keys stay
//
// The walk goes forward from the call through what models say of rows, through variables, calls, returns and members. It is
// closed where each end is a field's name that is known, or a position.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>

#include "rewriter/solve/evaluate.h"

namespace gander::rewriter {

struct RowsWalk {
  std::set<std::pair<FactAt, std::string>> reads;  // of fields, and by which names
  std::string open;                                // what else happens to the rows, or empty
};

class RowsFollow {
 public:
  RowsFollow(const Program& program, const Meaning& meaning, Evaluator& evaluator, std::set<Need>& needs)
      : program_(program), meaning_(meaning), evaluator_(evaluator), needs_(needs) {}

  // One answer for a call, whatever the path on which it is asked. `query`: one that the call takes.
  bool at(FactAt call, const Entry& entry, const Query& query);

  // The names of its rows can't be edited after all: from now on the call's rows keep theirs.
  void keep(FactAt call) { kept_.insert(call); }

  // Calls whose rows were to take new names, and of which a read of a renamed column was not judged as theirs: where the walk
  // came from the rows to the read, nothing led back.
  std::set<FactAt> unanswered(const std::function<bool(FactAt read, FactAt call)>& judged) const;

 private:
  const RowsWalk& walkOf(FactAt call, const Entry& entry);
  // Whether nobody can ask for the names of the rows' columns.
  bool areNameless(const rules::ModelEntry& entry);

  const Program& program_;
  const Meaning& meaning_;
  Evaluator& evaluator_;
  std::set<Need>& needs_;
  std::map<FactAt, RowsWalk> walks_;
  std::map<FactAt, std::set<std::string>> renamed_;  // of calls that follow: columns of their queries
  std::set<FactAt> kept_;
  std::map<const rules::ModelEntry*, bool> nameless_;
};

}  // namespace gander::rewriter
