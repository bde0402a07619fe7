import { BeamFault } from './fault.js';

/** What a request says of its message beside the payload. */
export interface MessageHeaders {
  readonly key?: string;
  readonly properties: Readonly<Record<string, string>>;
}

const KEY = 'pulsarkey';
const PROPERTY = 'pulsarproperties-';
const MAX_PROPERTIES = 50;
const MAX_CHARACTERS = 1_000;
const PRINTABLE = /^[\x20-\x7e]*$/;
/** Properties that the door itself sets, or that say who asks. */
const RESERVED: ReadonlySet<string> = new Set(['pulsarbeamid', 'ticket', 'askedby', 'commandhash']);

/** Reads key and properties, in the same headers in which a webhook gets them; names keep their case, so the raw headers are read. */
export function readMessageHeaders(rawHeaders: readonly string[]): MessageHeaders {
  let key: string | undefined;
  const properties = new Map<string, string>();
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const [name = '', value = ''] = rawHeaders.slice(at, at + 2);
    const lower = name.toLowerCase();
    if (lower === KEY) key = checked(name, value);
    else if (lower.startsWith(PROPERTY) && name.length > PROPERTY.length) {
      const property = checked(name, name.slice(PROPERTY.length));
      if (RESERVED.has(property.toLowerCase()))
        throw new BeamFault(
          422,
          `the property ${property} is set by the service; leave the header ${name} out`,
        );
      properties.set(property, checked(name, value));
    }
  }
  if (properties.size > MAX_PROPERTIES)
    throw new BeamFault(422, `a message takes ${MAX_PROPERTIES} properties, there are ${properties.size}`);
  return { ...(key === undefined ? {} : { key }), properties: Object.fromEntries(properties) };
}

function checked(name: string, text: string): string {
  if (PRINTABLE.test(text) && text.length <= MAX_CHARACTERS) return text;
  throw new BeamFault(
    422,
    `the header ${name.slice(0, 100)} takes printable ASCII, at most ${MAX_CHARACTERS} characters`,
  );
}
