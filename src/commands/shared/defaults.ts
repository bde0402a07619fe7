/** The stage set where none is named. */
export const DEFAULT_STAGE_SET = 'main';
