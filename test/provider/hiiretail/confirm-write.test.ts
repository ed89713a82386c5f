import { describe, expect, it } from '@jest/globals';
import { DiagnosticError } from '../../../provider/framework/diagnostics/diagnostic-error.ts';
import { customRoleResource } from '../../../provider/hiiretail/custom-role-resource.ts';
import { groupResource } from '../../../provider/hiiretail/group-resource.ts';
import { HiiRetailError } from '../../../provider/hiiretail/hiiretail-error.ts';
import { iamResource } from '../../../provider/hiiretail/iam-resource.ts';
import { roleBindingResource } from '../../../provider/hiiretail/role-binding-resource.ts';
import { type FakeApi, operate } from '../../support/iam-operation.ts';

type Work = (request: never) => Promise<unknown>;
type Read = () => Promise<unknown>;

const role = { id: 'custom.r', name: null, permissions: [{ id: 'iam.group.get' }] };
const nothing = async () => undefined;

interface Case {
  readonly what: string;
  readonly resource: { readonly create: Work; readonly update: Work };
  readonly config: object;
  readonly id: string;
  /** Routes that accept every write, and return the given objects. */
  readonly api: (read: Read, write?: Read) => FakeApi;
  /** Values that the API may show instead, and the attributes that the error then names. */
  readonly other: unknown;
  readonly differs: readonly RegExp[];
}

const cases: readonly Case[] = [
  {
    what: 'group',
    resource: groupResource as never,
    config: { id: null, name: 'G', description: 'D', members: null },
    id: 'g1',
    api: (read, write) => ({
      createGroup: write ?? (async () => ({ id: 'g1', name: 'G', status: 'Creating' })),
      updateGroup: write ?? nothing,
      findGroup: read,
    }),
    other: { id: 'g1', name: 'G', description: 'old', status: 'Created' },
    differs: [/- description: requested "D", the API shows "old"/],
  },
  {
    what: 'custom role',
    resource: customRoleResource as never,
    config: {
      ...role,
      name: 'Role',
      permissions: [{ id: 'iam.group.list', attributes: null }],
      title: null,
      description: null,
      stage: null,
    },
    id: 'custom.r',
    api: (read, write) => ({
      createRole: write ?? (async () => role),
      updateRole: write ?? nothing,
      findRole: read,
    }),
    other: role,
    differs: [
      /- name: requested "Role", the API shows null/,
      /- permissions: .*: iam\.group\.list, iam\.group\.get/,
    ],
  },
  {
    what: 'resource',
    resource: iamResource as never,
    config: { id: 'st:1', name: 'S', props: '{"a":1}' },
    id: 'st:1',
    api: (read, write) => {
      let reads = 0;
      return {
        setResource: write ?? nothing,
        // A creation first reads whether the object exists.
        findResource: async () => {
          reads += 1;
          return reads === 1 ? undefined : await read();
        },
      };
    },
    other: { id: 'st:1', name: 'S', props: { a: 2 } },
    differs: [/- props: the API shows another value/],
  },
  {
    what: 'role binding',
    resource: roleBindingResource as never,
    config: {
      tenant_id: null,
      group_id: 'g',
      role_id: 'iam.viewer',
      is_custom: false,
      bindings: ['bu:1'],
      all_resources: null,
      description: null,
      condition: null,
    },
    id: 'g/iam.viewer',
    api: (read, write) => ({
      assignRole: write ?? nothing,
      updateBinding: write ?? nothing,
      listBindings: async () => [await read()].filter(Boolean),
    }),
    other: { roleId: 'iam.viewer', isCustom: false, bindings: ['bu:2'] },
    differs: [/- bindings: requested \["bu:1"\], the API shows \["bu:2"\]/],
  },
];

function create({ resource, config }: Case, api: FakeApi, stop?: AbortController) {
  return operate(api, resource.create, { config, plan: config }, stop);
}

function update({ resource, config, id }: Case, api: FakeApi, stop?: AbortController) {
  const prior = { ...config, id };
  return operate(api, resource.update, { config, plan: config, prior }, stop);
}

/** A route that aborts the signal, as Terraform does at a stop. */
const stopped = (stop: AbortController) => async () => {
  stop.abort();
  throw stop.signal.reason;
};

const detailOf = (error: unknown) => (error as DiagnosticError).texts[0]?.detail ?? '';

describe.each(cases.map((each) => [each.what, each] as const))(
  'a %s that was written',
  (_, each) => {
    it('stays in the state, with a warning, if Terraform stops during the reads', async () => {
      for (const run of [create, update]) {
        const stop = new AbortController();
        const { done, warnings } = run(each, each.api(stopped(stop)), stop);
        const state = await done;
        expect(state).not.toBeInstanceOf(Error);
        expect(state).toMatchObject({ id: each.id });
        expect(warnings.map(({ summary }) => summary)).toEqual([
          expect.stringMatching(/was not read after the write$/),
        ]);
      }
    });

    it('stays in the state if a read fails unexpectedly', async () => {
      const bug = new TypeError('a bug');
      const { done } = create(
        each,
        each.api(() => Promise.reject(bug)),
      );
      const error = await done;
      expect(error).toBeInstanceOf(DiagnosticError);
      expect(error).toMatchObject({ cause: bug, texts: [], state: { id: each.id } });
    });

    it('may exist if Terraform stops before the API responds, and the error says so', async () => {
      const unanswered = async () => {
        throw new HiiRetailError('interrupted');
      };
      const error = (await create(each, each.api(nothing, unanswered)).done) as DiagnosticError;
      expect(error.state).toBeUndefined();
      expect(error.texts[0]?.summary).toMatch(/: interrupted$/);
      expect(detailOf(error)).toMatch(/may have carried out the change.*import it/);
    });

    it('stays in the state as the API shows it if values differ, and the error names them', async () => {
      for (const run of [create, update]) {
        const { done } = run(
          each,
          each.api(async () => each.other),
        );
        const error = (await done) as DiagnosticError;
        expect(error.texts[0]?.summary).toMatch(/: stored_differently$/);
        for (const difference of each.differs) expect(detailOf(error)).toMatch(difference);
        expect(error.state).toMatchObject({ id: each.id });
      }
    });
  },
);

describe('a binding that the API stored otherwise', () => {
  const binding = cases[3] as Case;

  it('is kept as access to everything if the API shows it without resources, with a clear error', async () => {
    const { done } = create(
      binding,
      binding.api(async () => ({ roleId: 'iam.viewer', isCustom: false, bindings: [] })),
    );
    const error = (await done) as DiagnosticError;
    expect(error.texts[0]?.summary).toBe(
      'Role iam.viewer holds in group g for EVERY resource of the tenant: stored_differently',
    );
    expect(detailOf(error)).toMatch(/the API shows \[\], which is ACCESS TO EVERYTHING/);
    expect(error.state).toMatchObject({ id: binding.id, bindings: null, all_resources: true });
  });

  it('is kept as the API shows it if it is bound to other resources', async () => {
    const { done } = create(
      binding,
      binding.api(async () => binding.other),
    );
    expect(((await done) as DiagnosticError).state).toMatchObject({ bindings: ['bu:2'] });
  });

  it('leaves the state if it is absent, with advice for bindings only', async () => {
    const absent = (each: Case) =>
      create(
        each,
        each.api(async () => undefined),
      ).done;
    const error = (await absent(binding)) as DiagnosticError;
    expect(error).toMatchObject({ state: undefined });
    expect(detailOf(error)).toMatch(/Check role_id, is_custom and bindings/);
    for (const other of cases.slice(0, 3)) {
      const error = await absent(other);
      expect((error as DiagnosticError).texts[0]?.summary).toMatch(/: not_stored$/);
      expect(detailOf(error)).not.toMatch(/is_custom/);
    }
  });
});
