import { restartFunctions } from '../../../src/commands/restart-functions.js';
import { operationCases } from '../../support/operation-cases.js';

operationCases(restartFunctions, 'restart');
