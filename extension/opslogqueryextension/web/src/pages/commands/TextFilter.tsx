import { useState } from 'react';
import css from './Commands.module.css';

interface Props {
  label: string;
  value: string;
  placeholder: string;
  onSubmit: (value: string) => void;
}

/** A filter that is typed. Enter applies it, and so does leaving it. */
export function TextFilter({ label, value, placeholder, onSubmit }: Props) {
  const [text, setText] = useState(value);
  const submit = () => {
    if (text.trim() !== value) onSubmit(text.trim());
  };
  return (
    <form className={css.filter} onSubmit={(event) => { event.preventDefault(); submit(); }}>
      <label><span>{label}</span><input value={text} placeholder={placeholder} onChange={(e) => setText(e.target.value)} onBlur={submit} spellCheck={false} maxLength={500} /></label>
    </form>
  );
}
