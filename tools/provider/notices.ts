import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const PACKAGE = /^.*node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/;
const LICENSE = /^(licen[cs]e|notice|copying)([.-]|$)/i;

/**
 * The licences of the libraries in a bundle, which require that their text is distributed with the
 * code.
 *
 * @param inputs files of the bundle
 * @param root directory that they are relative to
 * @returns text, sorted by library, the same for the same inputs
 */
export async function collectNotices(inputs: readonly string[], root: string): Promise<string> {
  const folders = new Set(inputs.flatMap((input) => PACKAGE.exec(input)?.[0] ?? []));
  const notices = await Promise.all(
    [...folders].sort().map((folder) => noticeOf(path.join(root, folder))),
  );
  return notices.join(`\n${'-'.repeat(80)}\n\n`);
}

async function noticeOf(folder: string): Promise<string> {
  const manifest = path.join(folder, 'package.json');
  const { name, version, license } = JSON.parse(await readFile(manifest, 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: string;
  };
  const files = (await readdir(folder)).filter((file) => LICENSE.test(file));
  const texts = await Promise.all(
    files.sort().map((file) => readFile(path.join(folder, file), 'utf8')),
  );
  return [`${name} ${version} (${license ?? 'see below'})\n`, ...texts].join('\n');
}
