// node typed.cjs FORGE OUT: what a Gitea or a Forgejo takes and answers, as an API description, cut to what gander asks.
//
// Servers give their description at /swagger.v1.json; of the registry's packages two are made from it and hold it as TypeScript types:
// gitea-js (Gitea 1.23) and @llamaduck/forgejo-ts (Forgejo 15). This makes a description of the types again.
//
// What is changed, and why:
//   - no object has other members than those that are described
//   - any member of an answer may be null: they are Go's, whose empty lists and pointers are
//   - a GET may be answered with 304 and a redirect, and anything with 401, 403 and 404, as the servers do for all resources
//   - gitea-js tells no statuses: any success is taken, and any refusal
//   - a merge answers 201 where it waits for the checks, which the description leaves out
'use strict';
const fs = require('fs');
const path = require('path');
const ts = require('typescript');

const {folder, readTypes, types, schemaOf} = require('./types.cjs');

const kRepository = '/repos/{owner}/{repo}';
const kPull = `${kRepository}/pulls/{index}`;
const kIssue = `${kRepository}/issues/{index}`;
const kAsked = [
  ['get', '/user'],
  ['get', kRepository],
  ['get', `${kRepository}/collaborators/{collaborator}/permission`],
  ['get', `${kRepository}/commits/{ref}/status`],
  ['get', `${kRepository}/labels`],
  ['post', `${kRepository}/labels`],
  ['get', `${kRepository}/pulls`],
  ['post', `${kRepository}/pulls`],
  ['get', `${kRepository}/pulls/{base}/{head}`],
  ['get', `${kRepository}/issues`],
  ['get', kPull],
  ['patch', kPull],
  ['post', `${kPull}/merge`],
  ['delete', `${kPull}/merge`],
  ['post', `${kPull}/requested_reviewers`],
  ['get', `${kPull}/reviews`],
  ['post', `${kPull}/reviews`],
  ['get', `${kPull}/reviews/{id}/comments`],
  ['get', `${kIssue}/comments`],
  ['post', `${kIssue}/comments`],
  ['post', `${kIssue}/labels`],
];

// ---------------------------------------------------------------- operations, as each package has them

// All of them by "method /path": {query, body, responses}, of nodes of types.
function giteaOperations() {
  const source = readTypes(path.join(folder('gitea-js'), 'index.d.ts'));
  const out = new Map();
  const visit = (node) => {
    const request = ts.getJSDocTags(node).find((tag) => tag.tagName.text === 'request')?.comment;
    if (request && ts.isPropertySignature(node)) {
      const [method, where] = request.split(/:(.*)/);
      const parameter = (name) => node.type.parameters.find((one) => one.name.text === name)?.type;
      const answer = node.type.type.typeArguments[0].typeArguments[0];
      out.set(`${method.toLowerCase()} ${where}`, {
        query: parameter('query'),
        body: parameter('body') ?? parameter('data'),
        responses: [['2XX', answer], ['4XX', null]],
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return out;
}

function forgejoOperations() {
  const dist = folder('@llamaduck/forgejo-ts');
  readTypes(path.join(dist, 'index.d.ts'));
  const out = new Map();
  const script = fs.readFileSync(path.join(dist, 'index.mjs'), 'utf8');
  const member = (name, key) => types.get(name)?.type.members?.find((one) => one.name.text === key)?.type;
  for (const [, name, method, where] of script.matchAll(
           /^var (\w+) = \(options\) => \(options[^)]*\)\.(get|post|put|patch|delete)\(\{[^]*?\n  url: "([^"]+)"/gm)) {
    const type = name[0].toUpperCase() + name.slice(1);
    const responses = ['Responses', 'Errors'].flatMap(
        (kind) => (types.get(type + kind)?.type.members ?? []).map((one) => [one.name.text, one.type]));
    out.set(`${method} ${where}`, {query: member(`${type}Data`, 'query'), body: member(`${type}Data`, 'body'), responses});
  }
  return out;
}

// ---------------------------------------------------------------- the description

const never = (node) => !node || node.kind === ts.SyntaxKind.NeverKeyword;
const kWords = {description: 'As of all resources', content: {'application/json': {schema: {type: 'object'}}}};
const kNothing = {description: 'As of all resources'};
const kUndescribed = {[`post ${kPull}/merge`]: ['201']};

function responseOf(node) {
  const open = never(node) || ['VoidKeyword', 'UnknownKeyword', 'AnyKeyword'].includes(ts.SyntaxKind[node.kind]);
  if (open) return {description: 'Whatever it holds'};
  return {description: 'As described', content: {'application/json': {schema: schemaOf(node, 'answered')}}};
}

function operationOf(method, where, {query, body, responses}) {
  const out = {parameters: [], responses: {}};
  for (const [, name] of where.matchAll(/\{(\w+)\}/g))
    out.parameters.push({in: 'path', name, required: true, schema: {type: 'string'}});
  const queries = never(query) ? {type: 'object', properties: {}, additionalProperties: false} : schemaOf(query, 'asked');
  for (const [name, schema] of Object.entries(queries.properties)) out.parameters.push({in: 'query', name, schema});
  if (!never(body))
    out.requestBody = {required: true, content: {'application/json': {schema: schemaOf(body, 'asked')}}};
  for (const [status, node] of responses) out.responses[status] = status === '4XX' ? kWords : responseOf(node);
  if (method === 'get') out.responses['304'] ??= kNothing, out.responses['3XX'] ??= kNothing;
  for (const status of ['401', '403', '404']) out.responses['4XX'] ?? (out.responses[status] = kWords);
  for (const status of kUndescribed[`${method} ${where}`] ?? []) out.responses[status] ??= kNothing;
  return out;
}

const [forge, target] = process.argv.slice(2);
const operations = forge === 'gitea' ? giteaOperations() : forgejoOperations();
const paths = {};
for (const [method, where] of kAsked) {
  const operation = operations.get(`${method} ${where}`);
  if (!operation) throw new Error(`${forge} has no ${method} ${where}`);
  (paths['/api/v1' + where] ??= {})[method] = operationOf(method, where, operation);
}
fs.writeFileSync(target, JSON.stringify({openapi: '3.0.3', info: {title: forge, version: '1'}, paths}));
