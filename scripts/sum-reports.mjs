// Sums Jest's JSON reports of a folder and prints what was not run, then "N passed, N failed". Fails when anything failed,
// a suite could not run, a report is missing, or nothing ran.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = process.argv[2];
const reports = readdirSync(folder).filter((name) => name.endsWith('.json'));
let passed = 0;
let failed = 0;
const notRun = new Set();
for (const name of reports) {
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  passed += report.numPassedTests;
  failed += report.numFailedTests;
  for (const suite of report.testResults) {
    // A suite that could not even be loaded has no tests to fail.
    if (suite.status === 'failed' && suite.assertionResults.length === 0) failed += 1;
    for (const test of suite.assertionResults) if (test.status === 'pending') notRun.add(test.fullName);
  }
}
if (notRun.size > 0) console.log(`\nnot run:\n${[...notRun].map((name) => `  ${name}`).join('\n')}`);
console.log(`\n${passed} passed, ${failed} failed`);
if (failed > 0 || passed === 0 || reports.length === 0) process.exit(1);
