export { Cluster, type PickOptions } from './clusters/cluster.ts';
export {
  type AttemptOutcome,
  type ClusterEvents,
  type ClusterOptions,
  type ClusterPorts,
  type ClusterSettings,
} from './clusters/cluster-options.ts';
export { LiveConfiguration, type LiveConfigurationOptions } from './config/live-configuration.ts';
export { type EndpointAddress } from './clusters/dns.ts';
export { Endpoint, type EndpointLimits } from './clusters/endpoint.ts';
export { type HealthCheckOptions } from './clusters/health/health-checker.ts';
export { type OutlierOptions } from './clusters/health/outlier-detector.ts';
export { BoundedHash } from './clusters/load-balancers/bounded-hash.ts';
export { type Candidate, type LoadBalancer } from './clusters/load-balancers/load-balancer.ts';
export { PowerOfTwoChoices } from './clusters/load-balancers/power-of-two-choices.ts';
export { RetryBudget, type RetryBudgetOptions } from './clusters/retry-budget.ts';
export { type Transport, type TransportOptions } from './clusters/transport.ts';
export { TrustedProxies } from './normalise/client-address.ts';
export { connectionFieldsOf, isConnectionField } from './normalise/connection-fields.ts';
export { checkFraming, type FramingLimits, type RequestTarget } from './normalise/framing.ts';
export { malformedRequest } from './normalise/malformed-request.ts';
export { normalisePath } from './normalise/path.ts';
export { ProxyProblem, type ProxyProblemOptions } from './proxy-problem.ts';
export {
  forwardedFields,
  type ForwardedFieldsOptions,
  type RequestOrigin,
} from './router/forwarded-fields.ts';
export { ForwardingReport, type ResponseFlag, type RetryReason } from './router/forwarding-report.ts';
export { type Exchange, Forwarding, type ForwardingSettings } from './router/forwarding.ts';
export { type FieldChanges, FieldTransform } from './filters/field-transform.ts';
export { compilePathTemplate, type PathFunction } from './routes/path-template.ts';
export { Redirect, type RedirectSettings } from './routes/redirect.ts';
export { compileRequestKey, type KeyedRequest, type RequestKey } from './routes/request-key.ts';
export { type FieldCondition } from './routes/field-matcher.ts';
export { type PathMatch, type RouteMatch } from './routes/route-match.ts';
export { type Match, type Matchable, type RoutedRequest, RouteTable } from './routes/route-table.ts';
export { type WeightedCluster, WeightedClusters } from './routes/weighted-clusters.ts';
export { DEFAULT_RETRIES, type FailureReason, type RetryPolicy } from './router/retry-policy.ts';
