import { operateFunctions } from './shared/operate.js';

/** Starts what was stopped. What runs already goes on running. */
export const startFunctions = operateFunctions({
  operation: 'start',
  summary: 'Starts functions that the project has in an environment.',
  schema: 'start-functions.json',
});
