// Records to be shown: what a job with everything in it looks like, one that failed, its history, and texts that would
// like to be more than text.
import { randomUUID } from 'node:crypto';

const started = Date.UTC(2026, 10, 20, 9, 30, 0);
const time = (ms) => new Date(ms).toISOString().replace('Z', '000Z');

function phases(list) {
  return list.map(([name, seconds, bytes = 0]) => ({ name, seconds, bytes }));
}

function packageOf(name, version, requested, download, installed, seconds, status = 'installed') {
  return { id: randomUUID(), ci_job_id: '', name, version, architecture: 'amd64', requested, status,
    download_bytes: download, installed_bytes: installed, seconds };
}

function cache(name, outcome, more = {}) {
  return { name, key: `${name}-linux-x64-3f1c-9b2e44d17a60`, matched_key: outcome === 'miss' || outcome === 'skipped' ? '' : `${name}-linux-x64-3f1c-9b2e44d17a60`,
    outcome, reason: '', bytes: 0, restore_seconds: 0, save_seconds: 0, ...more };
}

function metric(name, value, unit, threshold = null, verdict = 'unknown') {
  return { id: randomUUID(), ci_job_id: '', name, value, unit, threshold, verdict };
}

// A job that succeeded, with something in every part.
export function succeeded(more = {}) {
  return {
    schema: 1, id: randomUUID(), repository: 'octo/ksail', workflow: 'ci', job: 'test', matrix: { os: 'ubuntu-24.04', go: '1.22' },
    run_id: '11800421337', run_attempt: 1, branch: 'main', default_branch: 'main', commit_sha: '9f2c1e7ab34d5580c6e1f0a97d3b42e8815c6d0f',
    runner: { os: 'ubuntu 24.04', architecture: 'x64', image: 'ubuntu24', image_version: '20261115.1.0' },
    status: 'success', exit_code: 0, started_at: time(started), ended_at: time(started + 41_800), seconds: 41.8,
    needs: [{ job: 'lint', result: 'success', reason: '' }, { job: 'build (linux, amd64)', result: 'success', reason: '' }],
    apt: {
      tier: 'network', seconds: 14.3,
      why_not: [{ tier: 'delta', reason: 'no entry: the base image is another (20261115.1.0 instead of 20261108.1.0)' }, { tier: 'debs', reason: 'the entry is older than 7 days' }],
      phases: phases([['plan', 0.31], ['update', 2.9, 9_120_331], ['download', 4.1, 170_563_476], ['unpack', 4.6], ['configure', 1.2], ['triggers', 0.9], ['capture', 0.8]]),
      packages: [
        packageOf('ffmpeg', '7:5.1.6-0+deb12u1', true, 1_865_000, 2_280_000, 0.21), packageOf('libgl1', '1.6.0-1', true, 88_400, 812_000, 0.05),
        packageOf('fonts-dejavu-core', '2.37-6', true, 1_068_000, 2_961_000, 0.06), packageOf('libglib2.0-0', '2.74.6-2+deb12u5', true, 1_401_000, 4_120_000, 0.09),
        packageOf('libllvm15', '1:15.0.6-4+b1', false, 23_107_000, 107_280_000, 0.74), packageOf('libavcodec59', '7:5.1.6-0+deb12u1', false, 5_230_000, 15_890_000, 0.17),
        packageOf('libgl1-mesa-dri', '22.3.6-1+deb12u1', false, 7_239_000, 34_000_000, 0.32), packageOf('libx265-199', '3.5-2+b1', false, 1_150_000, 15_600_000, 0.09),
      ],
    },
    caches: [
      cache('assets', 'exact', { bytes: 48_210_000, restore_seconds: 0.62, seconds_saved: 11.4 }),
      cache('apt', 'miss', { reason: 'no entry: the base image is another', save_seconds: 0.8, bytes: 201_332_000 }),
      cache('go-modules', 'exact', { bytes: 122_400_000, restore_seconds: 1.1, seconds_saved: 8.2 }),
      cache('go-build', 'prefix', { reason: 'sources changed', bytes: 31_200_000, base_key: 'go-build-base', base_bytes: 402_000_000, restore_seconds: 2.7, save_seconds: 1.9, seconds_saved: 19.6 }),
      cache('docs', 'exact', { bytes: 912_000_000, restore_seconds: 9.8, seconds_saved: -3.2, reason: '' }),
    ],
    go: { toolchain: 'go1.22.3', binary: { key: 'k', paths: ['.cache/ksail/ksail'], size_bytes: 31_002_112, created_at: null, origin_job: '', states: ['missing', 'seeded'], reason: 'main.go changed', build_seconds: 7.4, wait_seconds: 0 } },
    smoke: [{ command: './ksail --version', status: 'passed', exit_code: 0, seconds: 0.08 }, { command: 'ffmpeg -hide_banner -version', status: 'passed', exit_code: 0, seconds: 0.11 }],
    metrics: [metric('package_installation_time', 14.3, 'seconds', 73, 'met'), metric('packages_installed', 8, 'packages'), metric('download_size', 41_148_400, 'bytes'), metric('binary_build_time', 7.4, 'seconds')],
    problems: [{ level: 'warning', step: 'apt', kind: 'trickling', phase: 'download', host: 'azure.archive.ubuntu.com', seconds: 3.1, message: 'azure.archive.ubuntu.com sent 9 kB/s for 15 s; the next mirror was taken', hint: 'put a nearer mirror into apt.mirrors' }],
    check_run_url: 'https://github.com/octo/ksail/runs/33120911', record_path: '/home/runner/work/_temp/ci-optimizer/records/1b4e28ba.json', report_path: '/home/runner/work/_temp/ci-optimizer/reports/1b4e28ba.md',
    ...more,
  };
}

// The same job where a smoke test failed.
export function failed() {
  const record = succeeded({ status: 'failure', exit_code: 2 });
  record.needs[1] = { job: 'build (linux, amd64)', result: 'failure', reason: './cmd/root.go:14: undefined: version' };
  record.smoke[1] = { command: 'ffmpeg -hide_banner -version', status: 'failed', exit_code: 127, seconds: 0.11, reason: 'exit code 127 instead of 0',
    output: 'ffmpeg: error while loading shared libraries:\n\u001b[31mlibavdevice.so.59\u001b[0m: cannot open shared object file: No such file or directory' };
  record.problems.unshift({ level: 'failure', step: 'smoke', kind: 'smoke-failed', seconds: 0.11, message: 'smoke test failed: ffmpeg -hide_banner -version: exit code 127 instead of 0', hint: 'the end of its output is in the report' });
  return record;
}

// `succeeded`, as a job that tells when each step began.
export function withSpans() {
  const span = (lane, name, start, seconds) => ({ lane, name, start, seconds });
  return succeeded({
    spans: [span('caches', 'restore assets', 0.1, 0.6), span('apt', 'plan', 0.8, 0.3), span('apt', 'update', 1.1, 2.9), span('apt', 'download', 4, 4.1), span('apt', 'unpack', 8.1, 3), span('apt', 'configure', 11.1, 1.2),
      span('apt', 'unpack', 12.3, 1.6), span('go', 'build ksail', 20, 7.4), span('smoke', './ksail --version', 27.5, 0.08)],
  });
}

// `count` runs of the job, the newest first, with now and then a failure, a run without caches and one that stalled.
export function runs(count) {
  let seed = 7;
  const random = () => { seed = (seed * 1103515245 + 12345) % 2147483648; return seed / 2147483648; };
  const records = [];
  for (let i = 0; i < count; i += 1) {
    const begun = started - i * 5_400_000;
    const seconds = (i < 6 ? 41 : 33) * (0.9 + 0.2 * random()) * (i % 29 === 17 ? 9 : 1);
    const record = succeeded({ run_id: String(11800421337 - i * 7), started_at: time(begun), ended_at: time(begun + Math.round(seconds * 1000)), seconds,
      commit_sha: Math.floor(random() * 2 ** 48).toString(16).padStart(12, '0').repeat(4).slice(0, 40) });
    if (i % 11 === 5) record.status = ['failure', 'timed_out', 'cancelled'][Math.floor(random() * 3)];
    if (i % 7 === 3) record.caches = record.caches.map((one) => cache(one.name, random() > 0.5 ? 'miss' : 'prefix'));
    records.push(record);
  }
  records[0].seconds = 41.8;
  return records;
}

// Names that a hostile repository, package or test would choose.
export const hostile = '</title></style></text><script>document.title="owned"</script><img src=x onerror="fetch(\'http://127.0.0.1:9/\')">"\' \u202Etxt.exe\u202C\u0000\u001b[31m &amp; ]]> <!-- {{7*7}}';

// A record in which every text is `text`.
export function everywhere(text) {
  const replace = (value, key) => {
    if (typeof value === 'string') return ['id', 'status', 'outcome', 'level', 'verdict', 'started_at', 'ended_at', 'created_at', 'result', 'tier', 'states'].includes(key) ? value : text;
    if (Array.isArray(value)) return value.map((one) => replace(one, key));
    if (value && typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name === 'os' && value.go ? text : name, replace(inner, name)]));
    return value;
  };
  return replace(failed(), '');
}

// As large as it may get: 1,000 packages and more, long names, many tests.
export function huge() {
  const record = failed();
  const long = 'a-package-with-a-very-long-name-'.repeat(9);
  for (let i = 0; i < 1200; i += 1) record.apt.packages.push(packageOf(i % 50 ? `lib${i}` : `${long}${i}`, '1.0-1', i % 100 === 0, 1000 * i, 5000 * i, 0.01));
  for (let i = 0; i < 90; i += 1) record.smoke.push({ command: `./test-${i} ${'--flag '.repeat(i)}`, status: 'passed', exit_code: 0, seconds: 0.02 });
  record.problems[0].message = 'word '.repeat(2000);
  record.job = long;
  record.branch = 'x'.repeat(300);
  return record;
}
