import { describe, expect, it } from '@jest/globals';
import { DiagnosticError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import { groupResource } from '../../../provider/hiiretail/group-resource.ts';
import { HiiRetailError } from '../../../provider/hiiretail/hiiretail-error.ts';
import { iamResource } from '../../../provider/hiiretail/iam-resource.ts';
import { roleBindingResource } from '../../../provider/hiiretail/role-binding-resource.ts';
import { type FakeApi, operate } from '../../support/iam-operation.ts';

function create(
  resource: { create(request: never): Promise<object> },
  api: FakeApi,
  config: object,
) {
  return operate(api, (request: never) => resource.create(request), { config, plan: config });
}

const failing = async () => {
  throw new HiiRetailError('api_failing');
};
const group = { id: null, name: 'G', description: null, members: null };
const binding = {
  tenant_id: null,
  group_id: 'g',
  role_id: 'iam.viewer',
  is_custom: false,
  bindings: ['bu:1'],
  all_resources: null,
  description: null,
  condition: null,
};

describe('writes that the API has not finished', () => {
  it('keep a group with a warning if only its status lags', async () => {
    const creating = { id: 'g1', name: 'G', description: null, status: 'Creating' };
    const api = { createGroup: async () => creating, findGroup: async () => creating };
    const { done, warnings } = create(groupResource, api, group);
    expect(await done).toMatchObject({ id: 'g1', status: 'Creating' });
    expect(warnings.map(({ summary }) => summary)).toEqual(['Group G is not finished']);
  });

  it('keep the object in the state if a read fails, so that the next run finds it', async () => {
    const created = { id: 'g1', name: 'G', description: null, status: 'Creating' };
    const groups = { createGroup: async () => created, findGroup: failing };
    const bindings = { assignRole: async () => undefined, listBindings: failing };
    let reads = 0;
    const resources = {
      setResource: async () => undefined,
      findResource: async () => {
        reads += 1;
        return reads === 1 ? undefined : await failing();
      },
    };
    const resource = { id: 'st:1', name: 'S', props: null };
    for (const [definition, api, config, id] of [
      [groupResource, groups, group, 'g1'],
      [roleBindingResource, bindings, binding, 'g/iam.viewer'],
      [iamResource, resources, resource, 'st:1'],
    ] as const) {
      const error = (await create(definition, api, config).done) as DiagnosticError;
      expect(error).toBeInstanceOf(DiagnosticError);
      expect(error.state).toMatchObject({ id });
    }
  });

  it('keep no binding in the state if the API did not store it', async () => {
    const api = { assignRole: async () => undefined, listBindings: async () => [] };
    const error = (await create(roleBindingResource, api, binding).done) as DiagnosticError;
    expect(error.texts[0]?.summary).toMatch(/not_stored/);
    expect(error.state).toBeUndefined();
  });

  it('are rejected for another tenant than that of the provider', async () => {
    const { done } = create(roleBindingResource, {}, { ...binding, tenant_id: 'T2' });
    expect(((await done) as DiagnosticError).texts[0]?.summary).toBe(
      'tenant_id is not that of the provider',
    );
  });
});
