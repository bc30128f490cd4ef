import { spawn, type ChildProcess } from 'node:child_process';
import { type Writable } from 'node:stream';

/**
 * A shell that reads which processes this process starts. When this process dies, by any signal, the pipe closes, `read`
 * fails, and the shell ends the remaining process groups: first with each group's own stop signal, after 10 s with SIGKILL.
 * Before that, it resumes what was paused: a frozen backend of Postgres would outlive its server and block the next start.
 * The shell ignores the terminal's signals; otherwise Ctrl-C would end the guard before the guarded processes. Plain POSIX,
 * so that it runs on Linux and macOS.
 */
const SCRIPT = `
trap '' INT TERM HUP QUIT
groups=
folders=
while IFS= read -r line; do
  value=\${line#* }
  case \${line%% *} in
    guard) groups="$groups $value" ;;
    release)
      left=
      for entry in $groups; do [ "\${entry%%:*}" = "$value" ] || left="$left $entry"; done
      groups=$left ;;
    remove) folders="$folders$value
" ;;
    keep)
      folders=$(printf '%s' "$folders" | grep -vxF -- "$value")
      [ -z "$folders" ] || folders="$folders
" ;;
  esac
done
resume() {
  kill -s CONT -- "$1" 2>/dev/null
  for child in $(cat "/proc/$1/task/$1/children" 2>/dev/null); do resume "$child"; done
}
for entry in $groups; do
  resume "\${entry%%:*}"
  kill -s CONT -- "-\${entry%%:*}" 2>/dev/null
  kill -s "\${entry#*:}" -- "-\${entry%%:*}" 2>/dev/null
done
tries=0
while [ "$tries" -lt 100 ]; do
  alive=
  for entry in $groups; do kill -s 0 -- "-\${entry%%:*}" 2>/dev/null && alive=yes; done
  [ -n "$alive" ] || break
  sleep 0.1
  tries=$((tries + 1))
done
for entry in $groups; do kill -s KILL -- "-\${entry%%:*}" 2>/dev/null; done
printf '%s' "$folders" | while IFS= read -r folder; do rm -rf -- "$folder"; done
`;

/**
 * Ends the process groups that remain after this process has died. There is one guard for each process, started with its
 * first child; it never keeps the event loop alive.
 */
class OrphanGuard {
  #pipe: Writable | undefined;

  /**
   * Registers a group that must end with this process; `stopSignal` (without SIG) is sent first. Call it right after the
   * spawn.
   */
  guard(groupId: number, stopSignal: string): void {
    this.#say(`guard ${groupId}:${stopSignal}`);
  }

  /** Unregisters a group that has ended, because its id may be reused. */
  release(groupId: number): void {
    this.#say(`release ${groupId}`);
  }

  /** Registers a folder to be removed when this process dies before `keep` is called. */
  removeAfterDeath(folder: string): void {
    this.#say(`remove ${folder}`);
  }

  keep(folder: string): void {
    this.#say(`keep ${folder}`);
  }

  #say(line: string): void {
    this.#pipe ??= this.#open();
    this.#pipe.write(`${line}\n`);
  }

  #open(): Writable {
    // The shell has its own session, so that a signal to our group (Ctrl-C, a shell's job control) does not reach it.
    const shell: ChildProcess = spawn('/bin/sh', ['-c', SCRIPT], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
      cwd: '/',
    });
    const pipe = shell.stdin as Writable & { unref(): void };
    pipe.on('error', () => undefined);
    shell.unref();
    pipe.unref();
    return pipe;
  }
}

export const orphanGuard = new OrphanGuard();
