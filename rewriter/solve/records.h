// Records that are made in the code and given to a sink: claims on them run backward, from the sink to where they are filled.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "rewriter/solve/contexts.h"
#include "rewriter/solve/evaluate.h"
#include "rewriter/solve/flow_walk.h"

namespace gander::rewriter {

struct RecordClaim {
  size_t dataset = kNoDataset;
  std::string other;  // what a sink names where it is no dataset of the migration
  std::string path;   // the field of the dataset whose value the record is, with dots; empty: the whole
  bool alreadyNew = false;
  bool versionTold = false;
  std::set<std::string> units;
  std::vector<EvidenceStep> chain;
};

struct RecordClaims {
  std::vector<RecordClaim> claims;
  Possibilities objects;  // whose fields the record's keys name: rename(columns={"user_name": "name"})
  std::string open;       // where else the record goes, if that is not known
};

class Records {
 public:
  Records(const Program& program, const Meaning& meaning, Evaluator& evaluator, const RewriteLimits& limits,
          std::set<Need>& needs)
      : program_(program), meaning_(meaning), evaluator_(evaluator), limits_(limits), needs_(needs) {}

  // Looks for the sinks that a record reaches. Remembered for each record.
  const RecordClaims& claimsOn(FactAt made);

 private:
  RecordClaims findClaims(FactAt made);
  bool judgeSink(const Terminal& terminal, RecordClaims& out);
  bool judgeUse(const Terminal& terminal, RecordClaims& out);
  // A record that another one holds under a key, or that is written there: what claims the other claims it as a field.
  bool judgeHolder(const Terminal& terminal, RecordClaims& out);
  bool judgeHoldingCall(const Terminal& terminal, RecordClaims& out);
  RecordClaims claimsOnHolder(const Possibility& holder);
  bool claimAsField(const Possibilities& holders, const Possibilities& keys, RecordClaims& out);
  void claimByReturn(const Body& body, RecordClaims& out);
  void claimByParameter(const Body& body, size_t parameter, RecordClaims& out);
  bool isHarmless(const Terminal& terminal) const;
  const Body* claimBySink(FactAt at, const Entry& entry, const Context& context, RecordClaims& out);
  std::vector<std::pair<Entry, Possibility>> entriesOf(FactAt at, const Context& context, rules::EntryKind kind,
                                                       const Body** open);

  const Program& program_;
  const Meaning& meaning_;
  Evaluator& evaluator_;
  const RewriteLimits& limits_;
  std::set<Need>& needs_;
  std::map<FactAt, RecordClaims> known_;
};

// Log texts and the like: what goes there changes no meaning of the dataset.
bool isLogText(const Meaning& meaning, FactAt at, size_t operand);

}  // namespace gander::rewriter
