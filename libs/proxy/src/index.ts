export { TrustedProxies } from './normalise/client-address.ts';
export { connectionFieldsOf, isConnectionField } from './normalise/connection-fields.ts';
export { checkFraming, type FramingLimits, type RequestTarget } from './normalise/framing.ts';
export { malformedRequest } from './normalise/malformed-request.ts';
export { normalisePath } from './normalise/path.ts';
export { ProxyProblem, type ProxyProblemOptions } from './proxy-problem.ts';
