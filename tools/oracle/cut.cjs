// node cut.cjs OUT: GitHub's API description, cut to what gander asks, so that the proxy starts in two seconds and not in eight.
//
// Paths get Enterprise Server's prefix, under which the fake server stands. What is changed, and why:
//   - requested_teams[].type: required there, and missing in GitHub's own examples
//   - what is null or one of several types says so as one of them: else the proxy holds nothing against the whole
//   - bodies of requests take no members that are not described
//   - a GET may be answered with 304, and anything with 401 and 404, as GitHub says of all resources and not of each
//   - GraphQL is not described: its envelope is, here; what is in it is held against its schema (graphql.cjs)
'use strict';
const fs = require('fs');
const all = require('@octokit/openapi/generated/api.github.com.json');

const kRepository = '/repos/{owner}/{repo}';
const kPull = `${kRepository}/pulls/{pull_number}`;
const kIssue = `${kRepository}/issues/{issue_number}`;
const kAsked = {
  '/user': ['get'],
  [kRepository]: ['get'],
  [`${kRepository}/commits`]: ['get'],
  [`${kRepository}/commits/{ref}/check-runs`]: ['get'],
  [`${kRepository}/commits/{ref}/status`]: ['get'],
  [`${kRepository}/collaborators/{username}/permission`]: ['get'],
  [`${kRepository}/pulls`]: ['get', 'post'],
  [kPull]: ['get', 'patch'],
  [`${kPull}/merge`]: ['put'],
  [`${kPull}/comments`]: ['get', 'post'],
  [`${kPull}/requested_reviewers`]: ['post'],
  [`${kPull}/reviews`]: ['get'],
  [`${kIssue}/comments`]: ['get', 'post'],
  [`${kIssue}/labels`]: ['post'],
  [`${kIssue}/assignees`]: ['post'],
};

const out = {openapi: all.openapi, info: all.info, paths: {}, components: {}};
const kWords = {description: 'As of all resources', content: {'application/json': {schema: {type: 'object'}}}};

function take(name) {
  const [, , kind, id] = name.split('/');
  out.components[kind] ??= {};
  if (out.components[kind][id]) return;
  out.components[kind][id] = all.components[kind][id];
  walk(out.components[kind][id]);
}

function walk(node) {
  if (node === null || typeof node !== 'object') return;
  delete node.examples;  // half of the text, and looked at by nobody
  if (node.nullable === true && !node.type) {
    delete node.nullable;
    (node.anyOf ?? node.oneOf).push({enum: [null]});
  }
  if (typeof node.$ref === 'string') take(node.$ref);
  for (const value of Object.values(node)) walk(value);
}

function close(schema) {
  for (const one of [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])])
    if (one.type === 'object' && one.properties) one.additionalProperties = false;
}

for (const [path, methods] of Object.entries(kAsked)) {
  const item = {};
  for (const method of methods) {
    const operation = all.paths[path][method];
    if (method === 'get') operation.responses['304'] ??= {description: 'Not modified'};
    for (const status of ['401', '404']) operation.responses[status] ??= kWords;
    const body = operation.requestBody?.content['application/json'];
    if (body) close(body.schema);
    item[method] = operation;
    walk(operation);
  }
  out.paths['/api/v3' + path] = item;
}
for (const schema of Object.values(out.components.schemas)) {
  const teams = schema.properties?.requested_teams?.items;
  if (teams?.required) teams.required = teams.required.filter((one) => one !== 'type');
}
for (const name of ['team', 'team-simple']) {
  const schema = out.components.schemas[name];
  if (schema?.required) schema.required = schema.required.filter((one) => one !== 'type');
}
const text = {type: 'string'};
out.paths['/api/graphql'] = {
  post: {
    requestBody: {
      required: true,
      content: {
        'application/json': {
          schema: {
            type: 'object',
            required: ['query'],
            properties: {query: text, variables: {type: 'object'}, operationName: text},
            additionalProperties: false,
          },
        },
      },
    },
    responses: {
      200: {
        description: 'An answer',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              properties: {
                data: {type: 'object', nullable: true},
                errors: {type: 'array', items: {type: 'object', required: ['message'], properties: {message: text}}},
              },
            },
          },
        },
      },
    },
  },
};
fs.writeFileSync(process.argv[2], JSON.stringify(out));
