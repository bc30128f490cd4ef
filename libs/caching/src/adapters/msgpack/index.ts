export { MSGPACK_CODEC } from './msgpack.codec.ts';
