import { readFileSync } from 'node:fs';

/** The text of a page of docs/. */
export const docsPage = (name: string) =>
  readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** The JSON of each section of a page that has some. */
export function examplesOf(name: string): [section: string, json: Record<string, unknown>][] {
  const sections = docsPage(name).split(/^## /m).slice(1);
  return sections.flatMap((text) =>
    [...text.matchAll(/^```json\n(.*?)^```$/gms)].map(
      ([, json = '']): [string, Record<string, unknown>] => [
        text.split('\n')[0] as string,
        JSON.parse(json),
      ],
    ),
  );
}
