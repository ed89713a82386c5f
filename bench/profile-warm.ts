import { handle, openBenchVending, openPolicies } from './bench-vending.ts';
import { vendEvent } from './vend-event.ts';

const v = openBenchVending(process.argv[2] ? { policy: openPolicies(50) } : {});
for (let i = 0; i < Number(process.argv[3] ?? 60000); i++) await handle(v, vendEvent);
