// Calls to the services: Connect over the gateway that served the page. Reads are GETs where the contract says that
// they change nothing, the session is a cookie that scripts cannot see, and every POST shows the session's CSRF mark.
import type {DescService} from '@bufbuild/protobuf';
import {createClient, type Client, type Interceptor, type Transport} from '@connectrpc/connect';
import {createConnectTransport} from '@connectrpc/connect-web';

const SESSION_HEADER = 'X-Koujing-Session';
const CSRF_HEADER = 'X-Koujing-Csrf';
const TIMEOUT_MS = 15_000;
const FILE_TIMEOUT_MS = 590_000;

let csrf = '';

// Sends the mark that proves that a page of ours made the call, and learns the next one.
const withSession: Interceptor = (next) => async (request) => {
  request.header.set(SESSION_HEADER, 'cookie');
  if (csrf) request.header.set(CSRF_HEADER, csrf);
  const reply = await next(request);
  csrf = reply.header.get(CSRF_HEADER) ?? csrf;
  return reply;
};

let transport: Transport | undefined;
let tested: Transport | undefined;

// Tests put a transport of their own here (createRouterTransport).
export function useTransport(other: Transport): void {
  transport = tested = other;
  clients.clear();
}

function sharedTransport(): Transport {
  transport ??= createConnectTransport({
    baseUrl: location.origin,
    useHttpGet: false, // a question must not stand in an address that proxies and histories keep
    defaultTimeoutMs: TIMEOUT_MS,
    interceptors: [withSession],
    fetch: (input, init) => fetch(input, {...init, credentials: 'same-origin'}),
  });
  return transport;
}

// A client for files: bytes travel as bytes, and there is time for many of them.
export function fileClientOf<Service extends DescService>(service: Service): Client<Service> {
  return createClient(service, tested ?? createConnectTransport({
    baseUrl: location.origin,
    useBinaryFormat: true,
    defaultTimeoutMs: FILE_TIMEOUT_MS,
    interceptors: [withSession],
    fetch: (input, init) => fetch(input, {...init, credentials: 'same-origin'}),
  }));
}

const clients = new Map<string, unknown>();

// The client of a service; made once.
export function clientOf<Service extends DescService>(service: Service): Client<Service> {
  let client = clients.get(service.typeName) as Client<Service> | undefined;
  if (!client) {
    client = createClient(service, sharedTransport());
    clients.set(service.typeName, client);
  }
  return client;
}

// Learns the session of an earlier page, if there is one: the only call that is a GET, since a POST needs the mark.
export function sessionTransport(): Transport {
  return createConnectTransport({
    baseUrl: location.origin,
    useHttpGet: true,
    defaultTimeoutMs: TIMEOUT_MS,
    interceptors: [withSession],
    fetch: (input, init) => fetch(input, {...init, credentials: 'same-origin', cache: 'no-store'}),
  });
}
