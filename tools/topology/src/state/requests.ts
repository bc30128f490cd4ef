import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, type ProcessIdentity } from './process-start-time.ts';

const LOOK_EVERY_MS = 200;

/** What a command asks of a runner beside it. */
export interface Request {
  /** Of a runner that has died meanwhile nobody else answers. */
  readonly runner: ProcessIdentity;
  readonly profiles: readonly string[];
}

export interface Reply {
  /** The services that were missing and are ready now. */
  readonly added: readonly string[];
  /** Why not, for the person who asked. */
  readonly error?: string;
}

/**
 * Requests and replies are files in the state folder: who may write there may ask, and a path is never too long for it, as
 * it is for a socket. @returns what `takeReply` asks for.
 */
export function ask(stateFolder: string, request: Request): string {
  const id = randomUUID();
  const folder = join(stateFolder, 'requests');
  mkdirSync(folder, { recursive: true });
  writeWhole(join(folder, `${id}.request`), request);
  return id;
}

export function takeReply(stateFolder: string, id: string): Reply | undefined {
  return take<Reply>(join(stateFolder, 'requests', `${id}.reply`));
}

/** Answers this process's requests, one after the other, as long as it lives; `reply` may not reject. */
export function answerRequests(stateFolder: string, reply: (request: Request) => Promise<Reply>): void {
  const own = identityOf(process.pid);
  let isBusy = false;
  const look = async () => {
    if (isBusy) return;
    isBusy = true;
    for (const id of waiting(stateFolder)) {
      const request = take<Request>(join(stateFolder, 'requests', `${id}.request`));
      if (request === undefined || request.runner.startedAt !== own?.startedAt) continue;
      writeWhole(join(stateFolder, 'requests', `${id}.reply`), await reply(request));
    }
    isBusy = false;
  };
  setInterval(() => void look(), LOOK_EVERY_MS).unref();
}

function waiting(stateFolder: string): string[] {
  try {
    const names = readdirSync(join(stateFolder, 'requests')).filter((name) => name.endsWith('.request'));
    return names.map((name) => name.slice(0, -'.request'.length));
  } catch {
    return [];
  }
}

/** Readers see all of it or nothing. */
function writeWhole(file: string, content: object): void {
  writeFileSync(`${file}.new`, JSON.stringify(content));
  renameSync(`${file}.new`, file);
}

function take<T>(file: string): T | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as T;
    rmSync(file);
    return content;
  } catch {
    return undefined;
  }
}
