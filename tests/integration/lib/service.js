'use strict';
// The Actions cache service of tests/cache-service, and a job that finds it as in the action's own step.
const path = require('node:path');
const { inPlace } = require('./paths');

// Calls `body(place, service)`. `scopes`: what the job's token opens; `protocol`: "v1" or "v2".
async function withService(body, { protocol = 'v2', scopes = [['refs/heads/main', 3]] } = {}) {
  const { CacheService } = await import('../../cache-service/service.mjs');
  const { makeToken } = await import('../../cache-service/entries.mjs');
  const service = await CacheService.start();
  try {
    await inPlace(async (place) => {
      place.makeToken = makeToken;
      place.environment = {
        GITHUB_ACTIONS: 'true', CI: 'true', GITHUB_RUN_ID: '7', GITHUB_RUN_ATTEMPT: '1', GITHUB_REPOSITORY: 'o/r',
        ACTIONS_RUNTIME_TOKEN: makeToken(scopes), GITHUB_API_URL: service.url, XDG_STATE_HOME: path.join(place.folder, 'state'),
        ...(protocol === 'v2' ? { ACTIONS_RESULTS_URL: service.url, ACTIONS_CACHE_SERVICE_V2: 'True' } : { ACTIONS_CACHE_URL: service.url }),
      };
      await body(place, service);
    });
  } finally {
    service.stop();
  }
}

module.exports = { withService };
