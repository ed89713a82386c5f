import { describeOutages } from '../support/outages.ts';

describeOutages([
  [6, 'answers 503'],
  [10, 'hangs'],
]);
