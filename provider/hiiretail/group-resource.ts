import { DiagnosticError } from '../framework/diagnostics/diagnostic-error.ts';
import {
  type CreateRequest,
  defineResource,
  type ImportRequest,
  type StateRequest,
  type UpdateRequest,
} from '../framework/dispatch/resource.ts';
import { computed, optional, optionalComputed, required } from '../framework/schema/attribute.ts';
import type { State } from '../framework/schema/infer.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { set, string } from '../framework/schema/type.ts';
import type { JsonRecord } from '../framework/values/json-decode.ts';
import { type Confirmation, confirmWrite, differenceOf } from './confirm-write.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';
import type { Group } from './iam-shapes.ts';
import { hasLength, isPathSegment } from './rules.ts';

const schema = defineSchema({
  version: 1,
  description: 'A group of Hii Retail IAM. Roles can be bound to it.',
  attributes: {
    id: optionalComputed(string, {
      description: 'Identifier. Default: the API generates one.',
      forceNew: true,
      keep: true,
      rule: isPathSegment,
    }),
    name: required(string, {
      description: 'Name, 1 to 255 characters, unique in the tenant.',
      rule: hasLength(1, 255),
    }),
    description: optional(string, {
      description: 'Description, at most 255 characters.',
      rule: hasLength(0, 255),
    }),
    status: computed(string, {
      description: '`Created`, unless a change is in progress.',
      keep: true,
    }),
    members: optional(set(string), {
      description: 'Must be absent or empty. The API stores no members of a group.',
      deprecated:
        'The API has no members of groups, and `extenda/hiiretail` never stored any. Remove the attribute.',
      rule: (members) =>
        members.length === 0
          ? undefined
          : 'must be empty: the API stores no members of a group. Users join groups in the user administration',
    }),
  },
});

type GroupState = State<typeof schema>;

function stateOf(group: Group, given: Pick<GroupState, 'description' | 'members'>): GroupState {
  return {
    id: group.id,
    name: group.name,
    // The API clears a description with an empty text, and may return null or an empty text.
    description: group.description || (given.description === '' ? '' : null),
    status: group.status,
    members: given.members,
  };
}

const isPending = ({ status }: Group) => status !== 'Created';

function confirmGroup(
  request: CreateRequest<typeof schema, Connection>,
  written: Group,
  outcome: Pick<Confirmation<Group, GroupState>, 'doing' | 'mayLag'>,
): Promise<GroupState> {
  const { config } = request;
  return confirmWrite(request, {
    ...outcome,
    subject: `Group ${config.name}`,
    read: (api) => api.findGroup(written.id),
    differences: ({ name, description }) => [
      ...differenceOf('name', config.name, name),
      ...differenceOf('description', config.description ?? '', description ?? ''),
    ],
    isPending,
    toState: (group) => stateOf(group, config),
    written: stateOf(written, config),
  });
}

async function create(request: CreateRequest<typeof schema, Connection>) {
  const { config, client, signal } = request;
  const doing = `Group ${config.name} is not created`;
  const created = await client
    .api(signal)
    .createGroup({
      name: config.name,
      ...(config.id === null ? {} : { id: config.id }),
      ...(config.description === null ? {} : { description: config.description }),
    })
    .catch((error: unknown) => {
      throw explainError(error, doing);
    });
  return await confirmGroup(request, created, { doing, mayLag: true });
}

async function read({ state, client, signal }: StateRequest<typeof schema, Connection>) {
  try {
    const group = await client.api(signal).findGroup(state.id ?? '');
    return group === undefined ? undefined : stateOf(group, state);
  } catch (error) {
    throw explainError(error, `Group ${state.id} cannot be read`);
  }
}

async function update(request: UpdateRequest<typeof schema, Connection>) {
  const { config, prior, client, signal } = request;
  const { name, description } = config;
  const id = prior.id ?? '';
  const doing = `Group ${id} is not updated`;
  await client
    .api(signal)
    .updateGroup(id, { name, description: description ?? '' })
    .catch((error: unknown) => {
      throw explainError(error, doing);
    });
  const written = { id, name, description, status: 'Updating' };
  return await confirmGroup(request, written, { doing });
}

async function remove({ state, client, signal }: StateRequest<typeof schema, Connection>) {
  try {
    await client.api(signal).deleteGroup(state.id ?? '');
  } catch (error) {
    throw explainError(error, `Group ${state.id} is not deleted`);
  }
}

async function importGroup({ id }: ImportRequest<Connection>): Promise<Partial<GroupState>> {
  const error = isPathSegment(id);
  if (error === undefined) return { id };
  throw new DiagnosticError({ summary: 'Not the id of a group', detail: `The id ${error}.` });
}

/** Version 0 is that of `extenda/hiiretail`, which never stored `members`. */
function upgrade(_version: number, state: JsonRecord): JsonRecord {
  const { members: _, ...kept } = state;
  return { ...kept, status: 'Created' };
}

export const groupResource = defineResource({
  schema,
  create,
  read,
  update,
  delete: remove,
  import: importGroup,
  upgrade,
});
