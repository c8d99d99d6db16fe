// node graphql.cjs: requests of GraphQL, the JSON of one on each line of the standard input, held against GitHub's public schema. What is
// wrong with one is said, a line for each; nothing is said of what is right.
'use strict';
const fs = require('fs');
const path = require('path');
const {buildSchema, parse, validate} = require('graphql');
const {getVariableValues} = require('graphql/execution/values');

const folder = path.join(__dirname, 'node_modules/@octokit/graphql-schema');
// GitHub's own schema has two fields twice, which a strict reading refuses.
const schema = buildSchema(fs.readFileSync(path.join(folder, 'schema.graphql'), 'utf8'), {assumeValidSDL: true});

// The document, and then the variables that come with it.
function problemsOf({query, variables}) {
  let document;
  try {
    document = parse(query);
  } catch (error) {
    return [error];
  }
  const wrong = validate(schema, document);
  if (wrong.length > 0) return wrong;
  return getVariableValues(schema, document.definitions[0].variableDefinitions ?? [], variables ?? {}).errors ?? [];
}

for (const line of fs.readFileSync(0, 'utf8').split('\n').filter((one) => one !== ''))
  for (const error of problemsOf(JSON.parse(line))) console.log(error.message.replaceAll('\n', ' '));
