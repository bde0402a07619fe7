import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** IPv4 that is not the public internet: this host, private, shared (CGNAT), link-local, documentation, benchmarks, multicast, reserved. */
const CLOSED_IPV4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...['192.0.0.0/24', '192.0.2.0/24', '192.88.99.0/24', '192.168.0.0/16', '198.18.0.0/15'],
  ...['198.51.100.0/24', '203.0.113.0/24', '224.0.0.0/4', '240.0.0.0/4'],
];

/** Inside 2000::/3, what is set aside or holds an IPv4 address in disguise (Teredo, 6to4). */
const CLOSED_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

function listOf(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const subnet of subnets) {
    const [address = '', prefix] = subnet.split('/');
    list.addSubnet(address, Number(prefix), family);
  }
  return list;
}

const closedIpv4 = listOf(CLOSED_IPV4, 'ipv4');
const closedIpv6 = listOf(CLOSED_IPV6, 'ipv6');
const globalIpv6 = listOf(['2000::/3'], 'ipv6');

/** True for an address of the public internet. IPv4-mapped, zoned and all other IPv6 outside 2000::/3 is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !closedIpv4.check(address, 'ipv4');
  if (!isIPv6(address) || address.includes('%')) return false;
  return globalIpv6.check(address, 'ipv6') && !closedIpv6.check(address, 'ipv6');
}
