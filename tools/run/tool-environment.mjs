import { delimiter } from 'node:path';

/**
 * Variables that are meant for other programs but change what the tools do. The engine itself decides the NODE_ENV of a
 * service. `pg` fills in from PGSSLMODE, PGOPTIONS and similar variables what our URLs omit.
 */
const MEANT_FOR_OTHERS = /^(NODE_ENV|PG[A-Z]+)$/;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', '::1'];

/** The caller's environment as the workspace's tools receive it; `bin` is the folder of the workspace's programs. */
export function toolEnvironment(environment, bin) {
  const kept = Object.entries(environment).filter(([name]) => !MEANT_FOR_OTHERS.test(name));
  const noProxy = exceptLoopback(environment.no_proxy || environment.NO_PROXY);
  return {
    ...Object.fromEntries(kept),
    // Node connects through a proxy to every host that is not listed here, and the proxy's loopback interface is on another
    // machine.
    no_proxy: noProxy,
    NO_PROXY: noProxy,
    PATH: `${bin}${delimiter}${environment.PATH ?? ''}`,
  };
}

function exceptLoopback(given = '') {
  return [...new Set([...given.split(/[\s,]+/).filter(Boolean), ...LOOPBACK])].join(',');
}
