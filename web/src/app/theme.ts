import {
  Badge,
  Button,
  createTheme,
  Fieldset,
  Input,
  type MantineColorsTuple,
  Modal,
  NumberInput,
  PasswordInput,
  Select,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';

/** The one accent. Everything else is neutral, or a stage hue from tokens.css. */
const ink: MantineColorsTuple = [
  '#eef1fc',
  '#dbe1f7',
  '#b4c0ee',
  '#8b9de5',
  '#6980dd',
  '#526ed8',
  '#3f5dcf',
  '#3452c7',
  '#2a44a8',
  '#1f3587',
];

const gray: MantineColorsTuple = [
  '#f8f8f9',
  '#f1f1f3',
  '#e6e7ea',
  '#d8d9de',
  '#b9bbc3',
  '#8f929d',
  '#666a76',
  '#4b4e59',
  '#33353d',
  '#1d1e24',
];

const dark: MantineColorsTuple = [
  '#d5d7dd',
  '#b3b6bf',
  '#9699a5',
  '#6a6e7a',
  '#41444d',
  '#33353d',
  '#26282e',
  '#1b1c21',
  '#15161a',
  '#0e0f12',
];

const small = { size: 'sm' } as const;

export const theme = createTheme({
  colors: { ink, gray, dark },
  primaryColor: 'ink',
  primaryShade: { light: 7, dark: 5 },
  autoContrast: true,
  defaultRadius: 'sm',
  cursorType: 'pointer',
  fontFamily:
    "'Pretendard Variable', -apple-system, BlinkMacSystemFont, 'Segoe UI', 'Apple SD Gothic Neo', 'Noto Sans KR', 'NanumGothic', sans-serif",
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.875rem', lg: '1rem', xl: '1.25rem' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.5rem', xl: '2rem' },
  radius: { xs: '3px', sm: '6px', md: '8px', lg: '12px', xl: '16px' },
  headings: {
    fontWeight: '600',
    sizes: {
      h1: { fontSize: '1.25rem', lineHeight: '1.4' },
      h2: { fontSize: '1rem', lineHeight: '1.5' },
      h3: { fontSize: '0.875rem', lineHeight: '1.5' },
      h4: { fontSize: '0.8125rem', lineHeight: '1.5' },
    },
  },
  components: {
    Badge: Badge.extend({ defaultProps: { tt: 'none', fw: 500, flex: 'none' } }),
    Button: Button.extend({ defaultProps: small, styles: { root: { fontWeight: 550 } } }),
    Fieldset: Fieldset.extend({ styles: { legend: { fontWeight: 600 } } }),
    Input: Input.extend({ defaultProps: small }),
    TextInput: TextInput.extend({ defaultProps: small }),
    PasswordInput: PasswordInput.extend({ defaultProps: small }),
    NumberInput: NumberInput.extend({ defaultProps: small }),
    Select: Select.extend({ defaultProps: { ...small, checkIconPosition: 'right' } }),
    Textarea: Textarea.extend({ defaultProps: { ...small, autosize: true, minRows: 3 } }),
    Modal: Modal.extend({
      defaultProps: { centered: true, overlayProps: { backgroundOpacity: 0.35 } },
      styles: { title: { fontWeight: 600 } },
    }),
    Text: Text.extend({ defaultProps: small }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, withArrow: false } }),
  },
});
