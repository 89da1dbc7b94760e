// Runs this repository's composite action as a runner would: GitHub's own expression engine fills in inputs and
// outputs, the inner JavaScript action runs in a real process, its file commands are read by the runner's rules.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { readAction } from './definitions.mjs';

const timeLimit = 60_000; // milliseconds, for main and for post

function toContext(value) {
  if (typeof value === 'string') return new data.StringData(value);
  const dictionary = new data.Dictionary();
  for (const [key, entry] of Object.entries(value)) dictionary.add(key, toContext(entry));
  return dictionary;
}

// The text of a scalar token, its expression evaluated over the contexts.
function evaluate(token, contexts) {
  if (!token) return '';
  if (token.expression === undefined) return String(token.value ?? '');
  const tokens = new Lexer(token.expression).lex().tokens;
  const expression = new Parser(tokens, Object.keys(contexts), []).parse();
  return new Evaluator(expression, toContext(contexts)).evaluate().coerceString();
}

// Reads GITHUB_OUTPUT or GITHUB_STATE: NAME=VALUE, or NAME<<DELIMITER, lines, DELIMITER. Throws where the runner does.
export function parseFileCommands(text) {
  const values = {};
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (let i = 0; i < lines.length; i++) {
    if (lines[i] === '') continue;
    const equals = lines[i].indexOf('=');
    const heredoc = lines[i].indexOf('<<');
    if (heredoc >= 0 && (equals < 0 || heredoc < equals)) {
      const name = lines[i].slice(0, heredoc);
      const delimiter = lines[i].slice(heredoc + 2);
      const end = lines.indexOf(delimiter, i + 1);
      if (!name || !delimiter) throw new Error(`Invalid format '${lines[i]}'`);
      if (end < 0) throw new Error(`Matching delimiter not found '${delimiter}'`);
      values[name] = lines.slice(i + 1, end).join('\n');
      i = end;
    } else {
      if (equals <= 0) throw new Error(`Invalid format '${lines[i]}'`);
      values[lines[i].slice(0, equals)] = lines[i].slice(equals + 1);
    }
  }
  return values;
}

async function runNode(script, { env, cwd, wrap, onStart }) {
  const [program, ...args] = [...wrap, process.execPath, script];
  const child = spawn(program, args, { env, cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  const timer = setTimeout(() => child.kill('SIGKILL'), timeLimit);
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => { stdout += chunk; });
  child.stderr.on('data', (chunk) => { stderr += chunk; });
  onStart?.(child);
  const [code, signal] = await once(child, 'close');
  clearTimeout(timer);
  return { exitCode: code ?? signal, stdout, stderr };
}

// Runs the action in folder `root`. Options: inputs; env added to the step's; temp, the runner's temporary folder;
// token, of the github context; matrix, of the job; wrap, a command that starts Node; onStart, called with main's process;
// between, called after main as the job's later steps; status, of the job when post runs;
// jobId, of its page. Inputs are evaluated again for
// post, as the runner does.
// Returns exitCode, stdout, stderr, outputs of the composite, summary, state, and post's own exitCode.
export async function runAction(root, { inputs = {}, env = {}, temp, token = 'ghs_test', matrix = {}, wrap = [], onStart, between, status = 'success', jobId = '' } = {}) {
  const outer = readAction(path.join(root, 'action.yml')).action;
  const outerTree = readAction(path.join(root, 'action.yml')).tree;
  const given = {};
  for (const { id, default: fallback } of outer.inputs) given[id] = inputs[id] ?? evaluate(fallback, { github: { token } });

  const steps = outerTree.find('runs').find('steps');
  if (steps.count !== 1) throw new Error('the composite has more than one step');
  const step = steps.get(0);
  const uses = step.find('uses').value;
  if (!uses.startsWith('$/')) throw new Error(`${uses} is not of this repository`);
  const folder = path.join(root, uses.slice(2));
  const inner = readAction(path.join(folder, 'action.yml')).action;

  const declared = new Set(inner.inputs.map(({ id }) => id));
  const inputsWhen = (jobStatus) => {
    const variables = {};
    for (const { key, value } of step.find('with')) {
      if (!declared.has(key.value)) throw new Error(`Unexpected input '${key.value}'`);
      variables[`INPUT_${key.value.toUpperCase()}`] = evaluate(value, { inputs: given, matrix, job: { status: jobStatus, check_run_id: jobId } });
    }
    return variables;
  };
  const stepEnv = inputsWhen('success');
  const files = { GITHUB_OUTPUT: 'output', GITHUB_STATE: 'state', GITHUB_STEP_SUMMARY: 'summary' };
  for (const [variable, name] of Object.entries(files)) {
    stepEnv[variable] = path.join(temp, name);
    fs.writeFileSync(stepEnv[variable], '');
    fs.chmodSync(stepEnv[variable], 0o666);
  }
  const common = { PATH: process.env.PATH, HOME: temp, GITHUB_ACTIONS: 'true', CI: 'true', RUNNER_TEMP: temp, ...stepEnv, ...env };

  const main = await runNode(path.join(folder, inner.runs.main), { env: common, cwd: temp, wrap, onStart });
  const read = (variable) => fs.readFileSync(stepEnv[variable], 'utf8');
  const state = parseFileCommands(read('GITHUB_STATE'));
  const stepOutputs = parseFileCommands(read('GITHUB_OUTPUT'));

  const outputs = {};
  for (const { id, value } of outer.outputs) {
    outputs[id] = evaluate(value, { steps: { [step.find('id').value]: { outputs: stepOutputs } } });
  }

  await between?.();
  const states = Object.fromEntries(Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]));
  const post = await runNode(path.join(folder, inner.runs.post), { env: { ...common, ...inputsWhen(status), ...states }, cwd: temp, wrap });
  return { ...main, outputs, stepOutputs, state, summary: read('GITHUB_STEP_SUMMARY'), post };
}
