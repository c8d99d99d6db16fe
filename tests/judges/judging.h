// A judge asks a real database twice: an old query on an old schema, and what gander makes of it on the new schema, with the same
// rows in both. The new one must be accepted, give the same rows under the same names, and leave the same contents behind.
#pragma once

#include <cstdint>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/judges/database.h"
#include "tests/rewriter/sql/generated_text.h"

namespace gander::judges {

struct Settings {
  size_t queries = 2000;
  uint32_t seed = 1;
  size_t most = 1;  // wrong ones that are shown
};
// What main was told.
Settings& settings();

struct Tally {
  size_t asked = 0;
  size_t rejected = 0;  // the old query was not accepted: the generator's fault
  size_t listed = 0;    // names were listed that must change: the query stays as it is
  size_t changed = 0;   // at least one edit
  size_t compared = 0;
  size_t unknown = 0;  // compared, with the other tables' schemas withheld
  std::vector<std::string> rejections;
};

class Judge {
 public:
  Judge(rewriter::sql::DialectName dialect, Database& old, Database& now)
      : flavor_(rewriter::sql::generated::flavorOf(dialect)), old_(old), now_(now) {}

  // Asks that many queries; the first wrong ones in their smallest forms, for people, or empty.
  std::string run(const Settings& settings);
  const Tally& tally() const { return tally_; }

 private:
  using Numbers = std::vector<uint32_t>;
  enum class Outcome { kSame, kRejected, kListed, kWrong };
  struct Answer {
    Outcome outcome = Outcome::kSame;
    std::string why;
    bool changed = false;
  };

  Status makeTables(const Numbers& schema, std::mt19937& random);
  Answer ask(const Numbers& query, bool allKnown);
  Answer compare(const rewriter::sql::generated::GeneratedText& text, const std::string& rewritten);
  Result<Rows> runAndUndo(const rewriter::sql::generated::GeneratedText& text, Database& database,
                          const std::string& sql, bool now, std::vector<Rows>& left) const;
  std::optional<std::string> compareRows(const rewriter::sql::generated::GeneratedText& text, const Rows& before,
                                         const Rows& after) const;
  Result<std::vector<Rows>> contents(const rewriter::sql::generated::GeneratedText& text, Database& database,
                                     bool now) const;
  bool sameName(const rewriter::sql::generated::GeneratedText& text, size_t output, bool made,
                const std::string& before, const std::string& after) const;
  std::string report(const Numbers& query, bool allKnown);
  void count(const Answer& answer, bool allKnown);

  const rewriter::sql::generated::Flavor& flavor_;
  Database& old_;
  Database& now_;
  rewriter::sql::generated::Schema schema_;
  std::string tables_;  // the statements that made them, for people
  Tally tally_;
};

}  // namespace gander::judges
