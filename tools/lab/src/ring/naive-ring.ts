/**
 * NAIVE ON PURPOSE: the hash ring of many articles. The lab `ring` shows how it fails; use `HashRing` of `libs/hashing`.
 *
 * Its hash is that of `String.hashCode` in Java: similar texts get similar hashes, so numbered keys share one arc of the ring.
 * Its points are made of `${node}`, so all objects get the same points.
 */
export class NaiveRing {
  private readonly points: { readonly hash: number; readonly node: unknown }[] = [];

  constructor(nodes: readonly unknown[], pointsPerNode = 150) {
    for (const node of nodes) {
      for (let point = 0; point < pointsPerNode; point += 1)
        this.points.push({ hash: hashCode(`${node}:${point}`), node });
    }
    this.points.sort((one, other) => one.hash - other.hash);
  }

  getNode(key: string): unknown {
    const hash = hashCode(key);
    return (this.points.find((point) => point.hash >= hash) ?? this.points[0])?.node;
  }
}

function hashCode(text: string): number {
  let hash = 0;
  for (let index = 0; index < text.length; index += 1)
    hash = (Math.imul(hash, 31) + text.charCodeAt(index)) | 0;
  return Math.abs(hash);
}
