import { Monitor, Moon, Sun } from 'lucide-react';
import { useTheme } from '../hooks/useTheme';
import css from './Frame.module.css';

const ICON = { system: Monitor, light: Sun, dark: Moon };

export function ThemeButton() {
  const { theme, next, setTheme } = useTheme();
  const Icon = ICON[theme];
  return (
    <button type="button" className={css.item} title={`Theme: ${theme}. Click for ${next}.`} onClick={() => setTheme(next)} data-testid="theme">
      <Icon size={18} aria-hidden /><span>Theme<span className="visually-hidden">: {theme}</span></span>
    </button>
  );
}
