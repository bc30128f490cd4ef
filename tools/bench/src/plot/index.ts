/** SVG pictures that are readable in light and dark mode. */
export { bars, type Bars } from './bars.ts';
export { lines } from './lines.ts';
export { element, picture, text } from './svg.ts';
