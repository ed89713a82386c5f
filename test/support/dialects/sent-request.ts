import { expect } from '@jest/globals';
import type { Outcome } from './dialect-row.ts';
import type { SeenRequest } from './scripted-server.ts';

/** Compares a token request with what the row expects. */
export function expectSent(
  request: SeenRequest | undefined,
  { without = [], ...expected }: NonNullable<Outcome['sent']>,
): void {
  expect(request).toBeDefined();
  const { url, query, headers, form } = request as SeenRequest;
  expect({
    url: `${url}${query}`,
    headers,
    form: parametersOf(form),
    basic: atob(/^Basic (.+)$/.exec(headers.authorization ?? '')?.[1] ?? ''),
    assertion: assertionIn(form.get('client_assertion')),
  }).toMatchObject(expected);
  expect([...form.keys()].filter((name) => without.includes(name))).toEqual([]);
}

function parametersOf(form: URLSearchParams): Record<string, unknown> {
  const names = [...new Set(form.keys())];
  return Object.fromEntries(
    names.map((name): [string, unknown] => {
      const values = form.getAll(name);
      return [name, values.length === 1 ? values[0] : values];
    }),
  );
}

function assertionIn(assertion: string | null) {
  if (assertion === null) return undefined;
  const [header, payload] = assertion
    .split('.', 2)
    .map((part) => JSON.parse(Buffer.from(part, 'base64url').toString()));
  return { header, payload };
}
