export { CloudflareEdge, type CloudflareEdgeOptions } from './cloudflare-edge.ts';
export { FastlyEdge, type FastlyEdgeOptions } from './fastly-edge.ts';
export { type EdgeConnection } from './purge-request.ts';
export { VarnishEdge, type VarnishEdgeOptions } from './varnish-edge.ts';
