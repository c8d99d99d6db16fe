#include "bench/sql_texts.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "base/files.h"

namespace gander::bench {
namespace {

namespace files = std::filesystem;
namespace sql = rewriter::sql;

// With `{n}` where a number is put, so that names differ.
constexpr std::array kShapes = {
    R"(-- Plays of a day by listener; don't count what was skipped.
CREATE OR REPLACE VIEW `acme-prod.reports.daily_plays_{n}` AS
WITH plays AS (
  SELECT user_name, track_id, track_ms, submission_date, session.device.os AS os,
    ROW_NUMBER() OVER (PARTITION BY user_name, track_id ORDER BY played_at DESC) AS place,
  FROM `acme-prod.events.user_plays_v1` AS p
  CROSS JOIN UNNEST(p.sessions) AS session WITH OFFSET AS position
  WHERE submission_date BETWEEN DATE_SUB(@day, INTERVAL {n} DAY) AND @day AND NOT skipped
), listeners AS (
  SELECT user_name, country, ANY_VALUE(plan HAVING MAX updated_at) AS plan FROM `acme-prod.users.listeners_v{n}` GROUP BY 1, 2
)
SELECT p.submission_date, l.country, COALESCE(l.plan, 'free') AS plan, COUNT(DISTINCT p.user_name) AS listeners,
  SUM(p.track_ms) / 1000 AS seconds, SAFE_DIVIDE(COUNTIF(p.os = "Android"), COUNT(*)) AS android_share,
  CASE WHEN COUNT(*) > 100 THEN 'many' WHEN COUNT(*) > 10 THEN 'some' ELSE 'few' END AS bucket_{n},
FROM plays AS p LEFT JOIN listeners AS l USING (user_name)
WHERE p.place = 1
GROUP BY submission_date, country, plan;
)",
    R"({{ config(materialized='incremental', unique_key='play_key_{n}', tags=["daily"]) }}
WITH source AS (
    SELECT * FROM {{ ref('stg_plays_{n}') }}
    {% if is_incremental() %}
    WHERE loaded_at > (SELECT MAX(loaded_at) FROM {{ this }})
    {% endif %}
), renamed AS (
    SELECT
        {{ dbt_utils.generate_surrogate_key(['user_name', 'played_at']) }} AS play_key_{n},
        LOWER(source.user_name)::VARCHAR AS user_name, source.payload:device.os::VARCHAR AS os,
        DATEDIFF('day', source.signed_up_at, source.played_at) AS age_days,
        {% for kind in ['song', 'talk'] %}
        SUM(CASE WHEN source.kind = '{{ kind }}' THEN source.track_ms END) AS {{ kind }}_ms{{ "," if not loop.last }}
        {% endfor %}
    FROM source
    LEFT JOIN {{ source('crm', 'accounts') }} AS accounts ON accounts.user_name = source.user_name AND accounts.active
    GROUP BY ALL
    QUALIFY ROW_NUMBER() OVER (PARTITION BY play_key_{n} ORDER BY loaded_at DESC) = 1
)
SELECT * FROM renamed
)",
    R"(/* The union of the three channels. */
INSERT INTO report_{n} (user_name, channel, total)
SELECT u.user_name, 'web', SUM(w.track_ms) FROM users u INNER JOIN web_plays_{n} w ON w.user_id = u.id
WHERE u.deleted_at IS NULL AND w.country IN (SELECT code FROM markets WHERE markets.open_since < w.played_at)
GROUP BY u.user_name
UNION ALL
SELECT u.user_name, 'app', SUM(a.track_ms) FROM users u INNER JOIN app_plays_{n} a ON a.user_id = u.id
WHERE EXISTS (SELECT 1 FROM devices d WHERE d.user_id = u.id AND d.kind = 'phone' AND d.added_at > a.played_at - INTERVAL '1 day')
GROUP BY u.user_name
HAVING SUM(a.track_ms) > 0
ORDER BY 3 DESC LIMIT 1000;
UPDATE report_{n} SET total = total * 2, channel = 'x' WHERE user_name = 'it''s {n}';
)"};

std::string fill(std::string_view shape, size_t number) {
  std::string text(shape);
  auto digits = std::to_string(number);
  for (size_t at = 0; (at = text.find("{n}", at)) != std::string::npos;) text.replace(at, 3, digits);
  return text;
}

Status collect(const files::path& folder, std::vector<files::path>& found) {
  std::error_code error;
  for (files::recursive_directory_iterator at(folder, error), end; !error && at != end; at.increment(error))
    if (at->path().extension() == ".sql" && !at->is_symlink() && at->is_regular_file()) found.push_back(at->path());
  if (error) return failErrno(error.value(), fmt::format("read folder {}", folder.string()));
  return {};
}

}  // namespace

Result<std::vector<SqlText>> readSqlFiles(const std::vector<std::string>& folders) {
  std::vector<files::path> found;
  for (const auto& folder : folders) GANDER_CHECK(collect(folder, found));
  std::ranges::sort(found);
  std::vector<SqlText> texts;
  for (const auto& path : found) {
    GANDER_TRY(auto text, readFile(path));
    texts.push_back({path.string(), std::move(text)});
  }
  return texts;
}

std::vector<SqlText> makeSqlTexts(size_t bytes) {
  std::vector<SqlText> texts;
  for (size_t made = 0; made < bytes; made += texts.back().text.size()) {
    auto number = texts.size();
    texts.push_back({fmt::format("made/{}.sql", number), fill(kShapes[number % kShapes.size()], number)});
  }
  return texts;
}

size_t bytesOf(const std::vector<SqlText>& texts) {
  size_t bytes = 0;
  for (const auto& text : texts) bytes += text.text.size();
  return bytes;
}

const sql::Table* NothingKnown::find(std::span<const sql::NamePart> /*parts*/, const sql::Dialect& /*dialect*/) const {
  return nullptr;
}

EverythingMoves::EverythingMoves(const std::vector<std::string>& columns) {
  table_.name = "every table";
  table_.dataset = true;
  for (const auto& column : columns) table_.columns.push_back({column, column + "_now", "rename " + column, {}});
}

const sql::Table* EverythingMoves::find(std::span<const sql::NamePart> /*parts*/,
                                        const sql::Dialect& /*dialect*/) const {
  return &table_;
}

}  // namespace gander::bench
