export {
  NORMALISED_REQUESTS,
  type NormalisedRequest,
  REFUSED_REQUESTS,
  type RefusedRequest,
} from './hostile-requests.ts';
export { proxyConformance, type ProxyUnderTest } from './proxy.conformance.ts';
export { rawRequest, type RawRequestOptions, statusesOf } from './raw-request.ts';
export { type RecordedRequest, RecordingUpstream } from './recording-upstream.ts';
