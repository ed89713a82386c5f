import { describe, expect, it } from '@jest/globals';
import type { DiagnosticText } from '../../../provider/framework/diagnostics/diagnostic.ts';
import type { DiagnosticError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import { UNKNOWN } from '../../../provider/framework/values/value.ts';
import { HiiRetailError } from '../../../provider/hiiretail/hiiretail-error.ts';
import { IamApi } from '../../../provider/hiiretail/iam-api.ts';
import type { IamCall } from '../../../provider/hiiretail/iam-call.ts';
import type { Binding } from '../../../provider/hiiretail/iam-shapes.ts';
import { roleBindingResource } from '../../../provider/hiiretail/role-binding-resource.ts';
import { operate } from '../../support/iam-operation.ts';

const state = { group_id: 'g', role_id: 'pos.cashier', is_custom: false };
const bound: Binding = { roleId: 'pos.cashier', bindings: ['bu:1'] };

/**
 * Destroys the binding with an API that accepts everything, and whose list is given for each
 * second.
 */
function destroy(list: (read: number) => readonly Binding[] | undefined) {
  const unassigned: unknown[] = [];
  let reads = 0;
  const api = {
    unassignRole: async (...given: unknown[]) => {
      unassigned.push(given);
    },
    listBindings: async () => {
      reads += 1;
      return list(reads);
    },
  };
  const run = operate(api, roleBindingResource.delete as never, { state });
  return { ...run, unassigned, reads: () => reads };
}

describe('the destruction of a binding', () => {
  it('is done after one read if the group no longer has the role', async () => {
    for (const list of [[], undefined, [{ ...bound, roleId: 'pos.manager' }]]) {
      const { done, unassigned, reads } = destroy(() => list);
      expect(await done).toBeUndefined();
      expect(unassigned).toEqual([['g', 'pos.cashier', false]]);
      expect(reads()).toBe(1);
    }
  });

  it('waits while the API still shows it', async () => {
    const { done, seconds } = destroy((read) => (read < 4 ? [bound] : []));
    expect(await done).toBeUndefined();
    expect(seconds()).toBeGreaterThan(1);
  });

  it('fails if it is still bound after the API reported success or 404', async () => {
    const { done, seconds } = destroy(() => [bound]);
    const error = (await done) as DiagnosticError;
    expect(error.texts[0]?.summary).toBe('The binding g/pos.cashier is not deleted: still_bound');
    expect(error.texts[0]?.detail).toMatch(/access remains[\s\S]*check is_custom/);
    expect(seconds()).toBeLessThanOrEqual(30);
  });

  it('fails if the API responds with 404, as to a wrong isCustom, and the binding still exists', async () => {
    const calls: string[] = [];
    const transport = {
      send: async ({ method, path, query }: IamCall) => {
        calls.push(`${method} ${path.at(-1)} ${query?.['isCustom'] ?? ''}`);
        if (method === 'DELETE') throw new HiiRetailError('api_not_found', { status: 404 });
        return { status: 200, json: [bound] };
      },
    };
    const api = new IamApi(transport as never, 'T1', new AbortController().signal);
    const { done } = operate(api as never, roleBindingResource.delete as never, { state });
    expect(((await done) as DiagnosticError).texts[0]?.summary).toMatch(/: still_bound$/);
    expect(calls.slice(0, 2)).toEqual(['DELETE pos.cashier false', 'GET roles ']);
  });

  it('does not change the binding of the other kind with the same id', async () => {
    const { done } = destroy(() => [{ ...bound, isCustom: true }]);
    expect(await done).toBeUndefined();
  });

  it('is not done if the read fails', async () => {
    const { done } = destroy(() => {
      throw new HiiRetailError('api_failing');
    });
    expect(((await done) as DiagnosticError).texts[0]?.summary).toMatch(/: api_failing$/);
  });
});

describe('the role of a binding', () => {
  const summariesOf = (config: object) => {
    const texts: DiagnosticText[] = [];
    const report = (problem: DiagnosticText) => texts.push(problem);
    const all = { bindings: ['bu:1'], all_resources: null, is_custom: null, ...config };
    roleBindingResource.validate?.({ config: all as never, report });
    return texts.map(({ summary, detail }) => `${summary}: ${detail}`);
  };

  it.each(['iam.viewer', 'pos.cashier', 'iam.no-such-role', `a--.${'b'.repeat(30)}`])(
    'may be the predefined %s',
    (role_id) => {
      expect(summariesOf({ role_id })).toEqual([]);
      expect(summariesOf({ role_id, is_custom: false })).toEqual([]);
    },
  );

  it.each([
    'custom.approver',
    'roles/iam.viewer',
    'iam.Viewer',
    'iam.v',
    'iam',
    `iam.${'b'.repeat(31)}`,
  ])('is rejected at plan if it is predefined and %s', (role_id) => {
    for (const is_custom of [null, false]) {
      expect(summariesOf({ role_id, is_custom })).toEqual([
        expect.stringMatching(
          /predefined role must be system\.role: 3, and 2 to 30 .*is_custom = true/,
        ),
      ]);
    }
  });

  it('may have any id if it is custom, or if id or kind is unknown', () => {
    expect(summariesOf({ role_id: 'Any id at all', is_custom: true })).toEqual([]);
    expect(summariesOf({ role_id: 'custom.approver', is_custom: UNKNOWN })).toEqual([]);
    expect(summariesOf({ role_id: UNKNOWN })).toEqual([]);
  });
});
