import { describeOutages } from '../support/outages.ts';

describeOutages([
  [6, 'hangs'],
  [10, 'answers 503'],
]);
