import { describe, expect, it } from '@jest/globals';
import type { DiagnosticError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import { findBinding } from '../../../provider/hiiretail/find-binding.ts';
import { roleBindingResource } from '../../../provider/hiiretail/role-binding-resource.ts';
import { operate } from '../../support/iam-operation.ts';

const predefined = { roleId: 'pos.cashier', isCustom: false, bindings: ['bu:9'] };
const custom = { roleId: 'pos.cashier', isCustom: true, bindings: ['bu:1'] };
const unsaid = { roleId: 'pos.cashier', bindings: ['bu:5'] };
const key = (is_custom: boolean) => ({ role_id: 'pos.cashier', is_custom });

describe('the binding of a role in the list of a group', () => {
  it('is that of its kind if a predefined and a custom role have the same id', () => {
    expect(findBinding([predefined, custom], key(true))).toBe(custom);
    expect(findBinding([custom, predefined], key(false))).toBe(predefined);
  });

  it('is never that of the other kind, even if it is the only one', () => {
    expect(findBinding([predefined], key(true))).toBeUndefined();
    expect(findBinding([custom], key(false))).toBeUndefined();
  });

  it('may be one without a kind, unless another has the kind', () => {
    expect(findBinding([unsaid], key(true))).toBe(unsaid);
    expect(findBinding([unsaid], key(false))).toBe(unsaid);
    expect(findBinding([unsaid, custom], key(true))).toBe(custom);
  });

  it('is a custom one by the prefix of lists if isCustom is absent', () => {
    const prefixed = { ...unsaid, roleId: 'custom-roles/pos.cashier' };
    expect(findBinding([unsaid, prefixed], key(true))).toBe(prefixed);
    expect(findBinding([prefixed], key(false))).toBeUndefined();
    const both = { ...predefined, roleId: 'custom-roles/pos.cashier' };
    expect(findBinding([both], key(false))).toBe(both);
  });
});

describe('a binding of a custom role beside that of a predefined one with its id', () => {
  const config = {
    tenant_id: null,
    group_id: 'g',
    role_id: 'pos.cashier',
    is_custom: true,
    bindings: ['bu:9'],
    all_resources: null,
    description: null,
    condition: null,
  };
  const api = { assignRole: async () => undefined, listBindings: async () => [predefined] };

  it('is gone when it is read, and the other is not taken for it', async () => {
    const { done } = operate(api, roleBindingResource.read as never, { state: config });
    expect(await done).toBeUndefined();
  });

  it('is not created because the other exists', async () => {
    const values = { config, plan: config };
    const { done } = operate(api, roleBindingResource.create as never, values);
    const error = (await done) as DiagnosticError;
    expect(error.texts[0]?.summary).toMatch(/: not_stored$/);
    expect(error.state).toBeUndefined();
  });
});
