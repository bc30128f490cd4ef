import { describe, expect, it } from '@jest/globals';
import { MessageSplitter } from './message-splitter.ts';

/** Returns the pieces that the packets of a connection are cut into. `bodyOf` gives the body length that a head declares. */
function piecesOf(packets: readonly string[], bodyOf: (piece: string) => number = () => 0): string[] {
  const splitter = new MessageSplitter();
  const pieces: string[] = [];
  for (const packet of packets) {
    let rest = Buffer.from(packet, 'latin1');
    while (rest.length > 0) {
      const length = splitter.nextPiece(rest);
      const piece = rest.toString('latin1', 0, length);
      pieces.push(piece);
      splitter.bodyFollows(bodyOf(piece));
      rest = rest.subarray(length);
    }
  }
  return pieces;
}

const HEAD = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n';

describe('the bytes of a connection', () => {
  it('are cut after each head', () => {
    expect(piecesOf([HEAD + HEAD + HEAD])).toEqual([HEAD, HEAD, HEAD]);
  });

  it('are cut after a head, wherever a packet ends', () => {
    for (let at = 1; at < HEAD.length; at += 1) {
      const pieces = piecesOf([HEAD.slice(0, at), HEAD.slice(at) + HEAD]);
      expect(pieces).toEqual([HEAD.slice(0, at), HEAD.slice(at), HEAD]);
    }
    const byByte = [...(HEAD + HEAD)];
    expect(piecesOf(byByte)).toEqual(byByte);
  });

  it('are cut after a body of a declared length, even if it holds empty lines', () => {
    const post = 'POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\n';
    const body = 'a\r\n\r\nb\r\n\r\n';
    const bodyOf = (piece: string) => (piece === post ? 10 : 0);
    expect(piecesOf([post + body + HEAD], bodyOf)).toEqual([post, body, HEAD]);
    expect(piecesOf([post + body.slice(0, 4), body.slice(4) + HEAD], bodyOf)).toEqual([
      post,
      body.slice(0, 4),
      body.slice(4),
      HEAD,
    ]);
  });

  it('are cut after a chunked body', () => {
    const post = 'POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n';
    const body = '5\r\nhello\r\n0\r\nX-Trailer: 1\r\n\r\n';
    expect(piecesOf([post + body + HEAD])).toEqual([post, body, HEAD]);
  });
});
