import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe } from '@jest/globals';
import { openAuditFile } from '../../lib/adapters/audit-file.ts';
import { FakeAuditLog } from '../support/fake-ports.ts';
import { itIsAnAuditLog } from './audit-log.ts';

const root = mkdtempSync(path.join(tmpdir(), 'token-vending-audit-'));
afterAll(() => rmSync(root, { recursive: true }));
let number = 0;

describe('audit file', () => {
  itIsAnAuditLog(async () => {
    number += 1;
    const directory = path.join(root, String(number));
    return {
      log: openAuditFile(directory, 'process', Date.now),
      stored: async () =>
        readFileSync(path.join(directory, 'process.jsonl'), 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line).kind),
      // A file where the directory is to be.
      break: async () => writeFileSync(directory, ''),
      mend: async () => rmSync(directory),
    };
  });
});

describe('fake audit log', () => {
  itIsAnAuditLog(async () => {
    const log = new FakeAuditLog();
    return {
      log,
      stored: async () => log.kinds,
      break: async () => void log.failing.add('process-start'),
      mend: async () => log.failing.clear(),
    };
  });
});
