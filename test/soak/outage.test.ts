import { describeOutages, type Outage } from '../support/outages.ts';

const lengths = [1, 3, 6, 7, 8, 10];
const ways = ['refuses connections', 'answers 503', 'hangs'] as const;

describeOutages(lengths.flatMap((seconds) => ways.map((way): Outage => [seconds, way])));
