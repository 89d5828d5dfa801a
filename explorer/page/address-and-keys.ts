import { useEffect } from "preact/hooks";
import { lookedAt, onwards, type Session } from "../session.ts";

/** The address follows when nothing has changed for so long: a browser does not like to be told each move of a slider. */
const linkMilliseconds = 150;

/** Keeps a link in the address of the page, and follows one that somebody puts there. */
export function useAddress(link: string, follow: (fragment: string) => void): void {
  useEffect(() => {
    const written = setTimeout(
      () => history.replaceState(undefined, "", `#${link}`),
      linkMilliseconds,
    );
    return () => clearTimeout(written);
  }, [link]);
  useEffect(() => {
    const changed = (): void => follow(location.hash.slice(1));
    addEventListener("hashchange", changed);
    return () => removeEventListener("hashchange", changed);
  }, []);
}

const keys: Readonly<Record<string, ((session: Session) => Session) | undefined>> = {
  ArrowRight: onwards,
  ArrowLeft: (session) => lookedAt(session, session.at - 1),
  Home: (session) => lookedAt(session, 0),
  End: (session) => lookedAt(session, session.walk.taken.length),
};

/** Steps through the walk by keys, but where what has the focus needs them for itself. */
export function useKeys(go: (by: (session: Session) => Session) => void): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const by = isTyping(event) ? undefined : keys[event.key];
      if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      go(by);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

const isTyping = ({ target }: KeyboardEvent): boolean =>
  target instanceof HTMLInputElement ||
  target instanceof HTMLSelectElement ||
  (target instanceof HTMLElement && target.tagName === "PRE");
