import { askForDrift } from './shared/ask-for-drift.js';

/** The same as check-drift, asked by a deployer when it is time. Its id follows from project, environment and period: it counts once. */
export const checkDriftOnSchedule = askForDrift({
  name: 'check-drift-on-schedule',
  summary: 'Asks the same on schedule; sent by deployers.',
  schema: 'check-drift-on-schedule.json',
  role: 'service',
});
