// node -r aloud.cjs prism ...: the proxy holds nothing against a schema that does not compile, and says nothing of it. So that is said here.
'use strict';
const Ajv = require('ajv/dist/core').default;

const compile = Ajv.prototype.compile;
Ajv.prototype.compile = function(schema, meta) {
  try {
    return compile.call(this, schema, meta);
  } catch (error) {
    console.log(`Violation: nothing is held against a schema: ${error.message}`);
    throw error;
  }
};
