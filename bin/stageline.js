#!/usr/bin/env node
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '../dist/cli/main.js');

if (existsSync(main)) {
  require(main)
    .runCli(process.argv.slice(2))
    .then((code) => {
      process.exitCode = code;
    });
} else {
  console.error(`stageline is not built yet (${main} is missing): run "npm run build" first.`);
  process.exitCode = 1;
}
