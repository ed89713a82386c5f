import { readFile, writeFile } from 'node:fs/promises';
import * as v from 'valibot';
import type { ChainHead } from '../../lib/audit/verify-chain.ts';
import { CommandError } from '../command-error.ts';

const anchorsSchema = v.record(
  v.pipe(v.string(), v.uuid()),
  v.strictObject({
    sequence: v.pipe(v.number(), v.integer(), v.minValue(0)),
    fingerprint: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  }),
);

/** @throws CommandError 2 if the file is not one that `--write-anchors` wrote */
export async function readAnchors(
  file: string | undefined,
): Promise<ReadonlyMap<string, ChainHead>> {
  if (file === undefined) return new Map();
  const result = v.safeParse(anchorsSchema, await jsonOf(file));
  if (!result.success) throw notAnchors(file);
  return new Map(Object.entries(result.output));
}

export async function writeAnchors(
  file: string | undefined,
  heads: Readonly<Record<string, ChainHead>>,
): Promise<void> {
  if (file !== undefined) await writeFile(file, `${JSON.stringify(heads, null, 2)}\n`);
}

async function jsonOf(file: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch {
    throw notAnchors(file);
  }
}

function notAnchors(file: string): CommandError {
  return new CommandError(
    2,
    `${file} is not a file of anchors: use a file that --write-anchors wrote.`,
  );
}
