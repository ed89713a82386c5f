/** A state of a value, and when readers see it. */
interface Version<T> {
  /** Milliseconds since the Unix epoch. */
  readonly visibleAt: number;
  /** `undefined` if it is deleted. */
  readonly value: T | undefined;
}

/**
 * Values by id that readers see late. The IAM API responds before its workers have stored a value.
 */
export class LateStore<T> {
  readonly #versions = new Map<string, Version<T>[]>();

  /** The value that readers see. */
  find(id: string): T | undefined {
    const now = Date.now();
    return this.#versions.get(id)?.findLast(({ visibleAt }) => visibleAt <= now)?.value;
  }

  /** The latest value, which the checks of the API see at once. */
  findLatest(id: string): T | undefined {
    return this.#versions.get(id)?.at(-1)?.value;
  }

  put(id: string, value: T | undefined, delay = 0): void {
    const versions = this.#versions.get(id) ?? [];
    versions.push({ visibleAt: Date.now() + delay, value });
    this.#versions.set(id, versions);
  }

  all(): T[] {
    return [...this.#versions.keys()]
      .map((id) => this.find(id))
      .filter((value) => value !== undefined);
  }
}

export interface StoredGroup {
  readonly id: string;
  readonly name: string;
  readonly description?: string;
  /** Milliseconds since the Unix epoch, until which `status` is not `Created`. */
  readonly busyUntil: number;
  readonly busy: 'Creating' | 'Updating';
}

export interface StoredRole {
  readonly id: string;
  readonly name?: string;
  readonly permissions: readonly { readonly id: string; readonly attributes?: object }[];
}

export interface StoredBinding {
  readonly roleId: string;
  readonly isCustom: boolean;
  readonly bindings: readonly string[];
}

export interface StoredResource {
  readonly id: string;
  readonly name: string;
  readonly props?: unknown;
}

/** The data of one tenant. */
export class IamTenant {
  readonly groups = new LateStore<StoredGroup>();
  readonly roles = new LateStore<StoredRole>();
  readonly resources = new LateStore<StoredResource>();
  /** By group; its roles by `isCustom` and id. */
  readonly bindings = new Map<string, LateStore<StoredBinding>>();

  bindingsOf(groupId: string): LateStore<StoredBinding> {
    const found = this.bindings.get(groupId) ?? new LateStore<StoredBinding>();
    this.bindings.set(groupId, found);
    return found;
  }
}

export const predefinedRoles = [
  { id: 'iam.admin', name: 'IAM Administrator', permissions: ['iam.group.create'] },
  { id: 'iam.viewer', name: 'IAM Viewer', permissions: ['iam.group.get', 'iam.group.list'] },
  {
    id: 'pos.cashier',
    name: 'Cashier',
    permissions: ['pos.sale.create'],
    fixedBindings: ['bu:001'],
  },
] as const;

export const permissions = [
  { id: 'iam.group.create', description: 'Create groups' },
  { id: 'iam.group.get', description: 'Read a group' },
  { id: 'iam.group.list', description: 'List groups' },
  { id: 'pos.sale.create', description: 'Sell', alias: 'Sell' },
  { id: 'rec.period.approve', description: 'Approve a period' },
] as const;
