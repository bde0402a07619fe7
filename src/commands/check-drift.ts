import { askForDrift } from './shared/ask-for-drift.js';

/** Asks a deployer whether what runs is what was deployed last. */
export const checkDrift = askForDrift({
  name: 'check-drift',
  summary: 'Asks whether what runs in an environment is what was deployed last.',
  schema: 'check-drift.json',
  role: 'operator',
});
