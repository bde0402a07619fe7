'use strict';

/** Jest reporter: names what was not run, so that a missing server does not pass for a passing test. */
module.exports = class NotRunReporter {
  onRunComplete(_contexts, { testResults }) {
    const names = testResults.flatMap(({ testResults: tests }) =>
      tests.filter(({ status }) => status === 'pending').map(({ fullName }) => fullName),
    );
    if (names.length === 0) return;
    process.stderr.write(`\nNot run:\n${names.map((name) => `  ${name}\n`).join('')}`);
  }
};
