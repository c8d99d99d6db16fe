#include "fleet/store/schema.h"

#include <fmt/format.h>

#include "fleet/target_state.h"

namespace gander::fleet {
namespace {

std::string stateNames() {
  std::string names;
  for (const auto& row : kStates) names += fmt::format("{}'{}'", names.empty() ? "" : ", ", row.text);
  return names;
}

constexpr std::string_view kTables = R"sql(
CREATE TABLE schema_version (version INTEGER NOT NULL);

CREATE TABLE campaign (
  name TEXT PRIMARY KEY,
  title TEXT NOT NULL,
  owner TEXT NOT NULL,
  document TEXT NOT NULL,
  created BIGINT NOT NULL
);

CREATE TABLE target_transition (
  from_state TEXT NOT NULL CHECK (from_state IN ({states})),
  to_state TEXT NOT NULL CHECK (to_state IN ({states})),
  PRIMARY KEY (from_state, to_state)
);

CREATE TABLE target (
  campaign TEXT NOT NULL REFERENCES campaign (name),
  repository TEXT NOT NULL,
  url TEXT NOT NULL,
  owner TEXT NOT NULL,
  previous_state TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ({states})),
  detail TEXT NOT NULL,
  base_branch TEXT NOT NULL,
  base TEXT NOT NULL,
  inputs TEXT NOT NULL,
  head TEXT NOT NULL,
  proposal INTEGER NOT NULL CHECK (proposal >= 0),
  verification TEXT NOT NULL,
  incomplete INTEGER NOT NULL CHECK (incomplete IN (0, 1)),
  draft INTEGER NOT NULL CHECK (draft IN (0, 1)),
  held_draft INTEGER NOT NULL CHECK (held_draft IN (0, 1) AND held_draft <= draft),
  proposed_base TEXT NOT NULL,
  proposed_head TEXT NOT NULL,
  proposed_inputs TEXT NOT NULL,
  proposed_verification TEXT NOT NULL,
  proposed_since BIGINT NOT NULL,
  merging INTEGER NOT NULL CHECK (merging IN (0, 1, 2)),
  outage INTEGER NOT NULL CHECK (outage IN (0, 1)),
  handed_back TEXT NOT NULL,
  superseded INTEGER NOT NULL,
  edits BIGINT NOT NULL,
  built_edits BIGINT NOT NULL CHECK (built_edits <= edits),
  files BIGINT NOT NULL,
  listed BIGINT NOT NULL,
  hazards BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  lease_owner TEXT NOT NULL,
  lease_until BIGINT NOT NULL,
  PRIMARY KEY (campaign, repository),
  FOREIGN KEY (previous_state, state) REFERENCES target_transition (from_state, to_state),
  CHECK (state NOT IN ('committed', 'pushed', 'open') OR (base <> '' AND head <> '')),
  CHECK (state NOT IN ('open', 'merged') OR proposal > 0)
);

CREATE TABLE attempt (
  campaign TEXT NOT NULL,
  repository TEXT NOT NULL,
  number INTEGER NOT NULL,
  worker TEXT NOT NULL,
  began BIGINT NOT NULL,
  ended BIGINT NOT NULL,
  outcome TEXT NOT NULL CHECK (outcome IN ('', 'abandoned', {states})),
  PRIMARY KEY (campaign, repository, number),
  FOREIGN KEY (campaign, repository) REFERENCES target (campaign, repository),
  CHECK ((outcome = '') = (ended = 0))
);

CREATE TABLE step (
  campaign TEXT NOT NULL,
  repository TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  position INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ({states})),
  detail TEXT NOT NULL,
  log TEXT NOT NULL,
  recorded BIGINT NOT NULL,
  PRIMARY KEY (campaign, repository, attempt, position),
  FOREIGN KEY (campaign, repository, attempt) REFERENCES attempt (campaign, repository, number)
);

CREATE TABLE rewrite (
  campaign TEXT NOT NULL,
  repository TEXT NOT NULL,
  proposed INTEGER NOT NULL CHECK (proposed IN (0, 1)),
  json TEXT NOT NULL,
  diff TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  verification TEXT NOT NULL,
  log TEXT NOT NULL,
  base TEXT NOT NULL,
  PRIMARY KEY (campaign, repository, proposed),
  FOREIGN KEY (campaign, repository) REFERENCES target (campaign, repository)
);

CREATE TABLE opening (
  campaign TEXT NOT NULL,
  repository TEXT NOT NULL,
  forge TEXT NOT NULL,
  forge_owner TEXT NOT NULL,
  forge_repository TEXT NOT NULL,
  opened BIGINT NOT NULL,
  PRIMARY KEY (campaign, repository),
  FOREIGN KEY (campaign, repository) REFERENCES target (campaign, repository)
);

CREATE INDEX opening_by_time ON opening (forge, opened);

CREATE TABLE pull_request (
  repository TEXT NOT NULL,
  number INTEGER NOT NULL CHECK (number > 0),
  branch TEXT NOT NULL,
  base TEXT NOT NULL,
  head TEXT NOT NULL,
  title TEXT NOT NULL,
  body TEXT NOT NULL,
  draft INTEGER NOT NULL CHECK (draft IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('open', 'merged', 'closed')),
  merged TEXT NOT NULL,
  reason TEXT NOT NULL,
  created BIGINT NOT NULL,
  updated BIGINT NOT NULL,
  PRIMARY KEY (repository, number),
  CHECK ((state = 'merged') = (merged <> ''))
);

CREATE UNIQUE INDEX one_open_pull_request ON pull_request (repository, branch) WHERE state = 'open';

CREATE TABLE pull_request_comment (
  repository TEXT NOT NULL,
  number INTEGER NOT NULL,
  position INTEGER NOT NULL,
  body TEXT NOT NULL,
  written BIGINT NOT NULL,
  PRIMARY KEY (repository, number, position),
  FOREIGN KEY (repository, number) REFERENCES pull_request (repository, number)
);
)sql";

}  // namespace

std::vector<std::string> schemaStatements() {
  auto text = fmt::format(fmt::runtime(kTables), fmt::arg("states", stateNames()));
  std::vector<std::string> statements;
  // One statement at a time, as every database takes them; no text in them holds a ';'.
  for (size_t begin = 0; begin < text.size();) {
    size_t end = text.find(';', begin);
    if (end == std::string::npos) break;
    statements.push_back(text.substr(begin, end - begin));
    begin = end + 1;
  }
  for (const auto& from : kStates)
    for (const auto& to : kStates)
      if (mayFollow(from.state, to.state))
        statements.push_back(fmt::format("INSERT INTO target_transition VALUES ('{}', '{}')", from.text, to.text));
  statements.push_back(fmt::format("INSERT INTO schema_version VALUES ({})", kSchemaVersion));
  return statements;
}

}  // namespace gander::fleet
