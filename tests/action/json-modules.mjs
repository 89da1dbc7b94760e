// Lets GitHub's parser import its schemas: it does so without the import attribute that Node asks for.
// Load it with `import './json-modules.mjs'` before `await import('@actions/workflow-parser')`.
import { register } from 'node:module';

const hook = `
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
export async function load(url, context, next) {
  if (!url.endsWith('.min.json')) return next(url, context);
  const text = await readFile(fileURLToPath(url), 'utf8');
  return { format: 'module', shortCircuit: true, source: 'export default ' + text };
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);
