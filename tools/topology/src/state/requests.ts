import { randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, type ProcessIdentity } from './process-start-time.ts';

const LOOK_EVERY_MS = 200;

/** A request of a command to a running runner. */
export interface Request {
  /** Only this runner answers, so the command can detect its death. */
  readonly runner: ProcessIdentity;
  readonly profiles: readonly string[];
}

export interface Reply {
  /** The services that were missing and are now ready. */
  readonly added: readonly string[];
  /** The reason of a failure, for the user. */
  readonly error?: string;
}

/**
 * Sends a request. Requests and replies are files in the state folder: every user who may write there may send requests, and
 * unlike for a socket the length of the path is not limited.
 *
 * @returns the id for `takeReply`
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

/** Answers this process's requests, one after the other, as long as it lives; `reply` must not reject. */
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

/** Readers see the complete content or no file. */
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
