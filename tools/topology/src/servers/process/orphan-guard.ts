import { spawn, type ChildProcess } from 'node:child_process';
import { type Writable } from 'node:stream';

/**
 * A shell that reads what this process starts. When this process dies, by whatever signal, the pipe closes, `read` fails,
 * and the shell ends what is left: first each group's own stop signal, after 10 s SIGKILL. It ignores the terminal's
 * signals, or Ctrl-C would end the guard before the guarded. Plain POSIX, so that Linux and macOS run the same.
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
for entry in $groups; do kill -s "\${entry#*:}" -- "-\${entry%%:*}" 2>/dev/null; done
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
 * Ends the process groups that this process leaves behind. One guard a process, started with its first child; it never
 * keeps the event loop alive.
 */
class OrphanGuard {
  #pipe: Writable | undefined;

  /** From now on the group dies with this process; `stopSignal` (without SIG) comes first. Call it right after the spawn. */
  guard(groupId: number, stopSignal: string): void {
    this.#say(`guard ${groupId}:${stopSignal}`);
  }

  /** The group has ended: its id may be another's tomorrow. */
  release(groupId: number): void {
    this.#say(`release ${groupId}`);
  }

  /** The folder is removed when this process has died before `keep` was called. */
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
    // A session of its own: a signal to our group (Ctrl-C, a shell's job control) must not reach it.
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
