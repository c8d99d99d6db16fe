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

const kRepository = '/repos/{owner}/{repo}';
const kPull = `${kRepository}/pulls/{index}`;
const kIssue = `${kRepository}/issues/{index}`;
const kAsked = [
  ['get', '/user'],
  ['get', kRepository],
  ['get', `${kRepository}/collaborators/{collaborator}/permission`],
  ['get', `${kRepository}/labels`],
  ['post', `${kRepository}/labels`],
  ['get', `${kRepository}/pulls`],
  ['post', `${kRepository}/pulls`],
  ['get', kPull],
  ['patch', kPull],
  ['post', `${kPull}/merge`],
  ['post', `${kPull}/requested_reviewers`],
  ['get', `${kPull}/reviews`],
  ['post', `${kPull}/reviews`],
  ['get', `${kPull}/reviews/{id}/comments`],
  ['get', `${kIssue}/comments`],
  ['post', `${kIssue}/comments`],
  ['post', `${kIssue}/labels`],
];

const folder = (name) => path.join(__dirname, 'node_modules', name, 'dist');
const types = new Map();  // by their names

function readTypes(file) {
  const source = ts.createSourceFile(file, fs.readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
  const visit = (node) => {
    if (ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node) || ts.isEnumDeclaration(node))
      types.set(node.name.text, node);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return source;
}

// ---------------------------------------------------------------- schemas of types

// `side`: 'asked' or 'answered'. Each type is written out where it stands, and within itself left open.
const within = [];
function named(name, side) {
  if (within.includes(name)) return {type: 'object'};
  const node = types.get(name);
  if (!node) throw new Error(`no type ${name}`);
  within.push(name);
  const schema = ts.isEnumDeclaration(node) ? {type: 'string', enum: node.members.map((one) => one.initializer.text)} :
      ts.isInterfaceDeclaration(node)       ? object(node.members, side) :
                                              schemaOf(node.type, side);
  within.pop();
  return schema;
}

function object(members, side) {
  const schema = {type: 'object', properties: {}, additionalProperties: false};
  for (const member of members) {
    if (ts.isIndexSignatureDeclaration(member)) {
      schema.additionalProperties = schemaOf(member.type, side);
      continue;
    }
    const format = ts.getJSDocTags(member).find((tag) => tag.tagName.text === 'format')?.comment;
    const value = schemaOf(member.type, side);
    if (value.type === 'number' && format?.startsWith('int')) value.type = 'integer';
    schema.properties[member.name.text] = side === 'answered' ? orNull(value) : value;
    if (!member.questionToken) (schema.required ??= []).push(member.name.text);
  }
  return schema;
}

// What has no type takes null as it is.
function orNull(schema) {
  return schema.type ? {...schema, nullable: true} : schema;
}

function schemaOf(node, side) {
  const kind = ts.SyntaxKind;
  switch (node.kind) {
    case kind.StringKeyword: return {type: 'string'};
    case kind.NumberKeyword: return {type: 'number'};
    case kind.BooleanKeyword: return {type: 'boolean'};
    case kind.AnyKeyword:
    case kind.UnknownKeyword: return {};
    case kind.ArrayType: return {type: 'array', items: schemaOf(node.elementType, side)};
    case kind.TypeLiteral: return object(node.members, side);
    case kind.ParenthesizedType: return schemaOf(node.type, side);
    case kind.LiteralType: return {type: 'string', enum: [node.literal.text]};
    case kind.UnionType: {
      const all = node.types.map((one) => schemaOf(one, side));
      if (all.every((one) => one.enum)) return {type: 'string', enum: all.flatMap((one) => one.enum)};
      return {anyOf: all};
    }
    case kind.TypeReference: {
      const name = node.typeName.text;
      if (name === 'Array') return {type: 'array', items: schemaOf(node.typeArguments[0], side)};
      if (name === 'Record')
        return {type: 'object', additionalProperties: schemaOf(node.typeArguments[1], side)};
      return named(name, side);
    }
    default: throw new Error(`a type of the kind ${kind[node.kind]}: ${node.getText()}`);
  }
}

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
