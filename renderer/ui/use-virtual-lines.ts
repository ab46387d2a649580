import { useVirtualizer } from '@tanstack/react-virtual';

/**
 * Lines of different heights of which only those in view are drawn. It hands out functions whose answers change with
 * scrolling, so what uses it must not be memoised (nor compiled to be).
 */
export const useVirtualLines = useVirtualizer;
