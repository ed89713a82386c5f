import type { DiagnosticText } from '../framework/diagnostics/diagnostic.ts';
import {
  defineEphemeralResource,
  type LeaseRequest,
  type Opened,
  type OpenRequest,
} from '../framework/dispatch/ephemeral-resource.ts';
import { firstRenewal, leaveAlone } from '../framework/dispatch/fixed-lifetime.ts';
import { optional } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { bool } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainError } from './explain-error.ts';
import { describeToken, issuedTokenAttributes, toRfc3339 } from './issued-token.ts';
import { requestToken, tokenRequestAttributes } from './token-request.ts';

const schema = defineSchema({
  description: `An OAuth2 access token for this run. It reaches neither the state nor the plan.

Terraform opens it once during the plan and once during the apply. Its value cannot change during either, and a token cannot be extended. So request with \`min_ttl\` a token that outlives the run. The provider warns shortly before the token expires. It reports an error only if the run still holds the token after that. Each opening needs a policy decision and has an audit record.`,
  attributes: {
    ...tokenRequestAttributes,
    revoke_on_close: optional(bool, {
      description:
        'Whether to revoke the token when the run ends. Other callers can share the token, unless the credential forbids that. Default: `false`.',
    }),
    ...issuedTokenAttributes,
  },
});

interface Lease {
  readonly credential: string;
  readonly vendId: string;
  /** Seconds since the Unix epoch. */
  readonly expiresAt: number;
}

async function open(
  request: OpenRequest<typeof schema, Connection>,
): Promise<Opened<typeof schema>> {
  const { config, client } = request;
  const token = await requestToken(request, config);
  const { credential, vend_id: vendId, expires_at: expiresAt } = token;
  if (config.revoke_on_close === true) {
    client.toRevoke.set(vendId, { credential, token: token.access_token });
  }
  return {
    result: describeToken(token),
    lease: { credential, vendId, expiresAt } satisfies Lease,
    renewAt: firstRenewal(lifetimeOf(expiresAt)),
  };
}

function lifetimeOf(expiresAt: number) {
  return { expiresAt: expiresAt * 1000, now: Date.now() };
}

const REMEDY =
  'For a longer run, set a longer min_ttl, have the lifetime raised at the authorization server, or split the run. If the other provider renews its token, run it under `token-vending exec --serve`.';

function expiresSoon({ credential, expiresAt }: Lease): DiagnosticText {
  return {
    summary: `The access token for ${credential} expires soon`,
    detail: `It expires at ${toRfc3339(expiresAt)} and cannot be extended, and Terraform cannot replace it during the run. A request that uses it after that time fails. ${REMEDY}`,
  };
}

function expired({ credential, expiresAt }: Lease): DiagnosticText {
  return {
    summary: `The access token for ${credential} has expired`,
    detail: `It expired at ${toRfc3339(expiresAt)}, and the run held it longer. A request that uses it after that time fails. ${REMEDY}`,
  };
}

async function close({ lease, client, signal, warn }: LeaseRequest<Connection>): Promise<void> {
  const { credential, vendId, expiresAt } = lease as Lease;
  if (Date.now() >= expiresAt * 1000) warn(expired(lease as Lease));
  const held = client.toRevoke.get(vendId);
  if (held === undefined) return;
  client.toRevoke.delete(vendId);
  try {
    const tokens = await client.tokens();
    await tokens.revoke(credential, held.token, signal);
  } catch (error) {
    throw explainError(error, `The access token for ${credential} was not revoked`);
  }
}

export const accessTokenEphemeral = defineEphemeralResource({
  schema,
  open,
  // Terraform up to 1.16 drops warnings of renewals (the log has them), so `close` warns again.
  async renew({ lease, warn }: LeaseRequest<Connection>) {
    const held = lease as Lease;
    const expiry = { soon: expiresSoon(held), over: expired(held) };
    return leaveAlone(lifetimeOf(held.expiresAt), expiry, warn);
  },
  close,
});
