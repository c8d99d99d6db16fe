// How fast the names of SQL are resolved, on one core:
//   sql/nothing_known     no table is known: what every query of a repository costs
//   sql/everything_moves  every table is the dataset, and much-used columns of it change
//
//   gander_sql_bench [benchmark's own flags] [FOLDER...]    *.sql of these folders; none: texts that it makes itself
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <string>
#include <vector>

#include "bench/sql_texts.h"
#include "rewriter/sql/sql.h"

namespace gander::bench {
namespace {

constexpr size_t kMadeBytes = 4 << 20;

void resolve(benchmark::State& state, const std::vector<SqlText>& texts, const rewriter::sql::Catalog& catalog) {
  std::vector<rewriter::sql::DialectName> dialects;
  for (const auto& text : texts) dialects.push_back(rewriter::sql::guessDialect(text.text));
  for (auto _ : state)
    for (size_t at = 0; at < texts.size(); ++at)
      benchmark::DoNotOptimize(rewriter::sql::rewriteSql(texts[at].text, catalog, {.dialect = dialects[at]}));
  state.SetBytesProcessed(static_cast<int64_t>(bytesOf(texts) * state.iterations()));
}

int runAll(int count, char** arguments) {
  benchmark::Initialize(&count, arguments);
  auto texts = count > 1 ? readSqlFiles({arguments + 1, arguments + count}) : makeSqlTexts(kMadeBytes);
  if (!texts) {
    fmt::print(stderr, "gander_sql_bench: {}\n", texts.error().message);
    return 2;
  }
  const NothingKnown nothing;
  const EverythingMoves everything({"user_name", "track_ms", "submission_date", "client_id", "id", "block_time"});
  auto add = [&](const char* name, const rewriter::sql::Catalog& catalog) {
    benchmark::RegisterBenchmark(name, [&](benchmark::State& state) {
      resolve(state, *texts, catalog);
    })->Unit(benchmark::kMillisecond);
  };
  add("sql/nothing_known", nothing);
  add("sql/everything_moves", everything);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}

}  // namespace
}  // namespace gander::bench

int main(int count, char** arguments) { return gander::bench::runAll(count, arguments); }
