import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { startProxy } from '../test/example-proxy.ts';
import { proxyConformance } from './conformance/proxy.conformance.ts';

proxyConformance('the proxy of the README', startProxy);

describe('the README', () => {
  it('shows the proxy that is tested here', () => {
    const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
    expect(read('../README.md')).toContain(`\`\`\`ts\n${read('../test/example-proxy.ts')}\`\`\``);
  });
});
