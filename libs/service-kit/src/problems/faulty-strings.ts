import { jsonPointer } from './json-pointer.ts';

/** More pointers would not help a client. */
const MAX_POINTERS = 10;

interface Place {
  readonly value: unknown;
  readonly name: PropertyKey;
  readonly parent: Place | undefined;
}

/**
 * Finds text in a JSON value that is not valid Unicode or that a database cannot store: half of a surrogate pair has no
 * UTF-8 form, and Postgres' text has no U+0000. Names of fields count as text. The search does not recurse, so a deeply
 * nested value cannot overflow the stack, and it builds pointers only for faults.
 *
 * @returns RFC 6901 pointers, at most ten
 */
export function faultyStrings(root: unknown): string[] {
  const pointers: string[] = [];
  const left: Place[] = [{ value: root, name: '', parent: undefined }];
  while (pointers.length < MAX_POINTERS) {
    const place = left.pop();
    if (place === undefined) break;
    const { value, name } = place;
    if (isFaulty(name) || isFaulty(value)) pointers.push(pointerTo(place));
    else if (Array.isArray(value)) value.forEach((inner, index) => lookInto(inner, index, place));
    else if (typeof value === 'object' && value !== null) {
      for (const [field, inner] of Object.entries(value)) lookInto(inner, field, place);
    }
  }
  return pointers;

  function lookInto(value: unknown, name: PropertyKey, parent: Place): void {
    const isText = typeof value === 'string' || typeof name === 'string';
    if (isText || (typeof value === 'object' && value !== null)) left.push({ value, name, parent });
  }
}

const isFaulty = (text: unknown) => typeof text === 'string' && (!text.isWellFormed() || text.includes('\0'));

function pointerTo(place: Place): string {
  const path: PropertyKey[] = [];
  for (let at: Place | undefined = place; at?.parent !== undefined; at = at.parent) path.push(at.name);
  return jsonPointer(path.reverse());
}
