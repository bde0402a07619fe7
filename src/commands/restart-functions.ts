import { operateFunctions } from './shared/operate.js';

/** Restarts functions. A deployer that dies in the middle may leave one to be restarted a second time, by the one that takes over. */
export const restartFunctions = operateFunctions({
  operation: 'restart',
  summary: 'Restarts functions that the project has in an environment.',
  schema: 'restart-functions.json',
});
