// What the browser tests run against: something that serves the page and whose answers can be changed.

import {execFile, spawn} from 'node:child_process';
import {existsSync, mkdtempSync, readFileSync, rmSync, watch} from 'node:fs';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WEB = join(ROOT, 'build/web'); // npm run web, or the target `web`
const READY_MS = 60_000;

// Whatever ends the test ends its servers: a signal leaves by the door, too.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.once(signal, () => process.exit(1));
export function endWithTest(child) {
  const kill = () => child.kill('SIGKILL');
  process.on('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  return child;
}

// kb-fake: the real gateway and page in front of answers that are set line by line.
export async function startFake(program, web = WEB, origin = null) {
  const child = endWithTest(spawn(program, origin ? [web, origin] : [web], {stdio: ['pipe', 'pipe', 'inherit']}));
  const lines = createInterface({input: child.stdout})[Symbol.asyncIterator]();
  const next = async () => {
    const {value, done} = await lines.next();
    if (done) throw new Error('kb-fake ended');
    return value;
  };
  const address = await next();
  const tell = async (line) => {
    child.stdin.write(line + '\n');
    await next();
  };
  return {
    url: `http://${address}/`,
    change: (entry, question, html) => tell(`change ${entry}|${question}|${html}`),
    withdraw: (entry) => tell(`withdraw ${entry}`),
    restart: () => tell('restart'),
    stop: () => new Promise((resolve) => {
      child.once('exit', resolve);
      child.stdin.end();
    }),
  };
}

// The content of a file, once it has been renamed into place.
export function contentOf(path) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => done(reject, new Error(`${path} did not appear`)), READY_MS);
    const watcher = watch(join(path, '..'), () => look());
    const done = (settle, value) => {
      clearTimeout(timer);
      watcher.close();
      settle(value);
    };
    const look = () => existsSync(path) && done(resolve, readFileSync(path, 'utf8').trim());
    look();
  });
}

// kb-server on a fresh base with the sample knowledge; kbctl(...words) changes it, its input is `input`.
export async function startServer(server, kbctl, {web = WEB, flags = []} = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'koujing-server-'));
  const child = endWithTest(spawn(server, [`--store.dir=${join(folder, 'data')}`, '--access.mode=open', '--server.listen=127.0.0.1:0',
    '--gateway.listen=127.0.0.1:0', `--gateway.web_dir=${web}`, `--server.ready_file=${join(folder, 'grpc')}`,
    `--gateway.ready_file=${join(folder, 'http')}`, `--log.file=${join(folder, 'log')}`,
    // The page is the subject, not the review chain: drafts are published as they are.
    '--knowledge.review_stages_low=-1', '--knowledge.review_stages_normal=-1', '--knowledge.review_stages_high=-1', ...flags],
    {stdio: 'inherit'}));
  const grpc = await contentOf(join(folder, 'grpc'));
  const http = await contentOf(join(folder, 'http'));
  const control = (words, input = '') => new Promise((resolve, reject) => {
    const run = execFile(kbctl, ['--server', grpc, '--json', '--deadline', '30', ...words], {maxBuffer: 1 << 26},
      (error, output, errors) => error ? reject(new Error(`kbctl ${words.join(' ')}: ${errors}`)) : resolve(output));
    run.stdin.end(input);
  });
  await control(['import', '--format', 'row', '--publish', join(ROOT, 'sample/knowledge.jsonl')]);
  return {
    url: `http://${http}/`,
    kbctl: control,
    stop: () => new Promise((resolve) => {
      child.once('exit', () => {
        rmSync(folder, {recursive: true, force: true});
        resolve();
      });
      child.kill('SIGTERM');
    }),
  };
}
