const LOG_METHODS = new Set(['debug', 'info', 'warn', 'error']);

/**
 * Code does not read messages, so a test that checks their wording would only repeat it. Codes and keys contain no space and
 * are mutated.
 */
function isMessage(path) {
  const text = path.isStringLiteral() ? path.node.value : undefined;
  const parts = path.isTemplateLiteral() ? path.node.quasis.map(({ value }) => value.raw) : [];
  if (![text ?? '', ...parts].some((part) => part.includes(' '))) return false;
  const call = path.findParent((parent) => parent.isNewExpression() || parent.isCallExpression());
  if (call === null) return false;
  if (call.isNewExpression())
    return /Error|Invalid|Unavailable|Exceeds|Refused/.test(call.node.callee.name ?? '');
  const { callee } = call.node;
  return callee.type === 'Super' || LOG_METHODS.has(callee.property?.name);
}

const isNameOfError = (path) =>
  path.isStringLiteral() &&
  path.parentPath.isAssignmentExpression() &&
  path.parentPath.node.left.property?.name === 'name';

/** A plugin of Stryker that prevents these mutants. */
export const strykerPlugins = [
  {
    kind: 'Ignore',
    name: 'messages-for-people',
    value: {
      shouldIgnore: (path) => (isMessage(path) || isNameOfError(path) ? 'a message for people' : undefined),
    },
  },
];
