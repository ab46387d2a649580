/** The look of the component library: dense, small radii, one accent, and colours with enough contrast in both schemes. */
import {
  ActionIcon,
  Button,
  Checkbox,
  createTheme,
  type CSSVariablesResolver,
  Menu,
  NumberInput,
  Popover,
  Select,
  TagsInput,
  TextInput,
  Tooltip,
} from '@mantine/core';

const sans =
  "Inter, 'Segoe UI Variable Text', 'Segoe UI', -apple-system, BlinkMacSystemFont, 'SF Pro Text', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif";
const mono = "'Cascadia Mono', 'SF Mono', ui-monospace, Menlo, Consolas, 'Noto Sans Mono', 'Liberation Mono', monospace";

/** The theme of the window. */
export const theme = createTheme({
  fontFamily: sans,
  fontFamilyMonospace: mono,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  lineHeights: { xs: '1.35', sm: '1.4', md: '1.45', lg: '1.5', xl: '1.5' },
  headings: { fontFamily: sans, fontWeight: '600' },
  defaultRadius: 'sm',
  radius: { xs: '2px', sm: '4px', md: '6px', lg: '8px', xl: '12px' },
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 6 },
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  colors: {
    accent: ['#eef3fd', '#dbe5fa', '#b9cbf5', '#93afee', '#7198e8', '#4f7de0', '#3868d6', '#2a57c2', '#2149a6', '#183984'],
    dark: ['#e3e8ef', '#b9c2cf', '#9aa5b5', '#7a8698', '#3f4958', '#2d3643', '#222932', '#171c24', '#11151b', '#0b0e13'],
    gray: ['#f6f7f9', '#eef0f4', '#e1e4ea', '#d0d5dd', '#b3bac6', '#8a93a3', '#667085', '#4a5465', '#323a48', '#1a202b'],
  },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 'md' } }),
    Button: Button.extend({ defaultProps: { size: 'xs', fw: 500 } }),
    Checkbox: Checkbox.extend({ defaultProps: { size: 'xs' } }),
    Menu: Menu.extend({ defaultProps: { shadow: 'md', offset: 4, transitionProps: { duration: 80 } } }),
    NumberInput: NumberInput.extend({ defaultProps: { size: 'xs' } }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', offset: 4, transitionProps: { duration: 80 } } }),
    Select: Select.extend({ defaultProps: { size: 'xs' } }),
    TagsInput: TagsInput.extend({ defaultProps: { size: 'xs' } }),
    TextInput: TextInput.extend({ defaultProps: { size: 'xs' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: true, fz: 'xs', multiline: true, maw: 360 } }),
  },
});

/** Library variables that follow the window's own tokens, where the shipped values lack contrast. */
export const resolveVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': 'var(--cam-surface)',
    '--mantine-color-text': 'var(--cam-text)',
    '--mantine-color-dimmed': 'var(--cam-muted)',
    '--mantine-color-placeholder': 'var(--cam-faint)',
    '--mantine-color-error': 'var(--cam-failed)',
    '--mantine-color-default-border': 'var(--cam-border-strong)',
  },
  dark: {
    '--mantine-color-body': 'var(--cam-surface)',
    '--mantine-color-text': 'var(--cam-text)',
    '--mantine-color-dimmed': 'var(--cam-muted)',
    '--mantine-color-placeholder': 'var(--cam-faint)',
    '--mantine-color-error': 'var(--cam-failed)',
    '--mantine-color-default': 'var(--cam-raised)',
    '--mantine-color-default-border': 'var(--cam-border-strong)',
    '--mantine-color-anchor': 'var(--cam-accent-text)',
  },
});
