import type { Content, Offer } from '../offer';

/** What every part of the builder is given. */
export interface PartProps {
  offer: Offer;
  content: Content;
  onChange: (content: Content) => void;
  readOnly: boolean;
}
