import { checkAwsIdentity, checkCaller, checkPermissions, checkSignature } from './aws.ts';
import { checkClock } from './clock.ts';
import { checkCredential, checkPolicy } from './credential.ts';
import type { Evidence } from './evidence.ts';
import type { Finding } from './finding.ts';
import { checkFrontDoor } from './front-door.ts';
import { checkConnection, checkEndpoint, checkHostName } from './network.ts';
import { checkTerraform } from './terraform.ts';
import { checkTls } from './tls.ts';
import { checkAudience, checkClient, checkIssuer, checkLifetime, checkToken } from './token.ts';

/** One check of a step between a caller and its token. */
export interface Check {
  /** In JSON reports. */
  readonly name: string;
  /** In text reports. */
  readonly title: string;
  /** For `--help`. */
  readonly question: string;
  /** Exit code of the command if this check is the first to fail; absent if it cannot fail. */
  readonly exitCode?: number;
  /** Names of the checks that must pass before this one is run. */
  readonly needs: readonly string[];
  /** Only run if a credential is named. */
  readonly ofCredential?: true;
  readonly run: (evidence: Evidence) => Finding | Promise<Finding>;
}

/**
 * Every check, in the order in which they run. Exit codes are stable: none is reused for another
 * check.
 */
export const checks: readonly Check[] = [
  {
    name: 'endpoint',
    title: 'endpoint',
    question: 'is the URL valid?',
    exitCode: 20,
    needs: [],
    run: checkEndpoint,
  },
  {
    name: 'host_name',
    title: 'host name',
    question: 'does the host name have an address?',
    exitCode: 21,
    needs: ['endpoint'],
    run: checkHostName,
  },
  {
    name: 'connection',
    title: 'connection',
    question: 'can this machine connect to it?',
    exitCode: 22,
    needs: ['host_name'],
    run: checkConnection,
  },
  {
    name: 'tls',
    title: 'TLS',
    question: 'is the certificate trusted?',
    exitCode: 23,
    needs: ['connection'],
    run: checkTls,
  },
  {
    name: 'front_door',
    title: 'front door',
    question: 'does AWS respond there, and refuse unsigned requests?',
    exitCode: 24,
    needs: ['tls'],
    run: checkFrontDoor,
  },
  {
    name: 'clock',
    title: 'clock',
    question: 'does the clock of this machine agree with the clock of AWS?',
    exitCode: 25,
    needs: ['front_door'],
    run: checkClock,
  },
  {
    name: 'aws_identity',
    title: 'AWS identity',
    question: 'are there AWS credentials, and what is their source?',
    exitCode: 26,
    needs: [],
    run: checkAwsIdentity,
  },
  {
    name: 'signature',
    title: 'signature',
    question: 'does AWS accept the signature?',
    exitCode: 27,
    needs: ['clock', 'aws_identity'],
    run: checkSignature,
  },
  {
    name: 'permissions',
    title: 'permissions',
    question: 'does IAM permit the call?',
    exitCode: 28,
    needs: ['signature'],
    run: checkPermissions,
  },
  {
    name: 'caller',
    title: 'caller',
    question: 'which caller does the function see?',
    exitCode: 29,
    needs: ['permissions'],
    run: checkCaller,
  },
  {
    name: 'policy',
    title: 'policy',
    question: 'does policy permit the token?',
    exitCode: 30,
    needs: ['caller'],
    ofCredential: true,
    run: checkPolicy,
  },
  {
    name: 'credential',
    title: 'credential',
    question: 'does the credential exist, valid and enabled?',
    exitCode: 31,
    needs: ['policy'],
    ofCredential: true,
    run: checkCredential,
  },
  {
    name: 'issuer',
    title: 'issuer',
    question: 'does the authorization server respond, with the expected issuer?',
    exitCode: 32,
    needs: ['credential'],
    ofCredential: true,
    run: checkIssuer,
  },
  {
    name: 'client',
    title: 'client',
    question: 'does the server accept client, secret and authentication method?',
    exitCode: 33,
    needs: ['issuer'],
    ofCredential: true,
    run: checkClient,
  },
  {
    name: 'token',
    title: 'token',
    question: 'is a token issued?',
    exitCode: 34,
    needs: ['client'],
    ofCredential: true,
    run: checkToken,
  },
  {
    name: 'audience',
    title: 'audience',
    question: 'does the token contain the audience?',
    exitCode: 35,
    needs: ['token'],
    ofCredential: true,
    run: checkAudience,
  },
  {
    name: 'lifetime',
    title: 'lifetime',
    question: 'does the token live as long as --min-ttl?',
    exitCode: 36,
    needs: ['token'],
    ofCredential: true,
    run: checkLifetime,
  },
  {
    name: 'terraform',
    title: 'Terraform',
    question: 'which versions of Terraform and providers are installed? (never fails)',
    needs: [],
    run: checkTerraform,
  },
];
