import { startFunctions } from '../../../src/commands/start-functions.js';
import { operationCases } from '../../support/operation-cases.js';

operationCases(startFunctions, 'start');
