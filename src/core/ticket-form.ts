import { isObject } from './merge-patch.js';

/** What tells a ticket from any other token that the same key might sign. */
export const TICKET_TYPE = 'stageline-ticket+jwt';

const TOKEN = /^eyJ[\w-]+\.[\w-]+\.[\w-]+$/;

/** True for a ticket by its form, whoever signed it: good for one command only, and wanted where that is sent again. */
export function isTicket(text: unknown): text is string {
  if (typeof text !== 'string' || !TOKEN.test(text)) return false;
  try {
    const header: unknown = JSON.parse(Buffer.from(text.split('.', 1)[0] ?? '', 'base64url').toString());
    return isObject(header) && header['typ'] === TICKET_TYPE;
  } catch {
    return false;
  }
}
