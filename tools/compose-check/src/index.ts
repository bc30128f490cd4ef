export { checkCompose } from './compose/check-compose.ts';
export { checkDockerfile } from './dockerfile/check-dockerfile.ts';
export { type Finding } from './finding.ts';
