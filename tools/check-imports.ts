// Holds every import against the tables of ARCHITECTURE.md ("Import rules"): which folder may import which, and in which file a
// library of the outside world may be used.
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

export interface ImportRules {
  /** Folders, and the folders that each may import besides itself. */
  readonly folders: ReadonlyMap<string, readonly string[]>;
  /** Libraries, and the files or folders that may use each. */
  readonly libraries: ReadonlyMap<string, readonly string[]>;
}

interface Import {
  readonly name: string;
  readonly isType: boolean;
}

/** The two tables of the section: their first column names who or what, their second where. */
export function readRules(document: string): ImportRules {
  const [, section = ''] = document.split('\n## Import rules\n');
  const rows = [...(section.split('\n## ')[0] ?? '').matchAll(/^\|([^|]+)\|([^|]+)\|/gm)].map(
    ([, first = '', second = '']) => [codesOf(first), codesOf(second)] as const,
  );
  const isFolder = (name: string) => rows.some(([names]) => names.includes(name)) && isOurs(name);
  const entries = rows.flatMap(([names, where]) => names.map((name) => [name, where] as const));
  return {
    folders: new Map(entries.filter(([name]) => isFolder(name))),
    libraries: new Map(entries.filter(([name]) => !isFolder(name))),
  };
}

function codesOf(cell: string): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code = '']) => code.replace(/\/$/, ''));
}

function isOurs(name: string): boolean {
  return globSync(`${name}/*`, { cwd: root }).length > 0;
}

function importsOf(text: string): Import[] {
  const statics = text.matchAll(
    /^(?:import|export)\s(type\s)?[^;'"]*?from '([^']+)'(?: with [^;]*)?;/gm,
  );
  const dynamics = text.matchAll(/\b(typeof )?import\('([^']+)'\)/g);
  return [...statics, ...dynamics].map(([, type, name = '']) => ({ name, isType: Boolean(type) }));
}

/** @returns one line for each import of a file that breaks a rule */
export function checkFile(file: string, text: string, rules: ImportRules): string[] {
  if (folderOf(file, rules) === undefined) return [];
  return importsOf(text).flatMap((one) => {
    const reason = one.name.startsWith('.')
      ? refuseFolder(file, one, rules)
      : refuseLibrary(file, one, rules);
    return reason === undefined ? [] : [`${file}: ${reason}`];
  });
}

function folderOf(name: string, { folders }: ImportRules): string | undefined {
  return [...folders.keys()]
    .filter((folder) => isWithin(name, folder))
    .sort()
    .at(-1);
}

function isWithin(name: string, folder: string): boolean {
  return `${name}/`.startsWith(`${folder}/`);
}

function refuseFolder(file: string, { name }: Import, rules: ImportRules): string | undefined {
  const own = folderOf(file, rules) ?? '';
  const target = folderOf(path.join(path.dirname(file), name), rules);
  if (target === undefined || target === own) return undefined;
  const allowed = rules.folders.get(own) ?? [];
  if (allowed.some((folder) => isWithin(target, folder))) return undefined;
  return `${own} may not import ${target} (${name})`;
}

function refuseLibrary(
  file: string,
  { name, isType }: Import,
  { libraries }: ImportRules,
): string | undefined {
  if (isType) return undefined;
  const library = [...libraries.keys()].find((known) => isWithin(name, known));
  if (library === undefined) return name.startsWith('node:') ? undefined : `${name} has no row`;
  const places = libraries.get(library) ?? [];
  if (places.some((place) => isWithin(file, place))) return undefined;
  return `${name} is used in ${places.join(', ')} only`;
}

/** @returns one line for each import that breaks a rule */
export function checkImports(): string[] {
  const rules = readRules(readFileSync(path.join(root, 'ARCHITECTURE.md'), 'utf8'));
  const files = [...rules.folders.keys()].flatMap((folder) =>
    globSync(`${folder}/**/*.ts`, { cwd: root }),
  );
  return [...new Set(files)]
    .sort()
    .flatMap((file) => checkFile(file, readFileSync(path.join(root, file), 'utf8'), rules));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const broken = checkImports();
  for (const line of broken) console.error(line);
  process.exitCode = broken.length === 0 ? 0 : 1;
}
