import { describe, expect, it } from '@jest/globals';
import { checkDockerfile } from './check-dockerfile.ts';

const SOUND = `ARG NODE_IMAGE=node:24-bookworm-slim
FROM \${NODE_IMAGE} AS build
# RUN --mount only in a comment
RUN npm ci \\
  && npm run build
FROM build AS test
FROM \${NODE_IMAGE}
COPY --from=build --chown=node:node /out ./
USER node
`;

function broken(from: string, to: string): string[] {
  expect(SOUND).toContain(from);
  return checkDockerfile(SOUND.replace(from, to)).map(({ where }) => where);
}

describe('a Dockerfile', () => {
  it('has no finding when it follows every rule', () => {
    expect(checkDockerfile(SOUND)).toEqual([]);
  });

  it.each([
    'node:24-bookworm-slim -> node',
    'node:24-bookworm-slim -> node:latest',
    'node:24-bookworm-slim -> node:lts',
  ])('pins its base images (%s)', (change) => {
    const [from = '', to = ''] = change.split(' -> ');
    expect(broken(from, to)).toEqual(['FROM ${NODE_IMAGE} AS build', 'FROM ${NODE_IMAGE}']);
  });

  it('fetches no front end', () => {
    expect(broken('ARG NODE', '# syntax=docker/dockerfile:1\nARG NODE')).toEqual(['# syntax']);
  });

  it.each([
    ['RUN npm ci', 'RUN --mount=type=cache,target=/npm-cache npm ci'],
    ['COPY --from=build', 'COPY --parents --from=build'],
    ['RUN npm ci', 'RUN <<EOF'],
  ])('needs no BuildKit (%s -> %s)', (from, to) => {
    expect(broken(from, to)).toHaveLength(1);
  });

  it('does not run as root', () => {
    expect(broken('USER node\n', '')).toEqual(['USER']);
    expect(broken('USER node', 'USER 0:0')).toEqual(['USER']);
  });
});
