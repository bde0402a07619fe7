import type { DocumentWrite, StoredDocument } from '../../ports/documents.js';
import { SEPARATOR } from './database.js';

const NEWLINE = 10;
const GENERATION_DIGITS = 10;

/** Where the name of the current database is kept. */
export const POINTER_KEY = 'pointer';
/** Where the number of the newest database is kept. */
export const GENERATION_KEY = 'generation';

/** Where a database is registered; with an empty name, the prefix of all. */
export function databaseKey(name: string): string {
  return `n${SEPARATOR}${name}`;
}

/** Where a dropped database whose documents are still to be deleted is noted. */
export function droppedKey(generation: number | string): string {
  return `x${SEPARATOR}${String(generation)}`;
}

function prefixOf(generation: number): string {
  return `d${SEPARATOR}${String(generation).padStart(GENERATION_DIGITS, '0')}`;
}

/** All documents of a database lie between these keys. */
export function databaseRange(generation: number): { gt: string; lt: string } {
  const prefix = prefixOf(generation);
  return { gt: `${prefix}${SEPARATOR}`, lt: `${prefix}\x01` };
}

/**
 * Where a document is kept. LevelDB orders keys by their UTF-8 bytes, the port by UTF-16 code unit: what is not ASCII is
 * written as its code units in hexadecimal, behind a character above all others.
 */
export function documentKey(generation: number, id: string): string {
  const ascii = id.replace(
    /[\x7f-\uffff]/g,
    (unit) => `\x7f${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${prefixOf(generation)}${SEPARATOR}${ascii}`;
}

/** Why no store takes this write; undefined if they do. CouchDB keeps ids and fields that begin with `_` for itself. */
export function refusalOf({ id, body }: DocumentWrite): string | undefined {
  if (id === '') return 'The id is empty.';
  if (id.startsWith('_')) return `The id ${id} begins with an underscore.`;
  const reserved = Object.keys(body).find((field) => field.startsWith('_'));
  return reserved === undefined ? undefined : `The field ${reserved} begins with an underscore.`;
}

/** The bytes of a document: version, id and body, a line each, the last two as JSON. */
export function encodeDocument(rev: string, id: string, json: string): Buffer {
  return Buffer.from(`${rev}\n${JSON.stringify(id)}\n${json}`);
}

/** The version of an encoded document. */
export function revOf(value: Buffer): string {
  return value.toString('latin1', 0, value.indexOf(NEWLINE));
}

/** Reads an encoded document. */
export function decodeDocument(value: Buffer): StoredDocument {
  const idAt = value.indexOf(NEWLINE) + 1;
  const bodyAt = value.indexOf(NEWLINE, idAt) + 1;
  return {
    rev: revOf(value),
    id: JSON.parse(value.toString('utf8', idAt, bodyAt - 1)) as string,
    body: JSON.parse(value.toString('utf8', bodyAt)) as Record<string, unknown>,
  };
}
