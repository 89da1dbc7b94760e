// Starts the server on a free port of the loopback interface, prints its address and a token on one line as JSON, and
// ends when standard input does: it dies with whoever started it.
import { makeToken } from "./entries.mjs";
import { CacheService } from "./service.mjs";

const service = await CacheService.start();
const token = makeToken([["refs/heads/topic", 3], ["refs/heads/main", 1]]);
process.stdout.write(`${JSON.stringify({ url: service.url, token, restToken: service.restToken })}\n`);
process.stdin.resume().on("end", () => process.exit(0)).on("error", () => process.exit(0));
