import { ChevronDown } from 'lucide-react';
import css from './Select.module.css';

interface Props {
  label: string;
  value: string;
  /** Value and what is shown for it; the empty value stands for no filter. */
  options: readonly (readonly [value: string, label: string])[];
  onChange: (value: string) => void;
}

/** A choice with its name in front, marked where it narrows what is shown. A value that is not among the options is shown all the same. */
export function Select({ label, value, options, onChange }: Props) {
  const known = options.some(([v]) => v === value);
  const narrows = value !== '' && options.some(([v]) => v === '');
  return (
    <label className={narrows ? css.active : css.select}>
      {value && <span>{label}</span>}
      <select value={value} onChange={(event) => onChange(event.target.value)} aria-label={label}>
        {!known && <option value={value}>{value}</option>}
        {options.map(([v, text]) => <option key={v} value={v}>{text}</option>)}
      </select>
      <ChevronDown size={13} aria-hidden />
    </label>
  );
}
