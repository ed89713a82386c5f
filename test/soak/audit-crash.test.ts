import process from 'node:process';
import { describeCrashes } from '../support/audit-crashes.ts';

describeCrashes(Number(process.env['CRASHES'] ?? 200));
