import { isIP } from 'node:net';
import type { PolicyJson } from '@cedar-policy/cedar-wasm/web';
import type { CedarRequest } from './entities.ts';
import type { CedarPolicy } from './policy-files.ts';

/** A policy that reads the context, and which members of it. */
interface Reader {
  readonly head: PolicyJson;
  readonly reads: readonly string[];
}

// The one member that is another at every request. Whoever reads the context as a whole reads it as well.
const MOMENT = 'now';

/**
 * What a decision by `policies` depends on, as text: two requests of one text are one question, and have one answer. It holds
 * principal, action, resource and entities whole, and of the context what is read by any policy that may apply to these three
 * (https://docs.cedarpolicy.com/auth/authorization.html: a decision is a function of request, entities and policies).
 *
 * @returns a function that answers `undefined` where a policy reads the time, or Cedar may refuse the request: such a question must be
 *   asked each time
 */
export function findQuestions(
  policies: readonly CedarPolicy[],
): (asked: CedarRequest) => string | undefined {
  const readers = policies.flatMap(({ json }): Reader[] => {
    const reads = membersRead(json.conditions);
    return reads.size > 0 ? [{ head: json, reads: [...reads] }] : [];
  });
  return ({ context, ...others }) => {
    if (!isPlainAddress(context['sourceIp'])) return undefined;
    const reads = new Set<string>();
    for (const reader of readers)
      if (mayApply(reader.head, others)) for (const member of reader.reads) reads.add(member);
    if (reads.has(MOMENT)) return undefined;
    return JSON.stringify([others, [...reads].map((member) => [member, context[member]])]);
  };
}

/**
 * Whether Cedar reads the address without fail. It refuses the request otherwise, whether a policy reads the address or not; such a one
 * must not be taken for another that it did not refuse.
 */
function isPlainAddress(sourceIp: unknown): boolean {
  if (sourceIp === undefined) return true;
  const address = String((sourceIp as { __extn?: { arg?: unknown } }).__extn?.arg);
  const version = isIP(address);
  return version === 4 || (version === 6 && /^[0-9a-f:]+$/i.test(address));
}

/** Which members of the context an expression reads; one that does more with it than that reads them all. */
function membersRead(node: unknown, found = new Set<string>()): Set<string> {
  if (typeof node !== 'object' || node === null) return found;
  const member = memberAccess(node as Record<string, unknown>);
  if (member !== undefined) return found.add(member);
  if ('Var' in node && node.Var === 'context') return found.add(MOMENT);
  for (const part of Object.values(node)) membersRead(part, found);
  return found;
}

/** `context.member` and `context has member`. */
function memberAccess(node: Record<string, unknown>): string | undefined {
  const access = (node['.'] ?? node['has']) as { left?: unknown; attr?: unknown } | undefined;
  const left = access?.left as { Var?: unknown } | undefined;
  // `has` with a path answers a list; ours has members of one level, so what reads deeper is left to read everything.
  return left?.Var === 'context' && typeof access?.attr === 'string' ? access.attr : undefined;
}

type Asked = Omit<CedarRequest, 'context'>;

/** `false` only where the head names another principal, action or resource than the one asked about. */
function mayApply({ principal, action, resource }: PolicyJson, asked: Asked): boolean {
  return (
    mayBe(principal, asked.principal) &&
    mayBe(action, asked.action) &&
    mayBe(resource, asked.resource)
  );
}

type Constraint = PolicyJson['principal'] | PolicyJson['action'];

function mayBe(constraint: Constraint, { type, id }: Asked['principal']): boolean {
  if (constraint.op !== '==' || !('entity' in constraint)) return true;
  const { entity } = constraint;
  // What is not written as type and id is not judged here.
  return !('type' in entity && 'id' in entity) || (entity.type === type && entity.id === id);
}
