import { operateFunctions } from './shared/operate.js';

/** Stops functions: they stay as they are deployed, and stay stopped until they are started. */
export const stopFunctions = operateFunctions({
  operation: 'stop',
  summary: 'Stops functions that the project has in an environment.',
  schema: 'stop-functions.json',
});
