import { useState } from 'react';
import { CopyButton } from '../../components/CopyButton';
import { Select } from '../../components/Select';
import { LANGUAGES, fixOf, languageOf } from '../../lib/fixes';
import { readPreference, writePreference } from '../../lib/storage';
import css from './Quality.module.css';

/** The lines that mend what a check found, in the language that was chosen last. */
export function Fix({ check }: { check: string }) {
  const [language, setLanguage] = useState(() => languageOf(readPreference('language')));
  const fix = fixOf(check, language);
  if (!fix) return null;
  const choose = (id: string) => {
    writePreference('language', id);
    setLanguage(languageOf(id));
  };
  return (
    <div className={css.fix} data-testid="fix">
      <div>{fix.everywhere ? <span>In every language</span> : <Select label="Language" value={language} options={LANGUAGES} onChange={choose} />}<CopyButton text={fix.text} label="Copy the lines">Copy</CopyButton></div>
      <pre tabIndex={0}>{fix.text}</pre>
    </div>
  );
}
