import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ErrorGroup, type Filter, deploysQuery } from '../../api/pages';
import { TimeChart } from '../../charts/TimeChart';
import { Section } from '../../components/Page';
import { formatCount } from '../../lib/number';
import { type ErrorSearch, endsOf } from '../../lib/pageSearch';
import { quote } from '../../lib/queryText';
import { toDate } from '../../lib/time';

/** How often the error happened over the range, with the versions that came in it. */
export function Trend({ group, filter, search }: { group: ErrorGroup; filter: Filter; search: ErrorSearch }) {
  const navigate = useNavigate();
  const [from, to] = endsOf(filter, new Date());
  const deploys = useQuery(deploysQuery({ from: filter.from, to: filter.to, service: group.service })).data?.items ?? [];
  const { counts, start, bucket_ns: width } = group.distribution ?? { counts: [], start: '0', bucket_ns: 6e10 };
  const step = width / 1e6;
  const first = toDate(start).getTime();
  const times = counts.map((_, i) => first + i * step);
  // What was there when the range began did not come within it.
  const marks = deploys.filter((d) => toDate(d.first_seen).getTime() > from + step).map((d) => ({ time: toDate(d.first_seen).getTime(), label: `${d.service} ${d.version}` }));
  const pick = (time: number) =>
    void navigate({ to: '/operations', search: { q: `error.group = ${quote(group.fingerprint)}`, service: search.of ?? group.service, from: new Date(time).toISOString(), to: new Date(time + step).toISOString() } });
  return (
    <Section title="Over time" id="error-trend">
      <TimeChart label={`${formatCount(group.count)} failed operations over the range, at most ${formatCount(Math.max(0, ...counts))} in one bucket`} times={times} step={step} from={Math.min(from, first || from)} to={to}
        kind="bars" height={150} lines={[{ name: 'failed operations', colour: 'var(--error-solid)', values: counts }]} format={(v) => formatCount(v)} marks={marks} onPick={pick} />
    </Section>
  );
}
