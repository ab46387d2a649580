/** Passwords in the system's key store. */
export const passwordTexts = {
  title: 'Passwords',
  hint: 'Kept encrypted by the system’s key store; nothing shows them again. Where none is stored, the environment variable is used.',
  ofUser: (user: string, database: string) => `Password of ${user} on ${database}`,
  stored: 'stored in the key store',
  fromVariable: (variable: string) => `taken from ${variable}`,
  missing: (variable: string) => `missing: nothing stored, ${variable} not set`,
  store: 'Store',
  replace: 'Replace',
  forget: 'Forget',
};
