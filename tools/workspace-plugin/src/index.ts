export { lint } from './boundaries/lint.ts';
export { type Probe } from './boundaries/probe.ts';
export { brokenReferences } from './documents/broken-references.ts';
export { listDocuments } from './documents/list-documents.ts';
export { longCells } from './documents/long-cells.ts';
