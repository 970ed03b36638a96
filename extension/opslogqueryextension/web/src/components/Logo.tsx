export function Logo() {
  return (
    <svg width="26" height="26" viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="8" fill="currentColor" />
      <path d="M7 10.5h12M7 16h18M13 21.5h8" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
    </svg>
  );
}
