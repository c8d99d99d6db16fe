#include "rewriter/sql/dialect.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "rewriter/sql/keywords.h"

namespace gander::rewriter::sql {
namespace {

using enum DialectName;

// Sources: the lexical chapters of each vendor's manual.
constexpr std::array kDialects = {
    Dialect{.name = kTolerant,
            .word = "tolerant",
            .fold = Fold::kUnclear,
            .nameQuotes = "\"`[",
            .textQuotes = "'",
            .dollarQuotes = true,
            .nestedComments = true,
            .wholeName = true,
            .dashedTables = true},
    Dialect{.name = kBigQuery,
            .word = "bigquery",
            .fold = Fold::kInsensitive,
            .nameQuotes = "`",
            .textQuotes = "'\"",
            .backslash = true,
            .hashComments = true,
            .tripleQuotes = true,
            .wholeName = true,
            .dashedTables = true,
            .groupBy = Prefer::kOutput,
            .having = Prefer::kUnclear,
            .orderByExpression = Prefer::kOutput},
    Dialect{.name = kSpark,
            .word = "spark",
            .fold = Fold::kInsensitive,
            .nameQuotes = "`",
            .textQuotes = "'\"",
            .backslash = true,
            .castKeepsName = true,
            .groupBy = Prefer::kInput,
            .having = Prefer::kUnclear,
            .orderByExpression = Prefer::kOutput},
    Dialect{.name = kPostgres,
            .word = "postgres",
            .fold = Fold::kLower,
            .nameQuotes = "\"",
            .textQuotes = "'",
            .dollarQuotes = true,
            .nestedComments = true,
            .castKeepsName = true,
            .groupBy = Prefer::kInput,
            .having = Prefer::kInput,
            .orderByExpression = Prefer::kInput},
    Dialect{.name = kMysql,
            .word = "mysql",
            .fold = Fold::kInsensitive,
            .nameQuotes = "`",
            .textQuotes = "'\"",
            .backslash = true,
            .hashComments = true,
            .groupBy = Prefer::kInput,
            .having = Prefer::kOutput,
            .orderByExpression = Prefer::kUnclear},
    Dialect{.name = kSqlite,
            .word = "sqlite",
            .fold = Fold::kInsensitive,
            .nameQuotes = "\"`[",
            .textQuotes = "'",
            .declaredCase = true,
            .outputsAnywhere = true,
            .starOutputs = false,
            .groupBy = Prefer::kInput,
            .having = Prefer::kInput,
            .orderByExpression = Prefer::kInput},
    Dialect{.name = kSnowflake,
            .word = "snowflake",
            .fold = Fold::kUpper,
            .nameQuotes = "\"",
            .textQuotes = "'",
            .backslash = true,
            .dollarQuotes = true,
            .castKeepsName = false,
            .groupBy = Prefer::kInput,
            .having = Prefer::kInput,
            .orderByExpression = Prefer::kUnclear},
    Dialect{.name = kTsql,
            .word = "tsql",
            .fold = Fold::kInsensitive,
            .nameQuotes = "[\"",
            .textQuotes = "'",
            .nestedComments = true,
            .groupBy = Prefer::kInput,
            .having = Prefer::kInput,
            .orderByExpression = Prefer::kInput},
};

constexpr std::array<std::pair<std::string_view, DialectName>, 8> kOtherWords = {{{"hive", kSpark},
                                                                                  {"databricks", kSpark},
                                                                                  {"postgresql", kPostgres},
                                                                                  {"redshift", kPostgres},
                                                                                  {"mariadb", kMysql},
                                                                                  {"standard", kBigQuery},
                                                                                  {"mssql", kTsql},
                                                                                  {"sqlserver", kTsql}}};

// A feature, as lower-case text, that one dialect has and the others have not.
struct Feature {
  std::string_view text;
  DialectName dialect;
};
template <size_t kCount>
constexpr std::array<Feature, kCount> sortByFirst(std::array<Feature, kCount> features) {
  std::ranges::sort(features, {}, [](const Feature& feature) { return feature.text.front(); });
  return features;
}
constexpr std::array kFeatures = sortByFirst(std::array{
    Feature{"safe_cast(", kBigQuery},
    Feature{"#standardsql", kBigQuery},
    Feature{"safe_divide(", kBigQuery},
    Feature{"timestamp_trunc(", kBigQuery},
    Feature{"as struct", kBigQuery},
    Feature{"struct<", kBigQuery},
    Feature{"_table_suffix", kBigQuery},
    Feature{"generate_date_array(", kBigQuery},
    Feature{"int64", kBigQuery},
    Feature{"farm_fingerprint(", kBigQuery},
    Feature{"countif(", kBigQuery},
    Feature{"offset(", kBigQuery},
    Feature{"lateral view", kSpark},
    Feature{"using parquet", kSpark},
    Feature{"using delta", kSpark},
    Feature{"stored as ", kSpark},
    Feature{"distribute by", kSpark},
    Feature{"insert overwrite", kSpark},
    Feature{"returning ", kPostgres},
    Feature{"jsonb", kPostgres},
    Feature{"language plpgsql", kPostgres},
    Feature{"::regclass", kPostgres},
    Feature{"bigserial", kPostgres},
    Feature{"timestamptz", kPostgres},
    Feature{"distinct on (", kPostgres},
    Feature{"string_agg(", kPostgres},
    Feature{"generate_series(", kPostgres},
    Feature{"engine=", kMysql},
    Feature{"auto_increment", kMysql},
    Feature{"group_concat(", kMysql},
    Feature{"on duplicate key", kMysql},
    Feature{"unsigned", kMysql},
    Feature{"engine =", kMysql},
    Feature{"autoincrement", kSqlite},
    Feature{"pragma ", kSqlite},
    Feature{"insert or replace", kSqlite},
    Feature{"without rowid", kSqlite},
    Feature{"strftime('", kSqlite},
    Feature{"sqlite_master", kSqlite},
    Feature{"flatten(", kSnowflake},
    Feature{"variant", kSnowflake},
    Feature{"iff(", kSnowflake},
    Feature{"parse_json(", kSnowflake},
    Feature{"object_construct(", kSnowflake},
    Feature{"copy grants", kSnowflake},
    Feature{"nvarchar", kTsql},
    Feature{"with (nolock)", kTsql},
    Feature{"getdate()", kTsql},
    Feature{"cross apply", kTsql},
    Feature{"select top ", kTsql},
    Feature{"[dbo]", kTsql},
    Feature{"\ngo\n", kTsql},
    Feature{"isnull(", kTsql},
    Feature{"declare @", kTsql},
    Feature{"safe_offset(", kBigQuery},
});

constexpr unsigned char lowerByte(char c) { return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c + 32 : c); }

// The features whose text begins with a byte, and the pairs of bytes that features begin with.
struct Starting {
  uint8_t first = 0;
  uint8_t count = 0;
};
constexpr std::array<Starting, 256> kFeaturesByFirst = [] {
  std::array<Starting, 256> table{};
  for (size_t i = 0; i < kFeatures.size(); ++i) {
    auto& starting = table[lowerByte(kFeatures[i].text.front())];
    if (starting.count++ == 0) starting.first = static_cast<uint8_t>(i);
  }
  return table;
}();
constexpr size_t pairOf(char first, char second) { return lowerByte(first) * 256U + lowerByte(second); }
constexpr std::array<bool, 256 * 256> kFeaturePairs = [] {
  std::array<bool, 256 * 256> table{};
  for (const auto& feature : kFeatures) table[pairOf(feature.text[0], feature.text[1])] = true;
  return table;
}();

// Whether a feature stands there, in any case, and as a whole word where it begins or ends with one.
bool standsAt(std::string_view text, size_t at, std::string_view feature) {
  if (text.size() - at < feature.size()) return false;
  if (at > 0 && isWordByte(feature.front()) && isWordByte(text[at - 1])) return false;
  for (size_t i = 0; i < feature.size(); ++i)
    if (lowerByte(text[at + i]) != static_cast<unsigned char>(feature[i])) return false;
  const size_t end = at + feature.size();
  return !isWordByte(feature.back()) || end == text.size() || !isWordByte(text[end]);
}

// A back-ticked name with dots inside is BigQuery's; one without is MySQL's, Spark's or BigQuery's.
bool hasWholeName(std::string_view text) {
  for (size_t at = text.find('`'); at != std::string_view::npos; at = text.find('`', at + 1)) {
    size_t close = text.find('`', at + 1);
    if (close == std::string_view::npos) return false;
    auto inside = text.substr(at + 1, close - at - 1);
    if (inside.contains('.') && !inside.contains('\n')) return true;
    at = close;
  }
  return false;
}

// A table's name in double quotes, which no dialect has for which they are a text's: SQLite has `unsigned` too.
bool hasQuotedTable(std::string_view text) {
  static constexpr std::array<std::string_view, 5> kBefore = {"create table \"", "create table if not exists \"",
                                                              "alter table \"", "drop table if exists \"",
                                                              "insert into \""};
  for (size_t at = text.find('"'); at != std::string_view::npos; at = text.find('"', at + 1)) {
    for (const auto before : kBefore) {
      if (at + 1 < before.size()) continue;
      const size_t start = at + 1 - before.size();
      if (toLowerAscii(text.substr(start, before.size())) == before && (start == 0 || !isWordByte(text[start - 1])))
        return true;
    }
  }
  return false;
}

bool isPlainName(std::string_view name) {
  if (name.empty() || std::isdigit(static_cast<unsigned char>(name.front())) != 0) return false;
  return std::all_of(name.begin(), name.end(), [](char c) { return isWordByte(c); });
}

bool hasUpper(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}
bool hasLower(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

std::string toUpperAscii(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 32);
  return out;
}

char closingOf(char quote) { return quote == '[' ? ']' : quote; }

std::string escapeQuotes(std::string_view name, char quote) {
  const char close = closingOf(quote);
  std::string out;
  for (char c : name) {
    out += c;
    if (c == close) out += c;
  }
  return out;
}

// Whether a name that is written without quotes would be another one.
bool needsQuotes(const Dialect& dialect, std::string_view name) {
  if (!isPlainName(name) || isReservedName(dialect, name)) return true;
  if (dialect.fold == Fold::kLower) return hasUpper(name) && hasLower(name);
  if (dialect.fold == Fold::kUpper) return hasUpper(name) && hasLower(name);
  return false;
}

// A name without mixed case is what an unquoted one says: in quotes it must be written as the dialect folds it.
std::string foldedName(const Dialect& dialect, std::string_view name) {
  if (dialect.fold == Fold::kUpper && !hasUpper(name)) return toUpperAscii(name);
  if (dialect.fold == Fold::kLower && !hasLower(name)) return toLowerAscii(name);
  return std::string(name);
}

}  // namespace

const Dialect& dialectOf(DialectName name) { return kDialects[static_cast<size_t>(name)]; }

std::optional<DialectName> findDialect(std::string_view word) {
  const std::string lower = toLowerAscii(word);
  for (const auto& dialect : kDialects)
    if (dialect.word == lower) return dialect.name;
  for (const auto& [other, name] : kOtherWords)
    if (other == lower) return name;
  return std::nullopt;
}

bool mayBe(DialectName name, std::string_view text) {
  return !dialectOf(name).textQuotes.contains('"') || !hasQuotedTable(text);
}

DialectName guessDialect(std::string_view text) {
  std::array<bool, kFeatures.size()> seen{};
  for (size_t at = 0; at + 1 < text.size(); ++at) {
    if (!kFeaturePairs[pairOf(text[at], text[at + 1])]) continue;
    const auto& starting = kFeaturesByFirst[lowerByte(text[at])];
    for (size_t i = starting.first; i < starting.first + starting.count; ++i)
      if (!seen[i] && standsAt(text, at, kFeatures[i].text)) seen[i] = true;
  }
  std::array<int, kDialects.size()> score{};
  for (size_t i = 0; i < seen.size(); ++i) score[static_cast<size_t>(kFeatures[i].dialect)] += seen[i] ? 1 : 0;
  if (hasWholeName(text)) score[static_cast<size_t>(kBigQuery)] += 2;
  for (const auto& dialect : kDialects)
    if (!mayBe(dialect.name, text)) score[static_cast<size_t>(dialect.name)] = 0;
  const auto best = std::max_element(score.begin(), score.end());
  if (*best == 0 || std::count(score.begin(), score.end(), *best) > 1) return kTolerant;
  return static_cast<DialectName>(best - score.begin());
}

std::string writeName(const Dialect& dialect, std::string_view now, std::string_view written, std::string_view old,
                      bool quoted, char quote) {
  // The author writes names in upper case: the new one too, where that is the same name.
  const bool shouted = hasUpper(written) && !hasLower(written) && !hasUpper(old) && !hasUpper(now) &&
                       toLowerAscii(written) == toLowerAscii(old);
  if (quoted) return escapeQuotes(shouted ? toUpperAscii(now) : std::string(now), quote);
  if (needsQuotes(dialect, now)) {
    const char open = dialect.nameQuotes.front();
    return open + escapeQuotes(foldedName(dialect, now), open) + closingOf(open);
  }
  return shouted ? toUpperAscii(now) : std::string(now);
}

}  // namespace gander::rewriter::sql
