// Loaded before a service that is sent random input (`node --import`): addresses that the input names are not asked for
// outside of this machine, whatever the service thinks of them.
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const isLoopback = (host) => host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
const refused = (host) => Object.assign(new Error(`${host} is not on this machine`), { code: 'ENOTFOUND' });

/** Where nobody listens: whoever is not on this machine does not take the connection. */
const NOBODY = { host: '127.0.0.1', port: 1 };

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function connectHere(...args) {
  // Node passes on what it has sorted already as one list.
  const [first, second] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first !== 'object')
    return connect.apply(this, typeof second !== 'string' || isLoopback(second) ? args : [NOBODY]);
  if (!first.path && first.host && !isLoopback(first.host)) Object.assign(first, NOBODY);
  return connect.apply(this, args);
};

const { lookup } = dns;
dns.lookup = (host, ...rest) =>
  isLoopback(host) ? lookup(host, ...rest) : void process.nextTick(rest.at(-1), refused(host));
const { lookup: lookupLater } = dns.promises;
dns.promises.lookup = async (host, ...rest) => {
  if (!isLoopback(host)) throw refused(host);
  return lookupLater(host, ...rest);
};
syncBuiltinESMExports();
