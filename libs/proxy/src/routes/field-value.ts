/** Returns the text of a header field as Node parses it: several fields of a name are one list. */
export function fieldValue(field: string | string[] | undefined): string | undefined {
  return typeof field === 'object' ? field.join(', ') : field;
}
