// 5,000 people who only look on, and 200 agents at work, at one kb-server: memory, processor time, and how long an Ask takes
// beside the same server with nobody else. Loopback, ends by itself. The clients run on the same cores and are not counted
// in the server's figures, but slow it down.
//
//   node tests/bench/gateway_idle_bench.mjs --server=build/release/bin/kb-server --kbctl=build/release/bin/kbctl

import {mkdtempSync, readFileSync, rmSync} from 'node:fs';
import {connect} from 'node:net';
import {tmpdir} from 'node:os';
import {join} from 'node:path';
import {parseArgs} from 'node:util';
import {call, Program, setUp, signIn} from '../integration/gateway_world.mjs';

const ANSWER = '/hotline.answer.v1.AnswerService/';
const ENTRY = 'entries/gaoling-jintie-shi';
const SPARE_FILES = 600;
const TICKS_A_SECOND = 100;

const {values} = parseArgs({options: {
  server: {type: 'string'}, kbctl: {type: 'string'}, idle: {type: 'string', default: '5000'},
  consoles: {type: 'string', default: '200'}, seconds: {type: 'string', default: '15'}, asks: {type: 'string', default: '300'}}});
const wanted = Number(values.idle);
const consoles = Number(values.consoles);
const seconds = Number(values.seconds);
const [, files] = /Max open files\s+\S+\s+(\d+)/.exec(readFileSync('/proc/self/limits', 'utf8'));
const idle = Math.min(wanted, Number(files) - consoles - SPARE_FILES);
if (idle < wanted) console.log(`only ${idle} idle clients: this process may open ${files} files`);

const folder = mkdtempSync(join(tmpdir(), 'koujing-idle-'));
const server = new Program(values.server, [`--store.dir=${join(folder, 'data')}`, '--server.listen=127.0.0.1:0',
  '--gateway.listen=127.0.0.1:0', `--server.ready_file=${join(folder, 'grpc')}`, `--gateway.ready_file=${join(folder, 'http')}`,
  `--log.file=${join(folder, 'log')}`, '--gateway.staff=on', '--gateway.deadline_ms=30000', '--gateway.connections_per_address_max=20000',
  '--gateway.address_calls_max=1000000', '--gateway.identity_calls_max=1000000'], [join(folder, 'grpc'), join(folder, 'http')]);
const [grpc, http] = await server.start();
const url = `http://${http}`;
const passwords = await setUp(server, values.kbctl, grpc);
const agent = await signIn(url, 'sample-agent', passwords['sample-agent'], 'Ship-River-77');
const publisher = await signIn(url, 'sample-publisher', passwords['sample-publisher'], 'Ship-River-77');

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const statusOf = (key) => Number(new RegExp(`${key}:\\s+(\\d+)`).exec(readFileSync(`/proc/${server.child.pid}/status`, 'utf8'))[1]);
const rssMib = () => statusOf('VmRSS') / 1024;
function cpuSeconds() {
  const fields = readFileSync(`/proc/${server.child.pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_A_SECOND;
}
const quantile = (sorted, q) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))];

// An agent's Ask, one after the other.
async function askLatency() {
  const took = [];
  for (let i = 0; i < Number(values.asks); i += 1) {
    const began = performance.now();
    const reply = await call(url, `${ANSWER}Ask`, {question: '住房公积金怎么提取', channel: 'AGENT'}, {who: agent});
    if (reply.status !== 200) throw new Error(reply.text);
    took.push(performance.now() - began);
  }
  took.sort((a, b) => a - b);
  return {p50: quantile(took, 0.5), p99: quantile(took, 0.99)};
}
async function measure(name, beside) {
  await pause(2_000);
  const began = {cpu: cpuSeconds(), at: performance.now()};
  await pause(seconds * 1_000);
  const cpu = (cpuSeconds() - began.cpu) / ((performance.now() - began.at) / 1_000);
  const rss = rssMib();
  const ask = await askLatency();
  const ratio = beside ? `, ratios ${(ask.p50 / beside.ask.p50).toFixed(2)} and ${(ask.p99 / beside.ask.p99).toFixed(2)}` : '';
  console.log(`${name}: RSS ${rss.toFixed(0)} MiB, ${(cpu * 100).toFixed(1)} % of one core; Ask p50 ${ask.p50.toFixed(2)} ms, ` +
    `p99 ${ask.p99.toFixed(2)} ms${ratio}`);
  return {rss, cpu, ask};
}

// A stream of events on a bare socket. `told` gets the time at which a withdrawal came.
function openStream(path, headers, told) {
  return new Promise((resolve, reject) => {
    const {hostname, port} = new URL(url);
    const socket = connect(Number(port), hostname);
    let text = '';
    let opened = false;
    socket.on('connect', () => socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nAccept: text/event-stream\r\n${headers}\r\n`));
    socket.on('error', reject);
    socket.on('close', () => opened || reject(new Error(`closed: ${text.slice(0, 200)}`)));
    socket.on('data', (bytes) => {
      text = (opened ? text.slice(-64) : text) + bytes.toString('latin1');
      if (!opened && text.includes('CURRENT')) {
        opened = true;
        resolve(socket);
      }
      if (text.includes('WITHDRAWN')) told();
    });
  });
}

const sockets = [];
const arrivals = [];
const told = () => arrivals.push(performance.now());
async function open(count, channel, headers) {
  const path = `${ANSWER}WatchAnswers?channel=${channel}&names=${encodeURIComponent(ENTRY)}`;
  for (let done = 0; done < count;) {
    const batch = Array.from({length: Math.min(50, count - done)}, () => openStream(path, headers, told));
    sockets.push(...await Promise.all(batch));
    done += batch.length;
  }
}

let working = true;
let calls = 0;
// An agent who types: a suggestion for every pause, now and then a search.
async function work(number) {
  const typed = ['高', '高龄', '高龄津', '高龄津贴', '公积金'];
  await pause((number * 1_000) / consoles);
  for (let turn = 0; working; turn += 1) {
    const began = performance.now();
    await call(url, `${ANSWER}Suggest`, {text: typed[turn % typed.length], channel: 'AGENT'}, {who: agent});
    if (turn % 5 === 4) await call(url, `${ANSWER}Search`, {query: '高龄津贴', channel: 'AGENT'}, {who: agent});
    calls += turn % 5 === 4 ? 2 : 1;
    await pause(Math.max(0, 1_000 - (performance.now() - began)));
  }
}

let code = 0;
try {
  const alone = await measure('nobody else');
  await open(idle, 'WEB', '');
  const watched = await measure(`${idle} idle streams`, alone);
  console.log(`  per stream: ${((watched.rss - alone.rss) * 1024 / idle).toFixed(1)} KiB`);
  await open(consoles, 'AGENT', `Cookie: ${agent.cookie}\r\n`);
  const workers = Array.from({length: consoles}, (_, number) => work(number));
  const before = {calls, at: performance.now()};
  await measure(`${idle} idle streams and ${consoles} consoles at work`, alone);
  console.log(`  consoles: ${((calls - before.calls) / ((performance.now() - before.at) / 1_000)).toFixed(0)} calls/s`);
  working = false;
  await Promise.all(workers);
  const began = performance.now();
  const recalled = await call(url, '/hotline.knowledge.v1.KnowledgeService/RecallEntry', {name: ENTRY, reason: '示例'}, {who: publisher});
  if (recalled.status !== 200) throw new Error(recalled.text);
  const returned = performance.now() - began;
  while (arrivals.length < sockets.length && performance.now() - began < 30_000) await pause(10);
  const after = arrivals.map((at) => at - began).sort((a, b) => a - b);
  console.log(`a recall: reply after ${returned.toFixed(0)} ms; told to ${after.length} of ${sockets.length} streams, ` +
    `p50 ${quantile(after, 0.5).toFixed(0)} ms, p99 ${quantile(after, 0.99).toFixed(0)} ms after the call began`);
} catch (error) {
  code = 1;
  console.log(error.stack);
}
for (const socket of sockets) socket.destroy();
await server.end('SIGTERM');
rmSync(folder, {recursive: true, force: true});
process.exit(code);
