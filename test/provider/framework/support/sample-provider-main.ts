import { serve } from '../../../../provider/framework/serve.ts';
import { sampleProvider } from './sample-provider.ts';

await serve(sampleProvider);
