// `npm run demo`: a demonstration on the real local system. Each step is checked.
import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readRecords } from '../cli/audit/record-source.ts';
import { writeReport } from '../cli/audit/report.ts';
import { readSignedAnchors } from '../cli/audit/signed-anchors.ts';
import { describeVerification } from '../cli/audit/verify-log.ts';
import { openLocalAnchoring } from './anchoring.ts';
import { fact, paint, say, title } from './demo-output.ts';
import { registerCredential, rotateWhileVending, switchOffAndOn } from './demo-registry.ts';
import type { Story } from './demo-story.ts';
import {
  needNoSecret,
  refuse,
  surviveOutage,
  surviveRotation,
  vendToTen,
  vendTwice,
} from './demo-vending.ts';
import { startLocalSystem } from './system.ts';

/** @returns the summary, printed after the last step */
async function tell(story: Story): Promise<string> {
  for (const chapterOf of [
    vendTwice,
    vendToTen,
    refuse,
    surviveRotation,
    surviveOutage,
    needNoSecret,
    registerCredential,
    switchOffAndOn,
    rotateWhileVending,
  ])
    await chapterOf(story);
  return `${story.vends} vends and ${story.mints()} token requests.\nThe demo printed no token and no secret.`;
}

/** Path of the report of the last demo. */
const REPORT = 'dist/demo/audit-report.html';

async function proveLog(directory: string, { vends }: Story): Promise<void> {
  title('The audit log has a record of every decision. Anybody can verify the log offline.');
  const signal = AbortSignal.timeout(60_000);
  const log = path.join(directory, 'audit');
  const source = { region: undefined, profile: undefined, pathStyle: true, signal };
  const { anchor, publicKey } = await openLocalAnchoring(directory);
  const { anchors } = await anchor();
  fact('anchor', `root ${anchors[0]?.statement.root.slice(0, 16)}..., signed with ECDSA P-256`);
  const signed = await readSignedAnchors({ publicKey }, log, source);
  const records = readRecords(log, source);
  const { html, log: verified } = await writeReport(records, 'the demo', new Date(), { signed });
  assert.deepEqual(verified.breaks, []);
  assert.equal(verified.kinds['vend'], vends);
  for (const line of describeVerification(verified)) say(`   ${line}`);
  await mkdir(path.dirname(REPORT), { recursive: true });
  await writeFile(REPORT, html);
  fact('report', `${REPORT} (open it in a browser)`);
}

async function main(): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'token-vending-demo-'));
  say(
    'Starting the authorization server, Secrets Manager, KMS, the gateways and the functions on this machine ...',
  );
  const system = await startLocalSystem({ directory });
  try {
    const mints = () => system.authorizationServer.requests.get('token') ?? 0;
    const story: Story = { system, mints, vends: 0 };
    const result = await tell(story);
    await proveLog(directory, story);
    say();
    say(paint('bold', result));
  } finally {
    await system.stop();
    await rm(directory, { recursive: true });
  }
  say();
  say('Next:');
  say('  npm start            runs the same system until Ctrl-C, for curl and the command line');
  say('  docs/local.md        describes the parts and the callers of the system');
  say('  docs/api.md          describes the HTTP API');
  say('  README.md            describes token-vending and how it works');
}

await main();
