import { useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { Problem } from '@/api/http';
import { useRefresh } from '@/api/records';
import { type Content, isComplete, type Offer, offerQuery, putOffer } from '../offer';

const pause = 700;
const steps = 100;

export type Saving = 'saved' | 'waiting' | 'incomplete' | 'saving' | 'failed';

/** The content as it is typed: kept by itself a moment after the last key, with every step to go back. */
export function useDraft(offer: Offer) {
  const client = useQueryClient();
  const refresh = useRefresh();
  const [content, setContent] = useState(offer.content);
  const [saving, setSaving] = useState<Saving>('saved');
  const [error, setError] = useState<unknown>(null);
  const [past, setPast] = useState<Content[]>([]);
  const latest = useRef(content);
  const revision = useRef(offer.revision);
  const isBusy = useRef(false);
  const lastStep = useRef(0);
  latest.current = content;

  // What others changed comes in while nothing of one's own waits.
  useEffect(() => {
    if (offer.revision <= revision.current || isBusy.current || saving !== 'saved') return;
    revision.current = offer.revision;
    setContent(offer.content);
  }, [offer, saving]);

  const save = useCallback(async (): Promise<Offer | null> => {
    if (isBusy.current) return null;
    if (!isComplete(latest.current)) {
      setSaving('incomplete');
      return null;
    }
    isBusy.current = true;
    setSaving('saving');
    const sent = latest.current;
    try {
      const kept = await putOffer(offer, sent, revision.current);
      revision.current = kept.revision;
      setError(null);
      // The server wrote the prices of the book; while more was typed, the next save brings them.
      const isLatest = latest.current === sent;
      if (isLatest) setContent(kept.content);
      client.setQueryData(offerQuery(offer.deal_id, offer.id).queryKey, kept);
      setSaving(isLatest ? 'saved' : 'waiting');
      refresh('deal');
      return kept;
    } catch (wrong) {
      setError(wrong);
      const isStale = wrong instanceof Problem && wrong.code === 'stale';
      setSaving(isStale ? 'saved' : 'failed');
      if (isStale) {
        await client.invalidateQueries({ queryKey: offerQuery(offer.deal_id, offer.id).queryKey });
      }
      return null;
    } finally {
      isBusy.current = false;
    }
  }, [client, offer, refresh]);

  // Runs anew with every change of the content, so a save waits for the last key.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the content is what is waited for
  useEffect(() => {
    if (saving !== 'waiting') return;
    const timer = setTimeout(save, pause);
    return () => clearTimeout(timer);
  }, [content, saving, save]);

  const change = useCallback((next: Content) => {
    const now = Date.now();
    const before = latest.current;
    if (now - lastStep.current > pause) setPast((all) => [...all.slice(1 - steps), before]);
    lastStep.current = now;
    setContent(next);
    setSaving('waiting');
  }, []);

  const undo = useCallback(() => {
    setPast((all) => {
      const before = all.at(-1);
      if (before) {
        setContent(before);
        setSaving('waiting');
        lastStep.current = 0;
      }
      return all.slice(0, -1);
    });
  }, []);

  return { content, change, undo, canUndo: past.length > 0, saving, error, save };
}
