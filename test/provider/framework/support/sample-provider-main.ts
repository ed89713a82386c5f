import { serve } from '../../../../provider/framework/serve.ts';
import { sampleProvider } from './sample-provider.ts';

void serve(sampleProvider);
