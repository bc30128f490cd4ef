import { type NodeMap } from './node-map.ts';

/**
 * Holds the map that the process currently uses. Replacing it is one assignment: a caller that read `current` before
 * continues with the complete old map, and a caller that reads it afterwards gets the complete new map.
 */
export class MapHolder<M extends NodeMap> {
  private map: M;

  constructor(map: M) {
    this.map = map;
  }

  get current(): M {
    return this.map;
  }

  /** Builds the next map from the current one and replaces it. If `change` throws, the current map stays. */
  replace(change: (map: M) => M): M {
    this.map = change(this.map);
    return this.map;
  }
}
