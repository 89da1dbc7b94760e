// main.mjs: runs the service for a test program of another language until its standard input ends. The first line of
// output is JSON: { url, bucket, environment }.
import { bucket, Service } from './service.mjs';

const service = await new Service().start();
process.stdout.write(`${JSON.stringify({ url: service.url, bucket, environment: service.environment })}\n`);
process.stdin.resume();
process.stdin.on('end', async () => {
  await service.stop();
  process.exit(0);
});
