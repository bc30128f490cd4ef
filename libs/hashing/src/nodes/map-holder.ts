import { type NodeMap } from './node-map.ts';

/**
 * The map that a process works with at present. Replacing it is one assignment: whoever took `current` goes on with the whole
 * old map, whoever takes it afterwards has the whole new one, and there is no moment in between.
 */
export class MapHolder<M extends NodeMap> {
  private map: M;

  constructor(map: M) {
    this.map = map;
  }

  get current(): M {
    return this.map;
  }

  /** Builds the next map from the present one and puts it in place; should `change` throw, the present one stays. */
  replace(change: (map: M) => M): M {
    this.map = change(this.map);
    return this.map;
  }
}
