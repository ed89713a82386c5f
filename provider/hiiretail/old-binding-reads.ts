import type { IamApi } from './iam-api.ts';
import type { Binding } from './iam-shapes.ts';

type Reader = Pick<IamApi, 'listGroups' | 'listBindings' | 'findRole'>;

/**
 * Reads that complete the states of `extenda/hiiretail`. Each is sent once, because a plan
 * completes hundreds of bindings, and most of them share groups and roles. Results are kept as long
 * as this object, which lives for one refresh. A failed read is sent again.
 */
export class OldBindingReads {
  readonly #groups = new SharedReads<ReadonlySet<string>>();
  readonly #bindings = new SharedReads<readonly Binding[]>();
  readonly #roles = new SharedReads<boolean>();

  /** @throws HiiRetailError, VendError, TokenVendingError */
  async groupIds(api: Reader): Promise<ReadonlySet<string>> {
    return await this.#groups.get('', async () => {
      const groups = await api.listGroups(null);
      return new Set(groups.map(({ id }) => id));
    });
  }

  /** @throws HiiRetailError, VendError, TokenVendingError */
  async bindingsOf(api: Reader, groupId: string): Promise<readonly Binding[]> {
    return await this.#bindings.get(groupId, async () => (await api.listBindings(groupId)) ?? []);
  }

  /** @throws HiiRetailError, VendError, TokenVendingError */
  async hasCustomRole(api: Reader, roleId: string): Promise<boolean> {
    return await this.#roles.get(roleId, async () => (await api.findRole(roleId)) !== undefined);
  }
}

class SharedReads<T> {
  readonly #results = new Map<string, Promise<T>>();

  get(key: string, read: () => Promise<T>): Promise<T> {
    const held = this.#results.get(key);
    if (held !== undefined) return held;
    const result = read();
    this.#results.set(key, result);
    result.catch(() => this.#results.delete(key));
    return result;
  }
}
