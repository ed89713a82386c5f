import { findCredentialId } from '../../lib/credential/id.ts';
import { findEndpointUrl } from '../../lib/http/endpoint-url.ts';

/** The values that `init` needs for a first team. */
export interface Answers {
  readonly team: string;
  /** Without the team. */
  readonly credential: string;
  /** ARN in IAM, with its path. */
  readonly ciRole: string;
  readonly issuer: string;
  readonly alarmEmail: string;
}

export interface Question {
  readonly name: keyof Answers;
  /** The flag that sets the value. */
  readonly flag: string;
  readonly placeholder: string;
  readonly prompt: string;
  /** The rule for a value. */
  readonly rule: string;
  /** The value as the files need it; `undefined` if it breaks the rule. */
  readonly read: (text: string, before: Partial<Answers>) => string | undefined;
}

const SEGMENT = /^[a-z0-9][a-z0-9-]{0,62}$/;
const ROLE = /^arn:aws(-[a-z]+)*:iam::\d{12}:role\/[\w+=,.@/-]{1,576}$/;
const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
// RFC 8414 section 2: no query, no fragment. Braces and quotes have a meaning in the files that
// contain the issuer.
const ISSUER = /^[^"'`${}\\?#]+$/;

/** The five prompts. infra/token-vending-config.ts has the same rules for the configuration. */
export const questions: readonly Question[] = [
  {
    name: 'team',
    flag: '--team',
    placeholder: 'name',
    prompt: 'Name of the first team',
    rule: 'must be 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen',
    read: (text) => (SEGMENT.test(text) ? text : undefined),
  },
  {
    name: 'credential',
    flag: '--credential',
    placeholder: 'name',
    prompt: 'Name of its first credential (an OAuth2 client), such as orders-api',
    rule: 'must be 1 to 63 lower-case letters, digits and hyphens, not starting with a hyphen; or that after the team and a slash',
    read: (text, { team }) => {
      const id = findCredentialId(text.includes('/') ? text : `${team}/${text}`);
      return id?.team === team ? id?.name : undefined;
    },
  },
  {
    name: 'ciRole',
    flag: '--ci-role',
    placeholder: 'arn',
    prompt: "ARN of the IAM role of the team's CI",
    rule: 'must be the ARN of an IAM role, arn:aws:iam::<account>:role/<name>; for a session, use the role of the session',
    read: (text) => (ROLE.test(text) && !text.endsWith('/') ? text : undefined),
  },
  {
    name: 'issuer',
    flag: '--issuer',
    placeholder: 'url',
    prompt: 'Issuer: URL of the authorization server, as its metadata writes it',
    rule: 'must be an https URL without user info, query and fragment',
    read: (text) =>
      ISSUER.test(text) && findEndpointUrl(text, { allowLoopbackHttp: false }) !== undefined
        ? text
        : undefined,
  },
  {
    name: 'alarmEmail',
    flag: '--alarm-email',
    placeholder: 'address',
    prompt: 'E-mail address for alarms',
    rule: 'must be an e-mail address; a mailing list with an on-call reader is best',
    read: (text) => (EMAIL.test(text) ? text : undefined),
  },
];
