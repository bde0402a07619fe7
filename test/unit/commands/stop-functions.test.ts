import { stopFunctions } from '../../../src/commands/stop-functions.js';
import { operationCases } from '../../support/operation-cases.js';

operationCases(stopFunctions, 'stop');
