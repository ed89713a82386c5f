import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CtyType } from '../../../../provider/framework/values/cty-type.ts';
import { parseJson, projectJson } from '../../../../provider/framework/values/json-decode.ts';
import { pathOf } from '../../../../provider/framework/values/path.ts';
import { Decimal, Dynamic } from '../../../../provider/framework/values/value.ts';
import { ValueError } from '../../../../provider/framework/values/value-error.ts';
import { anyType } from '../support/values.ts';

const parse = (text: string) => parseJson(Buffer.from(text));

const thing: CtyType = {
  kind: 'object',
  attributes: {
    name: { kind: 'string' },
    size: { kind: 'number' },
    open: { kind: 'bool' },
    tags: { kind: 'map', element: { kind: 'string' } },
    parts: {
      kind: 'list',
      element: { kind: 'object', attributes: { label: { kind: 'string' } } },
    },
    names: { kind: 'set', element: { kind: 'string' } },
    pair: { kind: 'tuple', elements: [{ kind: 'string' }, { kind: 'number' }] },
    anything: { kind: 'dynamic' },
  },
};

describe('JSON of a state that another schema wrote', () => {
  it('keeps the attributes of the current schema in their types, and is null for the rest', () => {
    const state = parse(`{
      "name": 7, "size": "12345678901234567890", "dropped": {}, "tags": {"__proto__": "x"},
      "parts": [{"label": "a", "dropped": 1}, null], "names": ["n"], "pair": ["p"],
      "anything": {"type": ["list", "number"], "value": [0.1, 1e400]}
    }`);
    expect(projectJson(state, thing)).toEqual({
      name: '7',
      size: 12345678901234567890n,
      open: null,
      tags: Object.fromEntries([['__proto__', 'x']]),
      parts: [{ label: 'a' }, null],
      names: ['n'],
      pair: ['p', null],
      anything: new Dynamic({ kind: 'list', element: { kind: 'number' } }, [0.1, 10n ** 400n]),
    });
  });

  it('keeps all digits of numbers', () => {
    expect(parse('[0.1, 9007199254740993, 0.12345678901234567891]')).toEqual([
      0.1,
      9007199254740993n,
      new Decimal('0.12345678901234567891'),
    ]);
  });

  it.each([
    ['{"size": true}', 'a number is required', pathOf('size')],
    ['{"open": "yes"}', 'a bool is required', pathOf('open')],
    ['{"name": []}', 'a string is required', pathOf('name')],
    ['{"parts": [{}, {"label": {}}]}', 'a string is required', pathOf('parts', 1, 'label')],
    ['{"parts": {}}', 'a list is required', pathOf('parts')],
    ['{"tags": []}', 'an object is required', pathOf('tags')],
    ['{"tags": {"k": {}}}', 'a string is required', pathOf('tags', { key: 'k' })],
  ])('is rejected if it does not fit: %s', (json, message, path) => {
    expect(() => projectJson(parse(json), thing)).toThrow(
      expect.objectContaining({ message, path }),
    );
  });

  it('is rejected without a quotation if it is not JSON', () => {
    expect(() => parse('{"secret": canary')).toThrow(new ValueError('a value is not JSON'));
  });

  it('is projected on any type, or rejected, whatever it is', () => {
    fc.assert(
      fc.property(anyType, fc.json(), (type, json) => {
        const outcome = () => {
          try {
            projectJson(parse(json), type);
            return 'value';
          } catch (error) {
            if (error instanceof ValueError) return 'refused';
            throw error;
          }
        };
        expect(['value', 'refused']).toContain(outcome());
      }),
      { numRuns: 2000 },
    );
  });

  // At some depths the parser fails, at others the projection.
  it.each([1_000, 2_500, 5_000, 10_000, 50_000])(
    'is refused, or read, at a depth of %i',
    (depth) => {
      const json = `${'{"type":"dynamic","value":'.repeat(depth)}null${'}'.repeat(depth)}`;
      const outcome = () => {
        try {
          projectJson(parse(json), { kind: 'dynamic' });
          return 'value';
        } catch (error) {
          return error instanceof ValueError ? 'refused' : error;
        }
      };
      expect(['value', 'refused']).toContain(outcome());
    },
  );
});
