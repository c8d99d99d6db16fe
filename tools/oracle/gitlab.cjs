// node gitlab.cjs OUT: what GitLab takes and answers, as an API description, cut to what gander asks.
//
// GitLab's own description is in no package. This one is made of the types of @gitbeaker/core, a client that others wrote by GitLab's
// documentation: a second reading of it, no more. Paths and statuses are written here.
//
// What is changed, and why:
//   - options are in camels there, and in snakes on the wire
//   - no object has other members than those that are described; an answer may have fewer, for the fake gives what is asked for
//   - any member of an answer may be null
//   - `new_line` and `old_line` of a position are text there, and numbers in GitLab's documentation ("Create a thread in the merge request diff")
//   - `state` of merge requests may be `all`, which is missing there
//   - `merge_requests_access_level` and `repository_access_level` of a project are missing there
'use strict';
const fs = require('fs');
const path = require('path');

const {folder, readTypes, named} = require('./types.cjs');

readTypes(path.join(folder('@gitbeaker/core'), 'index.d.ts'));

const snake = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const asked = (name) => Object.fromEntries(
    Object.entries(named(name, 'asked').properties).map(([key, schema]) => [snake(key), schema]));

function bare(schema) {
  if (Array.isArray(schema)) return schema.map(bare);
  if (schema === null || typeof schema !== 'object') return schema;
  const {required, ...rest} = schema;
  const out = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, bare(value)]));
  return Array.isArray(required) ? out : {...out, ...(required && {required: bare(required)})};
}
const answered = (name) => bare(named(name, 'answered'));
const list = (items) => ({type: 'array', items});

const text = {type: 'string'};
const number = {type: 'integer'};
const pages = {page: number, per_page: number};
const position = {
  type: 'object',
  required: ['base_sha', 'start_sha', 'head_sha', 'position_type'],
  properties: {base_sha: text, start_sha: text, head_sha: text, old_path: text, new_path: text, position_type: {enum: ['text']},
               old_line: number, new_line: number},
  additionalProperties: false,
};

const kProject = '/projects/{id}';
const kRequests = `${kProject}/merge_requests`;
const kRequest = `${kRequests}/{merge_request_iid}`;
const project = answered('ProjectSchema');
Object.assign(project.properties, {merge_requests_access_level: text, repository_access_level: text});
const request = answered('ExpandedMergeRequestSchema');
const kAsked = [
  {ask: 'get /user', answer: answered('ExpandedUserSchema')},
  {ask: 'get /users', query: asked('AllUsersOptions'), answer: list(answered('UserSchema'))},
  {ask: `get ${kProject}`, answer: project},
  {ask: `get ${kProject}/members/all/{user_id}`, answer: answered('MemberSchema')},
  {
    ask: `get ${kRequests}`,
    query: {...asked('AllMergeRequestsOptions'), ...pages, state: {enum: ['opened', 'closed', 'locked', 'merged', 'all']}},
    answer: list(answered('MergeRequestSchemaWithBasicLabels')),
  },
  {
    ask: `post ${kRequests}`,
    required: ['source_branch', 'target_branch', 'title'],
    body: {...asked('CreateMergeRequestOptions'), source_branch: text, target_branch: text},
    status: 201,
    answer: request,
  },
  {ask: `get ${kRequest}`, answer: request},
  {ask: `put ${kRequest}`, body: asked('EditMergeRequestOptions'), answer: request},
  {ask: `put ${kRequest}/merge`, body: asked('AcceptMergeRequestOptions'), answer: request},
  {ask: `post ${kRequest}/cancel_merge_when_pipeline_succeeds`, status: 201, answer: request},
  {
    ask: `get ${kRequest}/notes`,
    query: {...pages, sort: {enum: ['asc', 'desc']}, order_by: {enum: ['created_at', 'updated_at']}},
    answer: list(answered('MergeRequestNoteSchema')),
  },
  {ask: `post ${kRequest}/notes`, required: ['body'], body: {body: text}, status: 201, answer: answered('MergeRequestNoteSchema')},
  {
    ask: `post ${kRequest}/discussions`,
    required: ['body'],
    body: {body: text, position},
    status: 201,
    answer: answered('DiscussionSchema'),
  },
];

const json = (schema) => ({'application/json': {schema}});
const kWords = {description: 'As of all resources', content: json({type: 'object', required: ['message']})};
const kNothing = {description: 'As of all resources'};
const paths = {};
for (const {ask, query, body, required, status, answer} of kAsked) {
  const [method, where] = ask.split(' ');
  const parameters = [...where.matchAll(/\{(\w+)\}/g)].map(
      ([, name]) => ({in: 'path', name, required: true, schema: text}));
  for (const [name, schema] of Object.entries(query ?? {})) parameters.push({in: 'query', name, schema});
  const responses = {[status ?? 200]: {description: 'As described', content: json(answer)}, '4XX': kWords};
  if (method === 'get') responses['3XX'] = kNothing;
  const schema = {type: 'object', properties: body, required, additionalProperties: false};
  if (!required) delete schema.required;
  (paths['/api/v4' + where] ??= {})[method] = {
    parameters,
    ...(body && {requestBody: {required: true, content: json(schema)}}),
    responses,
  };
}
fs.writeFileSync(process.argv[2], JSON.stringify({openapi: '3.0.3', info: {title: 'gitlab', version: '4'}, paths}));
