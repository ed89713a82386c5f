import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HiiRetailInProcess } from '../../support/hiiretail-provider.ts';

let world: HiiRetailInProcess;

beforeEach(async () => {
  world = await HiiRetailInProcess.open();
});
afterEach(() => world.close());

const letters = (at: number) =>
  String.fromCharCode(97 + (at % 26), 97 + (Math.floor(at / 26) % 26)).padEnd(2, 'a');
const permissions = (system: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({
    id: `${system}.thing.${letters(at)}`,
    attributes: null,
  }));
const withAttributes = (attributes: Record<string, string>) => [
  { id: 'rec.period.approve', attributes },
];
const keys = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`k${at}`, 'v']));

const validate = (list: readonly object[]) =>
  world.validate('hiiretail_iam_custom_role', { id: 'custom.it', permissions: list as never });

describe('the limits of the API for a custom role', () => {
  it.each([
    ['100 permissions', permissions('abc', 100)],
    [
      '500 permissions, of which 100 are not pos.',
      [...permissions('abc', 100), ...permissions('pos', 400)],
    ],
    ['500 pos. permissions', permissions('pos', 500)],
    ['10 attributes', withAttributes(keys(10))],
    [
      'a key of 40 characters and a value of 256',
      withAttributes({ ['k'.repeat(40)]: 'v'.repeat(256) }),
    ],
  ])('are kept with %s', async (_, list) => {
    expect(await validate(list)).toEqual([]);
  });

  it.each([
    ['101 permissions', permissions('abc', 101), /at most 100 permissions other than pos\. ones/],
    ['501 pos. permissions', permissions('pos', 501), /at most 500 permissions/],
    [
      '501 permissions, of which 100 are not pos.',
      [...permissions('abc', 100), ...permissions('pos', 401)],
      /at most 500 permissions/,
    ],
    ['11 attributes', withAttributes(keys(11)), /at most 10 keys/],
    [
      'a key of 41 characters',
      withAttributes({ ['k'.repeat(41)]: 'v' }),
      /keys of at most 40 characters/,
    ],
    [
      'a value of 257 characters',
      withAttributes({ k: 'v'.repeat(257) }),
      /values of at most 256 characters/,
    ],
  ])('are named with %s', async (_, list, rule) => {
    expect(await validate(list)).toEqual([expect.stringMatching(rule)]);
  });
});
