import process from 'node:process';
import { type Command, InvalidArgumentError } from 'commander';
import { CREDENTIAL_ID_RULE, findCredentialId } from '../../lib/credential/id.ts';
import { VERSION } from '../../lib/version.ts';
import { CommandError } from '../command-error.ts';
import { checks } from '../doctor/checks.ts';
import { openEvidence } from '../doctor/evidence.ts';
import { type Examined, examine, firstFailed } from '../doctor/examine.ts';
import { formatFinding, formatOutcome, type Page } from '../doctor/report.ts';
import {
  CREDENTIAL_ARGUMENT,
  connectionFor,
  optionsOf,
  type Surroundings,
  uiFor,
} from '../global-options.ts';
import { addTokenFlags, type TokenFlags } from '../token-options.ts';
import type { Ui } from '../ui.ts';

const TITLES = Math.max(...checks.map(({ title }) => title.length));

const HELP = `
Examples:
  token-vending doctor
  token-vending doctor checkout/orders-api
  token-vending doctor checkout/orders-api --scope orders:write --min-ttl 30m
  token-vending doctor checkout/orders-api --json | jq -r .first_failure

Checks each step from this machine to a token, in order. Under each failed check it says what to do. A warning (!)
does not change the exit code. It skips checks that depend on a failed check. With a credential it requests a real token, which has an audit record like every other
token. The output contains no token and no secret, so it can go into a ticket.

Checks, with the exit code if the check is the first to fail:
${checks
  .map(
    ({ title, question, exitCode = '' }) =>
      `  ${String(exitCode).padStart(2)}  ${title.padEnd(TITLES)}  ${question}`,
  )
  .join('\n')}`;

export function registerDoctor(program: Command, surroundings: Surroundings): void {
  addTokenFlags(
    program.command('doctor').argument('[credential]', CREDENTIAL_ARGUMENT, parseCredentialName),
  )
    .description('check each step to a token, and say what to fix')
    .addHelpText('after', HELP)
    .action(async (given: string | undefined, flags: TokenFlags, command: Command) => {
      const options = optionsOf<TokenFlags>(command);
      const credential = given ?? options.defaultCredential;
      const ui = uiFor(options, surroundings);
      const say = options.json ? () => undefined : ui.out;
      const page = pageFor(ui, surroundings);
      const { environment, signal } = surroundings;
      const connection = connectionFor(options, surroundings);
      const { scope, audience, resource, minTtl } = flags;
      const tokenFlags = { scope, audience, resource, ...(minTtl === undefined ? {} : { minTtl }) };
      const evidence = openEvidence({ connection, environment, credential, tokenFlags, signal });
      const examined: Examined[] = [];
      say(describeRun(credential));
      const findings = examine(evidence);
      const next = () => ui.progress('examining', findings.next());
      for (let one = await next(); !one.done; one = await next()) {
        examined.push(one.value);
        for (const line of formatFinding(one.value, page)) say(line);
      }
      say(formatOutcome(examined));
      if (options.json) ui.out(JSON.stringify(toJson(credential, examined)));
      const { exitCode } = firstFailed(examined) ?? {};
      if (exitCode !== undefined) throw new CommandError(exitCode, '');
    });
}

function parseCredentialName(text: string): string {
  if (findCredentialId(text) === undefined)
    throw new InvalidArgumentError(`It ${CREDENTIAL_ID_RULE}.`);
  return text;
}

function pageFor(ui: Ui, { stdout }: Surroundings): Page {
  return stdout.isTTY ? { width: stdout.columns, style: ui } : { width: Number.POSITIVE_INFINITY };
}

const RUNTIME = { node: process.version, platform: `${process.platform} ${process.arch}` };

function describeRun(credential = 'no credential'): string {
  return `token-vending ${VERSION}, Node.js ${RUNTIME.node}, ${RUNTIME.platform}: ${credential}`;
}

function toJson(credential: string | undefined, examined: readonly Examined[]): object {
  const first = firstFailed(examined);
  return {
    version: VERSION,
    ...RUNTIME,
    credential,
    first_failure: first?.name ?? null,
    exit_code: first?.exitCode ?? 0,
    checks: examined.map(({ check, finding }) => {
      const { result, detail, remedy, code, requestId } = finding;
      return { check: check.name, result, detail, remedy, code, request_id: requestId };
    }),
  };
}
