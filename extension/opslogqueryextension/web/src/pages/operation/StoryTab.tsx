import { useQuery } from '@tanstack/react-query';
import { storyQuery } from '../../api/neighbours';
import type { Operation, Story } from '../../api/types';
import { CopyButton } from '../../components/CopyButton';
import { Notice, Skeleton } from '../../components/States';
import { formatDuration } from '../../lib/duration';
import css from './StoryTab.module.css';

type Section = NonNullable<Story['sections']>[number];

function asText({ headline, facts, sections }: Story): string {
  const lines = (sections ?? []).flatMap((s) => ['', s.title, ...s.lines.map((line) => (line.item ? `- ${line.text}` : line.text))]);
  return [headline, (facts ?? []).join(' · '), ...lines].join('\n');
}

/** The record told in plain sentences, to be read or pasted into a ticket. */
export function StoryTab({ op }: { op: Operation }) {
  const story = useQuery(storyQuery(op.operation_id));
  if (story.isPending) return <Skeleton rows={8} height={26} />;
  if (!story.data) return <Notice>The story could not be read: {story.error.message}</Notice>;
  const { headline, facts, sections } = story.data;
  return (
    <div className={css.story} data-testid="story">
      <header><h2><bdi>{headline}</bdi></h2><CopyButton text={asText(story.data)} label="Copy the story as text">Copy</CopyButton></header>
      {facts && <p className={css.facts}>{facts.map((fact) => <bdi key={fact}>{fact}</bdi>)}</p>}
      {(sections ?? []).map((section) => <Part key={section.kind} section={section} />)}
    </div>
  );
}

function Part({ section: { title, lines } }: { section: Section }) {
  return (
    <section>
      <h3>{title}</h3>
      {lines.map((line, i) => (
        <p key={i} className={line.item ? css.item : undefined} data-outcome={line.outcome}>
          {line.offset !== undefined && <span className={css.at}>{line.offset < 0 ? '' : '+'}{formatDuration(line.offset)}</span>}<bdi>{line.text}</bdi>
        </p>
      ))}
    </section>
  );
}
