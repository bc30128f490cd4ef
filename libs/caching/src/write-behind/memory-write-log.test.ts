import { MemoryWriteLog } from '../../test/memory-write-log.ts';
import { describeWriteLog } from '../conformance/write-log.conformance.ts';

describeWriteLog('a log in memory', async () => ({ log: new MemoryWriteLog(), close: () => undefined }));
