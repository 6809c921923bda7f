// What a client built on @connectrpc/connect-web must be able to do, over each of its transports. Runs in Node and, packed
// into one file, in the browser.

import {create, createFileRegistry, fromBinary} from '@bufbuild/protobuf';
import {FileDescriptorProtoSchema, FileDescriptorSetSchema} from '@bufbuild/protobuf/wkt';
import {Code, ConnectError, createClient} from '@connectrpc/connect';
import {createConnectTransport, createGrpcWebTransport} from '@connectrpc/connect-web';

const ENTRY = 'entries/gaoling-jintie-shi';
const WEB = 2;

const TRANSPORTS = {
  'connect json': (options) => createConnectTransport({...options, useBinaryFormat: false}),
  'connect proto': (options) => createConnectTransport({...options, useBinaryFormat: true}),
  'connect json GET': (options) => createConnectTransport({...options, useBinaryFormat: false, useHttpGet: true}),
  'connect proto GET': (options) => createConnectTransport({...options, useBinaryFormat: true, useHttpGet: true}),
  'grpc-web proto': (options) => createGrpcWebTransport({...options, useBinaryFormat: true}),
  'grpc-web json': (options) => createGrpcWebTransport({...options, useBinaryFormat: false}),
};

// google.rpc.ErrorInfo, which the contract does not import: it travels in details.
function errorInfoFile() {
  const text = (name, number) => ({name, number, label: 1, type: 9, jsonName: name});
  const entry = {name: 'MetadataEntry', field: [text('key', 1), text('value', 2)], options: {mapEntry: true}};
  const metadata = {name: 'metadata', number: 3, label: 3, type: 11, typeName: '.google.rpc.ErrorInfo.MetadataEntry', jsonName: 'metadata'};
  return create(FileDescriptorProtoSchema, {name: 'google/rpc/error_info.proto', package: 'google.rpc', syntax: 'proto3',
    messageType: [{name: 'ErrorInfo', field: [text('reason', 1), text('domain', 2), metadata], nestedType: [entry]}]});
}

function same(actual, expected, what) {
  if (actual !== expected) throw new Error(`${what}: ${String(actual)}, expected ${String(expected)}`);
}

async function failure(call) {
  try {
    await call();
  } catch (error) {
    return ConnectError.from(error);
  }
  throw new Error('no error');
}

async function checkUnary(client) {
  const reply = await client.ask({question: '高龄津贴怎么申请？', channel: WEB});
  same(reply.outcome, 1, 'outcome');
  same(reply.answer.entry, ENTRY, 'entry');
  same(reply.answer.question, '高龄津贴怎么申请？', 'question');
  same(typeof reply.answer.kbRevision, 'bigint', 'type of int64');
}

async function checkErrors(client, registry) {
  const refused = await failure(() => client.ask({question: '拒绝', channel: WEB}));
  same(refused.code, Code.NotFound, 'code');
  same(refused.rawMessage, '这个渠道看不到。', 'message');
  const [info] = refused.findDetails(registry.getMessage('google.rpc.ErrorInfo'));
  same(info.reason, 'ANSWER_NOT_VISIBLE', 'reason');
  same(info.metadata.name, 'entries/secret', 'metadata');
  const late = await failure(() => client.ask({question: '等待', channel: WEB}, {timeoutMs: 100}));
  same(late.code, Code.DeadlineExceeded, 'code of a call that is late');
}

// Reads the entry as it stands, asks for changes of it, reads those, and goes away.
async function checkStream(client, change) {
  const away = new AbortController();
  const texts = ['<p>一</p>', '<p>二</p>', '<p>三</p>'];
  const seen = [];
  let last = 0n;
  const ended = await failure(async () => {
    for await (const event of client.watchAnswers({channel: WEB, names: [ENTRY]}, {signal: away.signal})) {
      if (event.kbRevision < last) throw new Error('events out of order');
      last = event.kbRevision;
      if (event.event === 2) seen.push(event.answer.html);
      if (seen.length === texts.length) away.abort();
      else await change(texts[seen.length]);
    }
  });
  same(ended.code, Code.Canceled, 'code of a stream that was left');
  same(seen.join(), texts.join(), 'events');
  const failed = await failure(async () => {
    for await (const event of client.watchAnswers({channel: WEB, names: ['entries/fail']})) throw new Error(String(event));
  });
  same(failed.code, Code.NotFound, 'code of a stream that failed');
}

// Runs everything; `change(html)` changes the entry. Returns lines for people; throws at the first fault.
export async function runMatrix(baseUrl, image, change) {
  const files = fromBinary(FileDescriptorSetSchema, image);
  files.file.push(errorInfoFile());
  const registry = createFileRegistry(files);
  const service = registry.getService('hotline.answer.v1.AnswerService');
  const lines = [];
  for (const [name, make] of Object.entries(TRANSPORTS)) {
    const client = createClient(service, make({baseUrl, jsonOptions: {registry}}));
    try {
      await checkUnary(client);
      await checkErrors(client, registry);
      await checkStream(client, change);
    } catch (error) {
      throw new Error(`${name}: ${error.stack}`);
    }
    lines.push(`${name}: unary, error details, deadline, stream, abort`);
  }
  return lines;
}
