// GitHub's own parser and actionlint accept every action and workflow that we ship.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { actionlintErrors, readAction, workflowErrors } from './definitions.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const fixture = (name) => path.join(root, 'tests/action/fixtures', name);

function filesIn(folder) {
  return readdirSync(path.join(root, folder)).filter((name) => /\.ya?ml$/.test(name)).map((name) => path.join(root, folder, name));
}

// Of the examples, the workflows: the others are configurations of ci-optimizer.
const workflows = [...filesIn('.github/workflows'), ...filesIn('examples').filter((file) => /^jobs:/m.test(readFileSync(file, 'utf8')))];

for (const file of ['action.yml', 'dist/hooks/action.yml']) {
  test(`GitHub's parser accepts ${file}`, () => assert.deepEqual(readAction(path.join(root, file)).errors, []));
}

test('there are workflows of our own and examples to check', () => {
  assert.ok(workflows.some((file) => file.includes('.github')) && workflows.some((file) => file.includes('examples')));
});

for (const file of workflows) {
  test(`GitHub's parser and actionlint accept ${path.relative(root, file)}`, async () => {
    assert.deepEqual(await workflowErrors(file), []);
    assert.deepEqual(await actionlintErrors(file), []);
  });
  test(`${path.relative(root, file)} pins foreign actions, grants no more than it says and ends in time`, () => {
    const text = readFileSync(file, 'utf8');
    assert.match(text, /^permissions:/m);
    for (const [, reference] of text.matchAll(/uses:\s*(\S+)/g)) {
      assert.match(reference, /^\.\/|@[0-9a-f]{40}$|^org\/ci-optimizer@v1$/, reference);
    }
    const jobs = text.slice(text.search(/^jobs:/m)).match(/^ {2}[\w-]+:$/gm);
    assert.equal(text.match(/^ {4}timeout-minutes:/gm)?.length, jobs.length, 'a job without timeout-minutes');
    for (const [checkout] of text.matchAll(/uses: actions\/checkout.*(\n {8,}.*)*/g)) {
      assert.match(checkout, /persist-credentials: false/);
    }
  });
}

test('both refuse a broken workflow', async () => {
  assert.notDeepEqual(await workflowErrors(fixture('broken-workflow.yml')), []);
  assert.notDeepEqual(await actionlintErrors(fixture('broken-workflow.yml')), []);
});

test("GitHub's parser refuses a broken action", () => {
  assert.notDeepEqual(readAction(fixture('broken-action.yml')).errors, []);
});

test('the hook takes every input of the action, the matrix, the job and its status, and gives every output', () => {
  const names = (list) => list.map(({ id }) => id).sort();
  const outer = readAction(path.join(root, 'action.yml'));
  const inner = readAction(path.join(root, 'dist/hooks/action.yml'));
  const taken = [...names(outer.action.inputs), 'job-id', 'job-status', 'matrix'].sort();
  assert.deepEqual(names(inner.action.inputs), taken);
  assert.deepEqual(names(inner.action.outputs), names(outer.action.outputs));
  const passed = [...outer.tree.find('runs').find('steps').get(0).find('with')].map(({ key }) => key.value);
  assert.deepEqual(passed.sort(), taken);
});

test('the action has what the Marketplace asks for', () => {
  const { action } = readAction(path.join(root, 'action.yml'));
  assert.ok(action.description && action.branding.icon && action.branding.color);
  for (const { id, description } of [...action.inputs, ...action.outputs]) assert.ok(description, id);
});

test('dist holds no installed packages', () => {
  assert.ok(!existsSync(path.join(root, 'dist/node_modules')) && !existsSync(path.join(root, 'dist/hooks/node_modules')));
});
