import type { DeploymentMessage } from '../core/types.js';
import { validator } from '../core/validate.js';
import type { Code } from '../errors.js';
import type { ReceivedMessage } from '../ports/bus.js';
import type { WorkloadRef } from '../ports/functions.js';
import { refOf, type Fields } from './pulsar-config.js';

/** Why a message is put aside. */
export interface DeploymentProblem {
  readonly code: Code;
  readonly reason: string;
}

/** A deployment as it was sent, in parts that are known to be there. */
export interface Assignment {
  /** Id of the effect: `<partition>/<position>/<n>`. */
  readonly effect: string;
  /** Position of the record that caused it. */
  readonly position: number;
  readonly body: DeploymentMessage;
  /** `tenant/namespace/name`. */
  readonly function: string;
  readonly ref: WorkloadRef;
  readonly config: Fields;
}

const validate = validator('deployment-message.json');
const EFFECT = /^\d+\/(\d{1,15})\/\d+$/;

/** Reads a deployment message; a problem if it is none for this environment. What was typed by hand names no effect and goes no further. */
export function readAssignment(
  message: ReceivedMessage,
  environment: string,
): Assignment | { readonly problem: DeploymentProblem } {
  const body = parse(message.payload);
  if (body === undefined) return refuse('INVALID_JSON', 'The payload is no JSON in UTF-8.');
  const [fault] = validate(body);
  if (fault !== undefined)
    return refuse('UNKNOWN_DEPLOYMENT', `${fault.pointer ?? ''} ${fault.detail}`.trim());
  const deployment = body as DeploymentMessage;
  const effect = message.properties['effect'] ?? '';
  const position = EFFECT.exec(effect)?.[1];
  if (position === undefined)
    return refuse('UNKNOWN_DEPLOYMENT', 'The property "effect" is no <partition>/<position>/<n>.');
  if (deployment.environment !== environment)
    return refuse('UNKNOWN_DEPLOYMENT', `It is for ${deployment.environment}, and this is ${environment}.`);
  const [config, ...more] = deployment.configs;
  const ref = config === undefined ? undefined : refOf(config);
  if (config === undefined || more.length > 0 || ref === undefined)
    return refuse('UNKNOWN_DEPLOYMENT', 'It must hold one config with type, tenant, namespace and name.');
  const name = `${ref.tenant}/${ref.namespace}/${ref.name}`;
  if (message.key !== name) return refuse('UNKNOWN_DEPLOYMENT', `Its key is not the function ${name}.`);
  return { effect, position: Number(position), body: deployment, function: name, ref, config };
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    return undefined;
  }
}

const refuse = (code: Code, reason: string): { problem: DeploymentProblem } => ({
  problem: { code, reason },
});
