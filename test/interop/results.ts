import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { InteropServer } from './server.ts';

/** What the tests saw at one server. */
export interface ServerResults {
  readonly title: string;
  readonly version: string;
  /** By situation. */
  readonly results: Readonly<Record<string, string>>;
}

const directory = new URL('../../interop/results/', import.meta.url);
const fileOf = (name: string) => fileURLToPath(new URL(`${name}.json`, directory));

/** Keeps what was seen, for docs/servers-tested.md. */
export function writeResults(
  { name, title, version }: InteropServer,
  results: ReadonlyMap<string, string>,
): void {
  mkdirSync(directory, { recursive: true });
  const content: ServerResults = { title, version, results: Object.fromEntries(results) };
  writeFileSync(fileOf(name), JSON.stringify(content, null, 2));
}

/** What was seen, or undefined if the server was skipped. */
export function readResults(name: string): ServerResults | undefined {
  try {
    return JSON.parse(readFileSync(fileOf(name), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Where the results of a run are. */
export const RESULTS_DIRECTORY: string = fileURLToPath(directory);
