import type { Context, Entities, EntityJson, TypeAndId } from '@cedar-policy/cedar-wasm/web';
import { formatCredentialId } from '../../credential/id.ts';
import type { Caller } from '../caller.ts';
import type { AccessContext, AccessRequest } from '../policy.ts';

/** A Cedar request with its entities, of the types in policies/token-vending.cedarschema. */
export interface CedarRequest {
  readonly principal: TypeAndId;
  readonly action: TypeAndId;
  readonly resource: TypeAndId;
  readonly context: Context;
  readonly entities: Entities;
}

/**
 * The request in terms of the Cedar schema. The caller chooses the credential and members of the
 * context; AWS verified everything else.
 */
export function toCedarRequest({
  caller,
  action,
  credential,
  context,
}: AccessRequest): CedarRequest {
  const principal = { type: caller.kind === 'role' ? 'Role' : 'User', id: caller.principalArn };
  const resource = { type: 'Credential', id: formatCredentialId(credential) };
  const team = { type: 'Team', id: credential.team };
  return {
    principal,
    action: { type: 'Action', id: action },
    resource,
    context: toCedarContext(context, caller.sessionName),
    entities: [
      { uid: principal, attrs: attributesOf(caller), parents: [accountOf(caller)] },
      ...enclosing(caller),
      { uid: resource, attrs: { name: credential.name }, parents: [team] },
      { uid: team, attrs: {}, parents: [] },
    ],
  };
}

function attributesOf({ principalArn, name, partition, kind }: Caller): EntityJson['attrs'] {
  const attributes = { arn: principalArn, name, partition };
  return kind === 'role' ? attributes : { ...attributes, kind };
}

function accountOf({ accountId }: Caller): TypeAndId {
  return { type: 'Account', id: accountId };
}

function enclosing(caller: Caller): EntityJson[] {
  const { organizationId } = caller;
  const organizations =
    organizationId === undefined ? [] : [{ type: 'Organization', id: organizationId }];
  return [
    { uid: accountOf(caller), attrs: {}, parents: organizations },
    ...organizations.map((uid) => ({ uid, attrs: {}, parents: [] })),
  ];
}

function toCedarContext(context: AccessContext, sessionName: string | undefined): Context {
  const { scope, audience, resource, minTtl, sourceIp, now, status } = context;
  const at = new Date(now);
  return {
    scope: [...scope],
    audience: [...audience],
    resource: [...resource],
    minTtl,
    now: { __extn: { fn: 'datetime', arg: at.toISOString() } },
    weekday: at.getUTCDay() || 7,
    ...(sourceIp === undefined ? {} : { sourceIp: { __extn: { fn: 'ip', arg: sourceIp } } }),
    ...(sessionName === undefined ? {} : { sessionName }),
    ...(status === undefined ? {} : { status }),
  };
}
