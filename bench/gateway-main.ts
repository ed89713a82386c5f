// The process of the gateways: they differ only in the function behind them.
import process from 'node:process';
import { signRequest } from '../client/sigv4-signer.ts';
import { type Callers, makeCallers } from '../local/callers.ts';
import { LOCAL_API_ID } from '../local/function-url-event.ts';
import { startGateway } from '../local/gateway.ts';
import { allowAll, handle, openBenchVending, openPolicies } from './bench-vending.ts';
import { vendEvent } from './vend-event.ts';
import { captureVend } from './warm-stages.ts';

/** Where they listen, and one request that all of them take: AWS lets a signature live 5 minutes. */
export interface GatewayAddresses {
  readonly urls: Readonly<Record<'bare' | 'decided' | 'plain' | 'policed', string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const REGION = 'eu-north-1';
const HOST = `https://${LOCAL_API_ID}.lambda-url.eu-north-1.on.aws`;

/** One caller, with the role that the policies of the benchmark allow. */
function makeCaller(): Callers {
  const caller = makeCallers().get('ci-checkout');
  if (caller === undefined) throw new Error('the local system has no caller ci-checkout');
  const arn = 'arn:aws:sts::111122223333:assumed-role/ci-7/run-1';
  return new Map([['ci-7', { ...caller, identity: { ...caller.identity, arn } }]]);
}

const callers = makeCaller();
const body = new URLSearchParams({
  grant_type: 'client_credentials',
  client_id: 'team-7/api',
  scope: 'a:read',
  audience: 'https://api.example.com',
}).toString();
const [credentials] = callers.values();
if (credentials === undefined) throw new Error('nobody can sign');
const headers = await signRequest(
  {
    method: 'POST',
    path: '/oauth2/token',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  },
  { url: HOST, region: REGION, service: 'lambda' },
  credentials,
  new Date(),
);

async function serve(invoke: (event: unknown) => Promise<unknown>): Promise<string> {
  const { url } = await startGateway({ port: 0, region: REGION, callers, invoke });
  return url;
}

const plain = openBenchVending({ policy: allowAll });
const policies = openPolicies(50);
const policed = openBenchVending({ policy: policies });
const { accessRequest } = await captureVend(policies);
// As long as the response of a vend, so that the socket has the same to write.
const constant = await handle(plain, vendEvent);
const urls = {
  bare: await serve(async () => constant),
  decided: await serve(async () => {
    policies.decide(accessRequest);
    return constant;
  }),
  plain: await serve((event) => handle(plain, event)),
  policed: await serve((event) => handle(policed, event)),
};
process.on('disconnect', () => process.exit());
// Asked before and after each window: what the requests of it took of this process, all threads.
process.on('message', () => process.send?.(process.cpuUsage()));
process.send?.({ urls, headers, body } satisfies GatewayAddresses);
