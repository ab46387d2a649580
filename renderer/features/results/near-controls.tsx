import { NumberInput, SegmentedControl, Slider } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import { useTexts } from '../../store/window-context.tsx';
import styles from './near-misses.module.css';

/** The numbers of a near miss. */
export interface NearNumbers {
  readonly atLeast: number;
  readonly windowHours: number;
}

interface NearControlsProps {
  readonly numbers: NearNumbers;
  /** Kinds of change that the rule has. */
  readonly of: number;
  readonly mostHours: number;
  readonly onChange: (numbers: NearNumbers) => void;
}

/** How many kinds of change, within how many hours: by slider or as a number. */
export function NearControls({ numbers, of, mostHours, onChange }: NearControlsProps): ReactNode {
  const { near, run } = useTexts();
  const id = useId();
  const { atLeast, windowHours } = numbers;
  const setHours = (hours: number): void => {
    if (Number.isFinite(hours) && hours > 0 && hours <= 24 * 366) onChange({ atLeast, windowHours: hours });
  };
  return (
    <fieldset className={styles.controls} aria-label={near.controls}>
      <div className={styles.control}>
        <span className={styles.label} id={`${id}-kinds`}>
          {near.atLeast}
        </span>
        <SegmentedControl
          size="xs"
          aria-labelledby={`${id}-kinds`}
          value={String(atLeast)}
          data={Array.from({ length: of }, (_, at) => ({ value: String(at + 1), label: near.ofAll(at + 1, of) }))}
          onChange={(value) => onChange({ atLeast: Number(value), windowHours })}
        />
      </div>
      <div className={styles.control}>
        <label className={styles.label} htmlFor={`${id}-hours`}>
          {near.hours}
        </label>
        <div className={styles.hours}>
          <Slider
            className={styles.slider ?? ''}
            size="sm"
            min={1}
            max={mostHours}
            step={1}
            value={Math.min(windowHours, mostHours)}
            label={null}
            thumbLabel={near.slider}
            thumbProps={{ 'aria-valuetext': near.sliderValue(windowHours) }}
            onChange={setHours}
          />
          <NumberInput
            id={`${id}-hours`}
            className={styles.number ?? ''}
            size="xs"
            min={0.01}
            max={24 * 366}
            value={windowHours}
            suffix={` ${run.hoursUnit}`}
            onChange={(value) => setHours(Number(value))}
          />
        </div>
      </div>
    </fieldset>
  );
}
