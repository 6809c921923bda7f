// What the browser tests run against: something that serves the page and whose answers can be changed.
//
// A backend has `url`, change(entry, question, html), withdraw(entry), restart() and stop().

import {spawn} from 'node:child_process';
import {createInterface} from 'node:readline';
import {fileURLToPath} from 'node:url';

const PAGE = fileURLToPath(new URL('../../clients/web/page', import.meta.url));

// kb-fake: the real gateway and page in front of answers that are set line by line.
export async function startFake(program) {
  const child = spawn(program, [PAGE], {stdio: ['pipe', 'pipe', 'inherit']});
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
