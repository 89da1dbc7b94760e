// Records of job runs, as documents.
let count = 0;

// A run of job `test` that began `age` seconds ago.
export function record({ age = 600, seconds = 60, status = 'success', ...others } = {}) {
  ++count;
  const start = Date.now() - age * 1000;
  return {
    schema: 1,
    id: `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`,
    repository: 'octo-org/app',
    workflow: 'CI',
    job: 'test',
    matrix: {},
    run_id: String(1000 + count),
    run_attempt: 1,
    branch: 'main',
    default_branch: 'main',
    commit_sha: 'c0ffee'.repeat(6) + 'c0ff',
    runner: { os: 'ubuntu 24.04', architecture: 'x64', image: 'ubuntu24', image_version: '1' },
    status,
    exit_code: status === 'success' ? 0 : 2,
    started_at: new Date(start).toISOString(),
    ended_at: new Date(start + seconds * 1000).toISOString(),
    seconds,
    caches: [],
    smoke: [],
    spans: [],
    metrics: [],
    problems: [],
    ...others,
  };
}

// A run that has something of everything.
export function fullRecord(others = {}) {
  return record({
    matrix: { go: '1.22', os: 'ubuntu-24.04' },
    apt: {
      tier: 'network',
      why_not: [{ tier: 'delta', reason: 'nothing there' }],
      seconds: 3.2,
      phases: [{ name: 'download', seconds: 1.9, bytes: 170563476 }, { name: 'unpack', seconds: 1.3, bytes: 0 }],
      packages: [{ id: 'p', name: 'ffmpeg', version: '7:5.1', architecture: 'amd64', requested: true, status: 'installed', download_bytes: 170563476, installed_bytes: 1, seconds: 0.4 }],
    },
    caches: [
      { name: 'go-build', key: 'k-1', matched_key: 'k-0', outcome: 'prefix', reason: '', bytes: 1 << 20, restore_seconds: 0.5, save_seconds: 0.7, seconds_saved: 41 },
      { name: 'apt', key: 'a-1', matched_key: '', outcome: 'miss', reason: 'nothing "there"\nat all', bytes: 0, restore_seconds: 0, save_seconds: 0 },
    ],
    go: { toolchain: 'go1.22.3', binary: { key: 'b', paths: ['.cache/ksail/ksail'], size_bytes: 31_000_000, created_at: null, origin_job: '', states: ['missing', 'seeded'], reason: '', build_seconds: 12, wait_seconds: 0 } },
    smoke: [{ command: 'ffmpeg -version', status: 'passed', exit_code: 0, seconds: 0.05 }],
    spans: [{ lane: 'apt', name: 'download', start: 1, seconds: 1.9 }, { lane: 'apt', name: 'unpack', start: 2.9, seconds: 1.3 }, { lane: 'smoke', name: 'ffmpeg -version', start: 5, seconds: 0.05 }],
    metrics: [{ id: 'm', name: 'package_installation_time', value: 3.2, unit: 'seconds', threshold: 73, verdict: 'met' }],
    problems: [{ level: 'warning', step: 'apt', kind: 'stalled', seconds: 1, message: 'slow mirror' }],
    ...others,
  });
}

// What somebody may write into names, to break out of a label.
export const hostile = 'a"} 1\nevil_metric{x="\\';
