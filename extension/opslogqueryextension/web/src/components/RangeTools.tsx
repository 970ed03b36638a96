import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { servicesQuery } from '../api/queries';
import { formatCount } from '../lib/number';
import { type RangeSearch, rangeOf } from '../lib/pageSearch';
import { QueryBar } from './QueryBar';
import { RangePicker } from './RangePicker';
import { Select } from './Select';

interface Props {
  search: RangeSearch;
  usual: string;
  invalid?: boolean;
  /** Which of the tools: by itself the query, the service and the range. */
  without?: readonly ('query' | 'service')[];
  onChange: (part: RangeSearch) => void;
}

/** Query, service and range: what every page that looks at operations has. */
export function RangeTools({ search, usual, invalid = false, without = [], onChange }: Props) {
  const range = rangeOf(search, usual);
  const services = useQuery({ ...servicesQuery(range), placeholderData: keepPreviousData, enabled: !without.includes('service') }).data?.items ?? [];
  return (
    <>
      {!without.includes('query') && <QueryBar key={search.q ?? ''} query={search.q ?? ''} range={range} invalid={invalid} onSubmit={(q, from) => onChange(from ? { q, from, to: 'now' } : { q })} />}
      {!without.includes('service') && (
        <Select label="Service" value={search.service ?? ''} onChange={(service) => onChange({ service })}
          options={[['', 'all services'], ...services.map((s) => [s.name, `${s.name} (${formatCount(s.operations)})`] as const)]} />
      )}
      <RangePicker range={range} onChange={onChange} />
    </>
  );
}
