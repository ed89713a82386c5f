import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import type { Run } from './doctor-system.ts';

const FOLDER = fileURLToPath(new URL('../e2e/transcripts/', import.meta.url));

/** The output for a user, with everything that differs between runs replaced. */
export function toTranscript({ args, stdout, stderr, code }: Run): string {
  return withoutVolatile(
    `$ token-vending ${args.join(' ')}\n${stdout}${stderr}[exit code ${code}]\n`,
  );
}

function withoutVolatile(text: string): string {
  return text
    .replace(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ID')
    .replace(/(127\.0\.0\.1|localhost):\d+/g, '$1:PORT')
    .replace(/port \d+/g, 'port PORT')
    .replace(/Node\.js v[\d.]+, \w+ \w+/g, 'Node.js VERSION, PLATFORM')
    .replace(/"node":"v[\d.]+","platform":"\w+ \w+"/g, '"node":"VERSION","platform":"PLATFORM"')
    .replace(/until \d{4}-\d{2}-\d{2}/g, 'until DATE')
    .replace(/(lives|less than) \d{4}\b/g, '$1 SECONDS');
}

/** The stored transcript `name`. With UPDATE_TRANSCRIPTS=1 it is written first. */
export async function keptTranscript(name: string, actual: string): Promise<string> {
  const file = path.join(FOLDER, `${name}.txt`);
  if (process.env['UPDATE_TRANSCRIPTS'] === '1') {
    await mkdir(FOLDER, { recursive: true });
    await writeFile(file, actual);
  }
  return await readFile(file, 'utf8');
}
