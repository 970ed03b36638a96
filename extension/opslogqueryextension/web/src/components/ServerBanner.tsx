import { CloudOff, Hourglass, RefreshCw } from 'lucide-react';
import { useState } from 'react';
import button from './Button.module.css';
import css from './ServerBanner.module.css';

interface Props {
  gone: boolean;
  busy: boolean;
  version: string | undefined;
  retry: () => void;
}

/** Says that the server does not answer, or that it is another one than the page came from. */
export function ServerBanner({ gone, busy, version, retry }: Props) {
  const [first, setFirst] = useState(version);
  if (first === undefined && version !== undefined) setFirst(version);
  if (gone) {
    return (
      <div className={css.banner} role="status" data-testid="server-gone">
        <CloudOff size={15} aria-hidden />
        <span>opslog does not answer. What you see stays; trying again.</span>
        <button type="button" className={button.button} onClick={retry}>Try now</button>
      </div>
    );
  }
  if (busy) {
    return (
      <div className={css.banner} role="status" data-testid="server-busy">
        <Hourglass size={15} aria-hidden />
        <span>opslog has more to do than it takes on at once. This page asks again by itself.</span>
      </div>
    );
  }
  if (version === undefined || first === undefined || version === first) return null;
  return (
    <div className={css.banner} role="status" data-testid="server-updated">
      <RefreshCw size={15} aria-hidden />
      <span>opslog was updated to {version}.</span>
      <button type="button" className={button.button} onClick={() => location.reload()}>Reload</button>
    </div>
  );
}
