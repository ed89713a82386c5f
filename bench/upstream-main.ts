// The process of the upstreams: its argument is the delays of its endpoints, its messages are where they listen and
// what they counted.
import process from 'node:process';
import { startUpstreams } from './upstreams.ts';

const { upstreams, counts } = await startUpstreams(JSON.parse(process.argv[2] ?? '{}'));
process.on('message', () => process.send?.(counts));
process.on('disconnect', () => process.exit());
process.send?.(upstreams);
