import { delimiter } from 'node:path';

/**
 * Variables that change what the tools do without being meant for them. The engine decides itself what NODE_ENV a service
 * has. `pg` takes from PGSSLMODE, PGOPTIONS and the like what one of our URLs leaves out.
 */
const MEANT_FOR_OTHERS = /^(NODE_ENV|PG[A-Z]+)$/;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]', '::1'];

/** The caller's environment as the workspace's tools get it; `bin` is the folder of the workspace's programs. */
export function toolEnvironment(environment, bin) {
  const kept = Object.entries(environment).filter(([name]) => !MEANT_FOR_OTHERS.test(name));
  const noProxy = exceptLoopback(environment.no_proxy || environment.NO_PROXY);
  return {
    ...Object.fromEntries(kept),
    // Node asks a proxy for every host that these do not name, and a proxy's loopback interface is another machine's.
    no_proxy: noProxy,
    NO_PROXY: noProxy,
    PATH: `${bin}${delimiter}${environment.PATH ?? ''}`,
  };
}

function exceptLoopback(given = '') {
  return [...new Set([...given.split(/[\s,]+/).filter(Boolean), ...LOOPBACK])].join(',');
}
