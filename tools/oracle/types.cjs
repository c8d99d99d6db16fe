// Types of TypeScript as schemas of an API description.
'use strict';
const fs = require('fs');
const path = require('path');
const ts = require('typescript');

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

// `side`: 'asked' or 'answered'. Each type is written out where it stands, and within itself left open.
const within = [];
function named(name, side) {
  if (within.includes(name)) return {type: 'object'};
  const node = types.get(name);
  if (!node) throw new Error(`no type ${name}`);
  within.push(name);
  const schema = ts.isEnumDeclaration(node) ? choice(node.members.map((one) => one.initializer)) :
      ts.isInterfaceDeclaration(node)       ? withBases(node, side) :
                                              schemaOf(node.type, side);
  within.pop();
  return schema;
}

function choice(literals) {
  if (literals.every(ts.isNumericLiteral)) return {type: 'integer', enum: literals.map((one) => Number(one.text))};
  return {type: 'string', enum: literals.map((one) => one.text)};
}

// What an interface extends comes first; an open Record is how a package says that there may be more.
function withBases(node, side) {
  const bases = (node.heritageClauses ?? []).flatMap((clause) => [...clause.types]).filter((one) => one.expression.text !== 'Record');
  return joined([...bases.map((one) => reference(one.expression.text, one.typeArguments, side)), object(node.members, side)]);
}

function joined(all) {
  const required = all.flatMap((one) => one.required ?? []);
  const properties = Object.assign({}, ...all.map((one) => one.properties));
  return {type: 'object', properties, additionalProperties: false, ...(required.length && {required})};
}

function keysOf(node) {
  return node.kind === ts.SyntaxKind.UnionType ? node.types.flatMap(keysOf) : [node.literal.text];
}

function reference(name, given, side) {
  if (name === 'Array') return {type: 'array', items: schemaOf(given[0], side)};
  if (name === 'Record') return {type: 'object', additionalProperties: schemaOf(given[1], side)};
  if (name === 'Camelize') return {};
  if (name === 'Exclude') return schemaOf(given[0], side);
  if (['Partial', 'OneOf', 'OneOrNoneOf', 'AllOrNone'].includes(name)) {
    const {required, ...loose} = schemaOf(given[0], side);
    return loose;
  }
  if (name !== 'Pick' && name !== 'Omit' && name !== 'MappedOmit') return named(name, side);
  const whole = schemaOf(given[0], side);
  const keys = keysOf(given[1]);
  const kept = (key) => keys.includes(key) === (name === 'Pick');
  const properties = Object.fromEntries(Object.entries(whole.properties).filter(([key]) => kept(key)));
  return joined([{properties, required: whole.required?.filter(kept)}]);
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
    case kind.LiteralType:
      return node.literal.kind === kind.NullKeyword ? {enum: [null]} : choice([node.literal]);
    case kind.UnionType: {
      const all = node.types.map((one) => schemaOf(one, side));
      if (all.every((one) => one.enum && one.type === 'string')) return {...all[0], enum: all.flatMap((one) => one.enum)};
      return {anyOf: all};
    }
    case kind.IntersectionType: return joined(node.types.map((one) => schemaOf(one, side)));
    case kind.TypeReference: return reference(node.typeName.text, node.typeArguments, side);
    default: throw new Error(`a type of the kind ${kind[node.kind]}: ${node.getText()}`);
  }
}

module.exports = {folder, readTypes, types, schemaOf, named};
