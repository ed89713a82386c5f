import type { Caller } from '../access/caller.ts';
import type { CallerIdentity } from '../http/wire.ts';

/** `GET /caller-identity`: the caller that the platform verified, as policies see it. */
export function describeCaller(caller: Caller, sourceIp: string | undefined): CallerIdentity {
  return {
    account: caller.accountId,
    arn: caller.arn,
    principal: caller.principalArn,
    kind: caller.kind,
    name: caller.name,
    user_id: caller.userId,
    session_name: caller.sessionName,
    organization: caller.organizationId,
    source_ip: sourceIp,
  };
}
