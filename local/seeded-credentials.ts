import { ADMIN_AUDIENCE, ADMIN_SCOPE } from './server-admin.ts';

/** A credential that the local system has from its start. */
export interface SeededCredential {
  readonly name: string;
  readonly clientId: string;
  readonly method:
    | 'client_secret_basic'
    | 'client_secret_post'
    | 'private_key_jwt'
    | 'tls_client_auth';
  /** What signs the assertions of `private_key_jwt`; default: a key of the document. */
  readonly source?: 'kms' | 'aws_web_identity';
  readonly scope?: string;
  readonly audience?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Its secret is rotated by the admin API of the server. */
  readonly isRotated?: boolean;
  /** The secret in the document differs from the secret at the server. */
  readonly stale?: boolean;
}

// An OCMS client id is base64url of sorted `key: value` lines.
const ocmsClientId = Buffer.from(
  'owner: example\nsfw: demo@1.0@FAKETENANT\ntid: FAKETENANT\n',
).toString('base64url');

/** The credential whose token administers the authorization server. */
export const SERVER_ADMIN = 'platform/server-admin';

/** The credentials of three teams and of the platform. */
export const credentials: readonly SeededCredential[] = [
  {
    name: 'checkout/orders-api',
    clientId: 'checkout-orders',
    method: 'client_secret_basic',
    scope: 'orders:read orders:write',
    audience: 'https://orders.example.com',
    extra: { default_scope: 'orders:read' },
    isRotated: true,
  },
  {
    name: 'checkout/reports-api',
    clientId: 'checkout-reports',
    method: 'private_key_jwt',
    scope: 'reports:read',
    audience: 'https://reports.example.com',
  },
  {
    name: 'checkout/invoices-api',
    clientId: 'checkout-invoices',
    method: 'private_key_jwt',
    source: 'kms',
    audience: 'https://invoices.example.com',
  },
  {
    name: 'checkout/shipping-api',
    clientId: 'checkout-shipping',
    method: 'private_key_jwt',
    source: 'aws_web_identity',
    audience: 'https://shipping.example.com',
  },
  {
    name: 'checkout/bank-api',
    clientId: 'checkout-bank',
    method: 'tls_client_auth',
    audience: 'https://bank.example.com',
  },
  {
    name: 'checkout/hiiretail-iam',
    clientId: ocmsClientId,
    method: 'client_secret_basic',
    extra: { profile: 'hiiretail' },
  },
  {
    name: 'inventory/stock-api',
    clientId: 'inventory-stock',
    method: 'client_secret_post',
    scope: 'stock:read stock:write',
    audience: 'https://stock.example.com',
  },
  {
    name: 'inventory/stale-api',
    clientId: 'inventory-stale',
    method: 'client_secret_basic',
    stale: true,
  },
  {
    name: 'payments/ledger-api',
    clientId: 'payments-ledger',
    method: 'client_secret_basic',
    scope: 'ledger:read',
    audience: 'https://ledger.example.com',
    extra: { token_sharing: 'per_principal' },
  },
  {
    name: 'payments/frozen-api',
    clientId: 'payments-frozen',
    method: 'client_secret_basic',
    extra: { status: 'disabled' },
  },
  { name: 'platform/probe', clientId: 'platform-probe', method: 'client_secret_basic' },
  {
    name: SERVER_ADMIN,
    clientId: 'platform-server-admin',
    method: 'client_secret_basic',
    scope: ADMIN_SCOPE,
    audience: ADMIN_AUDIENCE,
    extra: { default_scope: ADMIN_SCOPE },
  },
];
