import type { Problem } from '../framework/diagnostics/diagnostic.ts';
import { Fault } from '../framework/diagnostics/fault.ts';
import {
  defineEphemeralResource,
  type LeaseRequest,
  type Opened,
  type OpenRequest,
} from '../framework/dispatch/ephemeral-resource.ts';
import { optional } from '../framework/schema/attribute.ts';
import { defineSchema } from '../framework/schema/schema.ts';
import { bool } from '../framework/schema/type.ts';
import type { Connection } from './connection.ts';
import { explainFailure } from './failure.ts';
import { describeToken, issuedTokenAttributes, toRfc3339 } from './issued-token.ts';
import { requestToken, tokenRequestAttributes } from './token-request.ts';

const schema = defineSchema({
  description: `An OAuth2 access token for this run: it reaches neither the state nor the plan.

Terraform opens it once while it plans and once while it applies. Its value cannot change in between, so ask with \`min_ttl\` for a token that outlives the run; a run that outlives its token is told so. Each opening is a decision of policy and a record in the audit log.`,
  attributes: {
    ...tokenRequestAttributes,
    revoke_on_close: optional(bool, {
      description:
        'Whether to revoke the token when the run ends. Others may share it unless the credential forbids that, so the default is `false`.',
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

/** A run that needs longer than this is told before the token ends. */
const WARN_AHEAD = 30_000;

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
    renewAt: new Date(expiresAt * 1000 - WARN_AHEAD),
  };
}

function outlived({ credential, expiresAt }: Lease): Problem {
  return {
    summary: `The run outlives its access token for ${credential}`,
    detail: `The token ends at ${toRfc3339(expiresAt)}, and Terraform cannot replace it while it runs: what uses it fails from then on. Ask with min_ttl for one that lives longer, have the lifetime raised at the authorization server, split the run, or run it under \`token-vending exec --serve\` where the other provider refreshes by itself.`,
  };
}

async function close({ lease, client, signal, warn }: LeaseRequest<Connection>): Promise<void> {
  const { credential, vendId, expiresAt } = lease as Lease;
  if (Date.now() >= expiresAt * 1000) warn(outlived(lease as Lease));
  const held = client.toRevoke.get(vendId);
  if (held === undefined) return;
  client.toRevoke.delete(vendId);
  try {
    const tokens = await client.tokens();
    await tokens.revoke(credential, held.token, signal);
  } catch (error) {
    throw explainFailure(error, `The access token for ${credential} was not revoked`);
  }
}

export const accessTokenEphemeral = defineEphemeralResource({
  schema,
  open,
  // Terraform cannot take another value here. Up to 1.16 it also swallows this error (it stands in the log); `close` says it again.
  async renew({ lease }: LeaseRequest<Connection>): Promise<never> {
    throw new Fault(outlived(lease as Lease));
  },
  close,
});
